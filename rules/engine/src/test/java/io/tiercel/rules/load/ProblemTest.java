package io.tiercel.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Locations, messages and advice of problems. */
@Tag("unit")
class ProblemTest {
    private static final String BASE = """
            - rule: Base
              desc: d
              condition: evt.type=close and proc.name=cat
              output: o
              priority: INFO
            """;

    private static LoadResult load(String... files) {
        List<RuleSource> sources = new java.util.ArrayList<>();
        for (String file : files) {
            sources.add(new RuleSource.Text("rules" + sources.size() + ".yaml", file));
        }
        return new RuleLoader(LoadOptions.defaults()).load(sources);
    }

    private static Problem error(String... files) {
        LoadResult result = load(files);
        assertFalse(result.ok());
        return result.errors().getFirst();
    }

    private static void assertAt(int line, int column, Problem problem) {
        assertEquals(
                line + ":" + column,
                problem.location().line() + ":" + problem.location().column());
    }

    @Test
    void aConditionErrorHasItsPositionInAFoldedScalar() {
        Problem problem = error("""
                - rule: Folded
                  desc: d
                  condition: >
                    evt.type = close
                    and proc.name = cat

                    and fd.nume = 1
                  output: o
                  priority: INFO
                """);
        assertEquals(LoadCode.LOAD_ERR_COMPILE_CONDITION, problem.code());
        assertAt(7, 9, problem);
        assertEquals("    and fd.nume = 1", problem.location().excerpt());
        assertEquals(8, problem.location().caret());
        assertEquals(ItemKind.RULE, problem.location().kind());
        assertEquals("Folded", problem.location().itemName());
        assertTrue(problem.advice().startsWith("did you mean 'fd.num'?"), problem.advice());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "evt.type=close and fd.nume=1     | 33",
                "\"evt.type=close and fd.nume=1\" | 34",
                "'evt.type=close and fd.nume=1'   | 34",
                "\"evt.type=close \\u0061nd fd.nume=1\" | 39",
            })
    void aConditionErrorHasItsPositionOnOneLine(String condition, int column) {
        Problem problem = error(BASE.replace("evt.type=close and proc.name=cat", condition));
        assertAt(3, column, problem);
        assertEquals(19, problem.location().textPosition());
    }

    @Test
    void columnsCountCodePoints() {
        assertAt(
                3,
                30,
                error(BASE.replace("evt.type=close and proc.name=cat", "proc.name=\uD83E\uDD85 and proc.nam=cat")));
    }

    @Test
    void anErrorInAnAppendedTextIsReportedInTheAppendingFile() {
        Problem problem = error(BASE, """
                - rule: Base
                  condition: and fd.nume = 1
                  override: {condition: append}
                """);
        assertEquals("rules1.yaml", problem.location().file());
        assertAt(2, 18, problem);
        assertEquals(4, problem.location().textPosition());
    }

    @Test
    void anErrorInAMacroIsReportedInTheMacroWithTheRuleName() {
        Problem problem = error("- macro: m\n  condition: proc.nme = x\n", BASE.replace("proc.name=cat", "m"));
        assertEquals("rules0.yaml", problem.location().file());
        assertEquals("m", problem.location().itemName());
        assertAt(2, 14, problem);
        assertTrue(problem.message().contains("used by rule 'Base'"), problem.message());
    }

    @Test
    void anErrorInAListIsReportedAtTheUseOfTheList() {
        Problem problem = error("- list: l\n  items: [a, 'b=c']\n", BASE.replace("=cat", " in (x, l)"));
        assertEquals("rules1.yaml", problem.location().file());
        assertAt(3, 50, problem);
    }

    @Test
    void anErrorInAnExceptionIsReportedAtTheException() {
        Problem problem = error(BASE + """
                  exceptions:
                  - name: ok
                    fields: proc.name
                    values: [x]
                  - name: bad
                    fields: [proc.name, fd.name]
                    values: [[x]]
                """);
        assertEquals(LoadCode.LOAD_ERR_VALIDATE, problem.code());
        assertAt(10, 5, problem);
    }

    @Test
    void anOutputErrorIsReportedAtThePercentSign() {
        Problem problem = error(BASE.replace("output: o", "output: \"name=%proc.nam pid=1\""));
        assertEquals(LoadCode.LOAD_ERR_COMPILE_OUTPUT, problem.code());
        assertAt(4, 17, problem);
        assertTrue(problem.advice().startsWith("did you mean 'proc.name'?"), problem.advice());
    }

    @Test
    void misspelledNamesAreSuggested() {
        assertTrue(error("- macro: my_macro\n  condition: proc.name=x\n" + BASE.replace("proc.name=cat", "my_macr"))
                .advice()
                .contains("my_macro"));
        assertTrue(error(BASE + "- rule: base\n  desc: x\n  override: {desc: append}\n")
                .advice()
                .contains("'Base'"));
    }

    @Test
    void theTextReportHasACaretLine() {
        assertEquals("""
                rules0.yaml:5:13: error: rule "Base": unknown priority 'WARN' [LOAD_ERR_YAML_VALIDATE]
                      priority: WARN
                                ^
                    use EMERGENCY, ALERT, CRITICAL, ERROR, WARNING, NOTICE, INFORMATIONAL (INFO) or DEBUG
                """, LoadReport.text(load(BASE.replace("INFO", "WARN"))));
    }

    @Test
    void theReportReplacesControlCharacters() {
        String report = LoadReport.text(load("- rule: \"a\\u001b[31mb\"\n  desc: d\n"));
        assertFalse(report.contains("\u001b"), report);
        assertTrue(report.contains("a?[31mb"), report);
    }

    @Test
    void longLinesAreShownAroundTheColumn() {
        Problem problem = error(BASE.replace("=cat", "=x" + " and proc.pid=1".repeat(400) + " and proc.nam=y"));
        assertTrue(problem.location().excerpt().length() <= 200);
        assertTrue(problem.location()
                .excerpt()
                .startsWith("proc.nam", problem.location().caret()));
    }

    @Test
    void theJsonReportHasTheSameContent() {
        String json = LoadReport.json(load(BASE.replace("INFO", "WARN") + "- list: l\n  items: [x]\n"));
        assertTrue(json.startsWith("{\"ok\":false,\"errors\":[{\"code\":\"LOAD_ERR_YAML_VALIDATE\","), json);
        assertTrue(
                json.contains("\"item_kind\":\"rule\",\"item_name\":\"Base\",\"line\":5,\"column\":13,"
                        + "\"text_position\":null,\"excerpt\":\"  priority: WARN\""),
                json);
    }

    @Test
    void aByteOrderMarkAndWindowsLineEndsAreIgnored() {
        assertTrue(load("\uFEFF" + BASE.replace("\n", "\r\n")).ok());
        assertAt(5, 13, error("\uFEFF" + BASE.replace("INFO", "WARN").replace("\n", "\r\n")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "evt.type = open AND fd.num = 1 | write 'and' instead of 'AND'",
                "evt.type = open && fd.num = 1 | write 'and' instead of '&&'",
                "! evt.type = open | write 'not' instead of '!'",
                "evt.type = open and fd.name not in (a, b) | write 'not' before the field",
                "evt.type = open and fd.name in a, b | in parentheses after 'in'",
                "evt.type = open and fd.name = a, b | in parentheses after 'in'",
                "evt.type = open and fd.name contains (a, b) | anyof (a, b)",
                "evt.type = open and (fd.num = 1 | add the missing ')'",
                "evt.type = open and fd.name > abc | only numbers",
                "evt.type = open and proc.cmdline = ls -l | put a value with spaces in quotes",
                "evt.type = opne | did you mean 'open'?",
                "evt.type = open and fd.name regex \"\\d\" | write \\\\ for a backslash",
                "evt.type = open and | a condition consists of comparisons",
            })
    void aConditionErrorHasAdvice(String condition, String advice) {
        Problem problem =
                error("- rule: r\n  desc: d\n  condition: >\n    " + condition + "\n  output: o\n  priority: INFO\n");
        assertTrue(problem.advice().contains(advice), problem::advice);
    }

    @Test
    void anAppendedConditionMustStartWithAnOperator() {
        Problem problem = error("""
                - {rule: r, desc: d, condition: evt.type = open, output: o, priority: INFO}
                - {rule: r, condition: fd.num = 1, override: {condition: append}}
                """);
        assertEquals("start an appended condition with 'and' or 'or'", problem.advice());
    }
}
