package io.tiercel.rules.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.ConditionChecker;
import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.condition.ConditionParser;
import io.tiercel.rules.condition.Expr;
import io.tiercel.rules.condition.MacroSubstitution;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class InterpreterTest {
    private static final Map<String, Object> EVENT = Map.ofEntries(
            Map.entry("evt.type", "openat"),
            Map.entry("evt.num", 7L),
            Map.entry("proc.name", "bash"),
            Map.entry("proc.pid", -5L),
            Map.entry("user.uid", 4294967295L),
            Map.entry("proc.args", "-c ls"),
            Map.entry("fd.name", "/etc/caf\u00c3\u00a9"),
            Map.entry("proc.aname", List.of("sh", "sshd", "systemd")),
            Map.entry("proc.apid", List.of(10L, 9L, 1L)),
            Map.entry("fd.port", List.of(40000L, 443L)),
            Map.entry("fd.types", List.of("-a", "-bv", "--long", "-x", "file")));

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            proc.pid < 0 ~ true
            user.uid > 5 ~ true
            user.uid = 4294967295 ~ true
            fd.name endswith é ~ true
            fd.name glob "/etc/caf??" ~ true
            fd.name regex "/etc/caf." ~ true
            fd.name contains "\\xc3" ~ true
            len(fd.name) = 10 ~ true
            proc.aname in (sshd) ~ true
            proc.aname startswith anyof (ssh, x) ~ true
            proc.aname startswith allof (s, sys) ~ true
            proc.aname startswith allof (ssh, sys) ~ false
            proc.apid = 1 ~ true
            proc.apid < 5 ~ true
            proc.apid > 10 ~ false
            proc.aname pmatch (sshd) ~ true
            proc.aname = val(proc.name) ~ false
            fd.port != 443 ~ false
            fd.port != 80 ~ true
            fd.port > 40000 ~ false
            fd.port = anyof (80, 443) ~ true
            fd.port = allof (40000, 443) ~ true
            fd.port != anyof (443, 80) ~ true
            fd.port exists ~ true
            getopt(fd.types, "ab:")[b] = v ~ true
            getopt(fd.types, "ab:")[x] exists ~ false
            getopt(fd.types, "ab:") intersects ("?") ~ true
            getopt(fd.types, "ab:") in (a, b, v, "?") ~ true
            join("+", getopt(fd.types, "ab:")) = a+b+v+? ~ true
            len(getopt(fd.types, "ab:")) = 4 ~ true
            proc.name = oneof (bash, sh) ~ true
            proc.name regex oneof ("b.*", ".*h") ~ false
            proc.name glob val(proc.name) ~ true
            proc.name > val(proc.args) ~ true
            proc.name = val(proc.pname) or not proc.pname exists ~ true
            fd.ip != 1.1.1.1 ~ false
            fd.net != 10.0.0.0/8 ~ false
            proc.name in () ~ false
            concat(proc.name, "/", proc.args) = "bash/-c ls" ~ true
            toupper(proc.name) icontains aSH ~ true
            evt.type != openat or evt.num = 7 ~ true
            """)
    void evaluates(String condition, boolean result) throws Exception {
        CheckedExpr checked = new ConditionChecker(new FieldTable())
                .check(ConditionParser.parse(condition))
                .expr();
        assertEquals(result, Interpreter.matches(checked, new MapEvent(EVENT)));
    }

    @Test
    void sharedExpressionsAreEvaluatedOncePerEvent() throws Exception {
        FieldTable table = new FieldTable();
        Expr macro = ConditionParser.parse("proc.name = bash and proc.args contains ls and proc.pid < 0");
        Expr rule = MacroSubstitution.substitute(ConditionParser.parse("m and m and not m or m"), ref -> macro);
        CheckedExpr checked = new ConditionChecker(table).check(rule).expr();
        assertEquals(1, table.sharedCount());
        SharedResults results = new SharedResults(table.sharedCount());
        MapEvent event = new MapEvent(EVENT);
        results.nextEvent();
        assertEquals(true, results.matches(checked, event));
        assertEquals(2, event.textsAsked());
        results.nextEvent();
        assertEquals(false, results.matches(checked, new MapEvent(Map.of())));
    }
}
