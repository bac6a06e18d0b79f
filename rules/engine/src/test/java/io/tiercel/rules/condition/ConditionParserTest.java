package io.tiercel.rules.condition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ConditionParserTest {
    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            a.b=1 or a.b=2 and a.b=3 ~ (a.b = 1 or (a.b = 2 and a.b = 3))
            (a.b=1 or a.b=2) and a.b=3 ~ ((a.b = 1 or a.b = 2) and a.b = 3)
            (a.b=1)and(a.b=2)and(a.b=3) ~ (a.b = 1 and a.b = 2 and a.b = 3)
            a.b=1 or (a.b=2) and a.b=3 ~ (a.b = 1 or (a.b = 2 and a.b = 3))
            not not(m1) ~ not not m1
            a.b existsand m ~ (a.b exists and m)
            a.b==x ~ a.b = x
            a.b in x ~ a.b in (x)
            a.b startswith anyof x ~ a.b startswith anyof (x)
            a.b = anyof and m ~ (a.b = anyof and m)
            a.b contains "x y" ~ a.b contains "x y"
            a.b contains 'x' ~ a.b contains x
            a.b[c] = 'it''s' ~ !
            a.b["c d"] > -1.5e+3 ~ a.b[c d] > -1.5e+3
            a.b = val( c.d ) ~ a.b = val(c.d)
            a.b = tolower( c.d ) ~ a.b = tolower(c.d)
            getopt(c.d, "a:")[a] = x ~ getopt(c.d, "a:")[a] = x
            join(",", (a.b, "x")) = x ~ join(",", (a.b, "x")) = x
            """)
    void parsesConditions(String condition, String tree) throws ConditionSyntaxException {
        if (tree.equals("!")) {
            assertThrows(ConditionSyntaxException.class, () -> ConditionParser.parse(condition));
        } else {
            assertEquals(tree, ConditionPrinter.print(ConditionParser.parse(condition)));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            a.b = x y ~ 8
            a.b ~ 3
            a.b = "x ~ 6
            a.b = "\\q" ~ 7
            a.b in (x, ~ 10
            a.b or(m)and(n) ~ 4
            m or(m)and(n) ~ 7
            m andn ~ 5
            val(a.b) = x ~ 0
            """)
    void reportsThePositionOfErrors(String condition, int offset) {
        String text = condition.replace("\\\\", "\\");
        ConditionSyntaxException e = assertThrows(ConditionSyntaxException.class, () -> ConditionParser.parse(text));
        assertEquals(offset, e.offset(), e.getMessage());
    }

    @Test
    void groupsNestTo199() throws ConditionSyntaxException {
        ConditionParser.parse("(".repeat(199) + "m" + ")".repeat(199));
        assertThrows(
                ConditionSyntaxException.class, () -> ConditionParser.parse("(".repeat(200) + "m" + ")".repeat(200)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "not ", "tolower(", "a.b in (", "m and (", "not(", "m or ", "a.b in (x,"})
    @Timeout(60)
    void hugeInputIsParsedQuickly(String part) {
        // Measures CPU time, so that the result does not depend on the load of the machine.
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        tries(part.repeat(200_000));
        Duration cpu = Duration.ofNanos(threads.getCurrentThreadCpuTime() - start);
        assertTrue(cpu.compareTo(Duration.ofSeconds(1)) < 0, "CPU time: " + cpu);
    }

    @Test
    void parsesLongLists() {
        assertTimeout(Duration.ofSeconds(5), () -> ConditionParser.parse("a.b in (" + "x, ".repeat(1_000_000) + "x)"));
    }

    @Property(tries = 3000)
    void anyTextIsATreeOrASyntaxError(@ForAll("conditionLike") String text) {
        tries(text);
    }

    @Property(tries = 1000)
    void anyCharsAreATreeOrASyntaxError(@ForAll String text) {
        tries(text);
    }

    /** A printed tree parses to the same tree. */
    @Property(tries = 3000)
    void printingIsTheInverseOfParsing(@ForAll("conditionLike") String text) throws ConditionSyntaxException {
        Expr expr = tries(text);
        if (expr != null) {
            String written = ConditionPrinter.print(expr);
            assertEquals(written, ConditionPrinter.print(ConditionParser.parse(written)));
        }
    }

    @Provide
    Arbitrary<String> conditionLike() {
        return Arbitraries.of(
                        "a.b",
                        "proc.name",
                        "m",
                        "=",
                        "==",
                        "!=",
                        "<",
                        ">=",
                        " in ",
                        "in",
                        "(",
                        ")",
                        " and ",
                        "and",
                        " or ",
                        "or(",
                        "not ",
                        "not",
                        "exists",
                        " ",
                        "\n",
                        ",",
                        "x",
                        "5",
                        "-1.5",
                        "\"q\"",
                        "'q",
                        "\"\\n\"",
                        "\\",
                        "val(",
                        "tolower(",
                        "getopt(",
                        "[",
                        "]",
                        "anyof ",
                        " contains ",
                        "glob",
                        "regex ",
                        "é",
                        "\0")
                .list()
                .ofMaxSize(25)
                .map(parts -> String.join("", parts));
    }

    private static @Nullable Expr tries(String text) {
        try {
            return ConditionParser.parse(text);
        } catch (ConditionSyntaxException e) {
            assertEquals(true, e.offset() >= 0 && e.offset() <= text.length(), text);
            return null;
        }
    }
}
