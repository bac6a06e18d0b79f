package io.tiercel.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Malicious rule files: loading always ends quickly and with a result. */
@Tag("unit")
class HostileInputTest {
    private static final String SAMPLE = sample();
    private static final List<String> PIECES = List.of(
            "(",
            ")",
            "\"",
            "'",
            "[",
            "]",
            "{",
            "}",
            ",",
            ": ",
            "- ",
            "\n",
            "  ",
            "\t",
            "&a ",
            "*a",
            "!!null ",
            "|",
            ">",
            "%",
            "#",
            "not ",
            " and ",
            " or ",
            "val(",
            "in ",
            "=",
            "~",
            "---\n",
            "append",
            "replace",
            "\u0000",
            "\uFFFE",
            "\uD83D\uDE00",
            "\uD800",
            "proc.name",
            "rule",
            "list",
            "macro",
            "override",
            "999999999999999999999");

    private static String sample() {
        try (var in = Objects.requireNonNull(HostileInputTest.class.getResourceAsStream("sample-rules.yaml"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static LoadResult load(String text) {
        LoadResult result =
                new RuleLoader(LoadOptions.defaults()).load(List.of(new RuleSource.Text("fuzz.yaml", text)));
        assertEquals(result.files().getLast().ok(), result.rules() != null);
        for (Problem error : result.errors()) {
            assertFalse(error.message().isBlank());
            assertFalse(error.advice().isBlank());
        }
        assertNotNull(LoadReport.text(result));
        assertNotNull(LoadReport.json(result));
        return result;
    }

    private static Problem failure(String text) {
        LoadResult result = load(text);
        assertFalse(result.ok());
        return result.errors().getFirst();
    }

    private static String rule(String condition) {
        return "- rule: r\n  desc: d\n  output: o\n  priority: INFO\n  condition: " + condition + "\n";
    }

    @Property(tries = 500)
    void randomBytes(@ForAll @Size(max = 400) byte[] bytes) {
        load(new String(bytes, StandardCharsets.UTF_8));
        load(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    @Property(tries = 1500)
    void mutatedRuleFiles(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int mutations) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(SAMPLE);
        for (int i = 0; i < mutations; i++) {
            int at = random.nextInt(text.length());
            int length = Math.min(1 + random.nextInt(20), text.length() - at);
            switch (random.nextInt(5)) {
                case 0 -> text.delete(at, at + length);
                case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> text.insert(random.nextInt(text.length()), text.substring(at, at + length));
                case 3 -> text.setCharAt(at, (char) (32 + random.nextInt(95)));
                default -> text.replace(at, at + length, PIECES.get(random.nextInt(PIECES.size())));
            }
        }
        load(text.toString());
    }

    @Test
    @Timeout(20)
    void deepNesting() {
        for (String open : List.of("[", "{", "- ", "? ", "[{a: ", "- a:\n  - ", "!!x ", "&a [")) {
            load(open.repeat(20_000));
            assertEquals(
                    LoadCode.LOAD_ERR_YAML_PARSE,
                    failure("- list: l\n  items: " + "[".repeat(20_000)).code());
        }
        assertTrue(load(rule("\"" + "(".repeat(198) + "evt.type=open" + ")".repeat(198) + "\""))
                .ok());
        for (int levels : new int[] {200, 20_000}) {
            String condition = "\"" + "(".repeat(levels) + "evt.type=open" + ")".repeat(levels) + "\"";
            assertEquals(
                    LoadCode.LOAD_ERR_COMPILE_CONDITION,
                    failure(rule(condition)).code());
        }
        assertEquals(
                LoadCode.LOAD_ERR_COMPILE_CONDITION,
                failure(rule("not ".repeat(20_000) + "evt.type=open")).code());
        load(rule("tolower(".repeat(20_000) + "proc.name"));
    }

    @Test
    @Timeout(60)
    void hugeLists() {
        StringBuilder flow = new StringBuilder("- list: big\n  items: [");
        for (int i = 0; flow.length() < 10_000_000; i++) {
            flow.append(i == 0 ? "" : ", ").append("item").append(i);
        }
        flow.append("]\n");
        assertTrue(load(flow + rule("evt.type = open and proc.name in (big)")).ok());
        String list = "- list: l\n  items: ['" + "x".repeat(100_000) + "']\n";
        assertEquals(
                LoadCode.LOAD_ERR_VALIDATE,
                failure(list + "- macro: m\n  condition: proc.name in (l" + ", l".repeat(400) + ")\n")
                        .code());
    }

    @Test
    @Timeout(20)
    void aliasBombs() {
        StringBuilder nested = new StringBuilder("- &a0 [x, x]\n");
        for (int i = 1; i < 60; i++) {
            nested.append("- &a")
                    .append(i)
                    .append(" [*a")
                    .append(i - 1)
                    .append(", *a")
                    .append(i - 1)
                    .append("]\n");
        }
        assertEquals(LoadCode.LOAD_ERR_YAML_VALIDATE, failure(nested.toString()).code());
        load("- list: l\n  items: &a [*a]\n");
        load("- &a\n  rule: r\n  exceptions: *a\n  override: *a\n");
        load(rule("evt.type=open") + "  exceptions:\n  - name: e\n    fields: &f [*f, *f]\n    values: &v [*v, *v]\n");
        StringBuilder lists = new StringBuilder("- list: l0\n  items: &a [" + "x, ".repeat(20_000) + "x]\n");
        for (int i = 1; i < 900; i++) {
            lists.append("- list: l").append(i).append("\n  items: *a\n");
        }
        assertTrue(failure(lists.toString()).message().contains("alias expansion"));
    }

    @Test
    @Timeout(20)
    void aliasesOfLongTexts() {
        String text = "x".repeat(100_000);
        assertTrue(failure("- list: l\n  items: [&s " + text + ", *s".repeat(50_000) + "]\n")
                .message()
                .contains("alias expansion"));
        assertTrue(failure(rule("&s evt.type=open or proc.name=" + "y or proc.name=".repeat(10_000) + "x")
                        + ("- rule: r\n  condition: *s\n  output: *s\n  desc: *s\n  priority: INFO\n").repeat(200))
                .message()
                .contains("alias expansion"));
        assertTrue(failure(rule("evt.type=open") + "  exceptions:\n  - name: e\n    fields: proc.name\n    values: [&s "
                        + text + ", *s".repeat(50_000) + "]\n")
                .message()
                .contains("alias expansion"));
    }

    @Test
    @Timeout(20)
    void manyAppends() {
        assertTrue(load(rule("evt.type=open and proc.name in (l)") + "- list: l\n  items: [" + "x, ".repeat(10_000)
                        + "x]\n" + "- list: l\n  items: [y]\n  append: y\n".repeat(5_000))
                .ok());
        assertTrue(failure(rule("evt.type=open") + "- rule: r\n  condition: and fd.num=1\n  append: y\n".repeat(5_000))
                .message()
                .contains("1000"));
        String exceptions = "  exceptions:\n" + "  - {name: e, fields: proc.name, values: [x]}\n".repeat(20_000);
        assertTrue(failure(rule("evt.type=open") + exceptions).message().contains("10000"));
    }

    @Test
    @Timeout(20)
    void exponentialMacros() {
        StringBuilder text = new StringBuilder("- macro: m0\n  condition: proc.name = x\n");
        for (int i = 1; i < 100; i++) {
            text.append("- macro: m")
                    .append(i)
                    .append("\n  condition: m")
                    .append(i - 1)
                    .append(" and m")
                    .append(i - 1)
                    .append("\n");
        }
        Problem problem = failure(text + rule("evt.type = open and m99"));
        assertEquals(LoadCode.LOAD_ERR_VALIDATE, problem.code());
        assertTrue(problem.message().contains("too large"), problem.message());
    }

    @Test
    @Timeout(20)
    void deepMacroChains() {
        StringBuilder text = new StringBuilder("- macro: m0\n  condition: proc.name = x\n");
        for (int i = 1; i < 20_000; i++) {
            text.append("- macro: m")
                    .append(i)
                    .append("\n  condition: not m")
                    .append(i - 1)
                    .append("\n");
        }
        assertEquals(
                LoadCode.LOAD_ERR_VALIDATE,
                failure(text + rule("evt.type = open and m19999")).code());
        StringBuilder forward = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            forward.append("- macro: m").append(i).append("\n  condition: proc.name = x\n");
        }
        for (int i = 0; i < 20_000; i++) {
            forward.append("- macro: m")
                    .append(i)
                    .append("\n  condition: m")
                    .append(i + 1)
                    .append("\n");
        }
        assertEquals(LoadCode.LOAD_ERR_VALIDATE, failure(forward.toString()).code());
    }

    @Test
    @Timeout(20)
    void exponentialLists() {
        StringBuilder text = new StringBuilder();
        for (int i = 60; i > 0; i--) {
            text.append("- list: l")
                    .append(i)
                    .append("\n  items: [l")
                    .append(i - 1)
                    .append(", l")
                    .append(i - 1)
                    .append("]\n");
        }
        text.append("- list: l0\n  items: [x]\n");
        assertEquals(
                LoadCode.LOAD_ERR_VALIDATE,
                failure(text + rule("evt.type = open and proc.name in (l60)")).code());
    }

    @Test
    @Timeout(20)
    void longConditions() {
        assertTrue(load(rule("evt.type = open" + " and proc.name = x".repeat(50_000)))
                .ok());
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            many.append("- x: ").append(i).append('\n');
        }
        FileResult file = load(many.toString()).files().getFirst();
        assertEquals(1_000, file.warnings().size());
        assertEquals(99_000, file.warningsDropped());
    }
}
