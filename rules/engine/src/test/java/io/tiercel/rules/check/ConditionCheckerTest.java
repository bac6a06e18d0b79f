package io.tiercel.rules.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.condition.ConditionParser;
import io.tiercel.rules.condition.Expr;
import io.tiercel.rules.condition.MacroSubstitution;
import io.tiercel.rules.event.EventTypeSet;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.ArgumentKind;
import io.tiercel.rules.field.Field;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("unit")
class ConditionCheckerTest {
    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            proc.nosuch = 1 ~ UNKNOWN_FIELD ~ 0
            m and proc.name[1] = x ~ UNKNOWN_FIELD ~ 6
            proc.aname[x] = y ~ UNKNOWN_FIELD ~ 0
            evt.arg = x ~ UNKNOWN_FIELD ~ 0
            evt.abspath.foo = x ~ UNKNOWN_FIELD ~ 0
            evt.arg.nosuch = x ~ UNKNOWN_PARAMETER ~ 0
            evt.type in (open, nosuch) ~ UNKNOWN_EVENT_TYPE ~ 19
            evt.type.is.nosuch = 1 ~ UNKNOWN_EVENT_TYPE ~ 0
            proc.pid contains 1 ~ TYPE_MISMATCH ~ 0
            fd.types = x ~ TYPE_MISMATCH ~ 0
            proc.pid contains anyof (1) ~ TYPE_MISMATCH ~ 0
            tolower(fd.ip) = x ~ TYPE_MISMATCH ~ 0
            proc.name = val(fd.types) ~ TYPE_MISMATCH ~ 0
            tolower(proc.name)[x] = y ~ TYPE_MISMATCH ~ 0
            proc.pid = 99999999999999999999 ~ BAD_CONSTANT ~ 11
            fd.sip = 1.2.3 ~ BAD_CONSTANT ~ 9
            fd.sip = ::ffff:1.2.3.4 ~ BAD_CONSTANT ~ 9
            fd.sport = -1 ~ BAD_CONSTANT ~ 11
            proc.name regex "a\\\\d" ~ BAD_CONSTANT ~ 16
            mm ~ UNKNOWN_MACRO ~ 0
            """)
    void reportsTheKindAndPositionOfErrors(String condition, ConditionCheckException.Kind kind, int offset)
            throws Exception {
        Expr macro = ConditionParser.parse("evt.num = 1");
        Expr expr = ConditionParser.parse(condition);
        Expr expanded = condition.equals("mm") ? expr : MacroSubstitution.substitute(expr, ref -> macro);
        ConditionChecker checker = new ConditionChecker(new FieldTable());
        ConditionCheckException e = assertThrows(ConditionCheckException.class, () -> checker.check(expanded));
        assertEquals(kind, e.kind(), e.getMessage());
        assertEquals(offset, e.offset(), e.getMessage());
    }

    @Test
    void reportsTheMacroOfAnError() throws Exception {
        Expr inner = ConditionParser.parse("proc.name = a or proc.foo = 1");
        Expr outer = MacroSubstitution.substitute(ConditionParser.parse("evt.num = 1 and inner"), ref -> inner);
        Expr rule = MacroSubstitution.substitute(ConditionParser.parse("outer"), ref -> outer);
        ConditionChecker checker = new ConditionChecker(new FieldTable());
        ConditionCheckException e = assertThrows(ConditionCheckException.class, () -> checker.check(rule));
        assertEquals("inner", e.macro());
        assertEquals(17, e.offset());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            proc.name = proc.pname ~ SUSPICIOUS_CONSTANT
            proc.name in (a, "proc.aname[2]") ~ SUSPICIOUS_CONSTANT
            proc.name = "len(x)" ~ SUSPICIOUS_CONSTANT
            proc.name regex "^bash.*" ~ SUSPICIOUS_CONSTANT
            proc.name regex "b.sh" ~ -
            proc.name = proc.nosuch ~ -
            proc.name = "<NA>" ~ -
            evt.dir = < ~ DEPRECATED_FIELD
            tolower(evt.latency.human) = x ~ DEPRECATED_FIELD
            """)
    void warns(String condition, String kind) throws Exception {
        List<ConditionWarning> warnings = new ConditionChecker(new FieldTable())
                .check(ConditionParser.parse(condition))
                .warnings();
        assertEquals(kind, warnings.isEmpty() ? "-" : warnings.getFirst().kind().name());
    }

    @Test
    void warnsAboutAuditFieldsComparedWithNa() throws Exception {
        assertEquals(
                ConditionWarning.Kind.UNSAFE_NA_CHECK,
                ConditionLinter.lint(ConditionParser.parse("ka.user.name != <NA>"))
                        .getFirst()
                        .kind());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            evt.type = open ~ false
            evt.type != open ~ true
            evt.type exists ~ true
            not evt.type exists ~ false
            proc.name = x ~ true
            evt.num = 0 ~ false
            evt.num >= 0 ~ true
            not evt.num >= 0 ~ false
            evt.type in (statx, keyctl, getpid, gettid, sync, vhangup, uname) ~ false
            """)
    void detectsTooManyEventTypes(String condition, boolean tooMany) throws Exception {
        CheckedExpr checked = new ConditionChecker(new FieldTable())
                .check(ConditionParser.parse(condition))
                .expr();
        assertEquals(tooMany, RuleEventTypes.tooMany(RuleEventTypes.of(checked)));
    }

    @ParameterizedTest
    @MethodSource("io.tiercel.rules.field.Field#eventFields")
    void everyFieldResolvesAndHasAConstantNamedAfterIt(Field field) {
        assertEquals(
                field.name().toLowerCase(Locale.ROOT).replace("_", ""),
                field.fieldName().replace(".", "").replace("_", ""));
        boolean plain = FieldResolver.isField(field.fieldName(), null);
        assertEquals(!field.argument().required(), plain);
        assertEquals(
                field.argument().takesIndex(),
                FieldResolver.isField(field.fieldName(), "0")
                        && field.argument() != ArgumentKind.KEY
                        && field.argument() != ArgumentKind.REQUIRED_KEY);
        assertEquals(field.argument().takesKey(), FieldResolver.isField(field.fieldName(), "x y"));
    }

    @Test
    void eventTypesHaveTheirParameters() {
        int openat = EventTypes.code("openat");
        assertEquals(2, EventTypes.parameterIndex(openat, "name"));
        assertEquals("openat", EventTypes.name(openat));
        assertTrue(EventTypes.generic(EventTypes.code("statx")));
        assertEquals(-1, EventTypes.code("nosuch"));
        assertTrue(EventTypeSet.of(openat)
                .complement()
                .union(EventTypeSet.of(openat))
                .isAll());
        assertTrue(EventTypeSet.all().complement().isEmpty());
    }
}
