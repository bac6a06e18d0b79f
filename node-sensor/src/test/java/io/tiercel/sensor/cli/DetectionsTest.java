package io.tiercel.sensor.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.condition.Expr;
import io.tiercel.rules.condition.Literal;
import io.tiercel.rules.condition.Operand;
import io.tiercel.rules.condition.RightSide;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadResult;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import io.tiercel.sensor.app.StandardStreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Our detections: they load without warnings, pass their tests, and match the documentation. */
@Tag("unit")
class DetectionsTest {
    private static final Path ROOT = Path.of(System.getProperty("tiercel.root"));
    private static final Path DETECTIONS = ROOT.resolve("rules/detections");
    private static final Pattern NAME = Pattern.compile("proc\\.(p?name|aname(\\[[0-9]+])?)");
    private static final Pattern TECHNIQUE = Pattern.compile("T[0-9]{4}(\\.[0-9]{3})?");

    @Test
    void loadWithoutWarnings() {
        LoadResult result = load();
        assertTrue(result.ok(), result.errors().toString());
        assertEquals(List.of(), result.files().getLast().warnings());
    }

    @Test
    void eachHasAnAttackTechnique() {
        List<Rule> rules = Objects.requireNonNull(load().rules()).rules();
        assertTrue(rules.size() >= 100, "rules: " + rules.size());
        for (Rule rule : rules) {
            assertTrue(
                    rule.tags().stream().anyMatch(tag -> TECHNIQUE.matcher(tag).matches()),
                    rule.name() + " has tags " + rule.tags());
        }
    }

    @Test
    void eachHasARuleTest() throws IOException {
        StringBuilder tests = new StringBuilder();
        try (Stream<Path> files = Files.list(ROOT.resolve("rules/tests"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
                tests.append(Files.readString(file));
            }
        }
        for (Rule rule : Objects.requireNonNull(load().rules()).rules()) {
            assertTrue(tests.indexOf(rule.name()) >= 0, "no rule test expects " + rule.name());
        }
    }

    @Test
    void passTheirRuleTests() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            int status = Tiercel.commandLine(new StandardStreams(stream, stream, false))
                    .execute("rules", "test", ROOT.resolve("rules/tests").toString());
            assertEquals(0, status, () -> out.toString(StandardCharsets.UTF_8));
        }
    }

    /** The kernel truncates process names to 15 bytes, so a longer name in a rule never matches. */
    @Test
    void useProcessNamesOfAtMost15Bytes() {
        for (Rule rule : Objects.requireNonNull(load().rules()).rules()) {
            for (String name : processNames(rule.syntax())) {
                assertTrue(name.length() <= 15, rule.name() + " names the process " + name);
            }
        }
    }

    private static List<String> processNames(Expr expr) {
        return switch (expr) {
            case Expr.And and ->
                and.operands().stream().flatMap(e -> processNames(e).stream()).toList();
            case Expr.Or or ->
                or.operands().stream().flatMap(e -> processNames(e).stream()).toList();
            case Expr.Not not -> processNames(not.operand());
            case Expr.ExpandedMacro expanded -> processNames(expanded.body());
            case Expr.MacroRef _ -> List.of();
            case Expr.Check check ->
                check.left() instanceof Operand.FieldName field
                                && NAME.matcher(field.text()).matches()
                        ? constants(check.right())
                        : List.of();
        };
    }

    private static List<String> constants(RightSide right) {
        return switch (right) {
            case RightSide.SingleValue single -> List.of(single.value().text());
            case RightSide.ValueList several ->
                several.values().stream().map(Literal::text).toList();
            case RightSide.None _, RightSide.OtherOperand _ -> List.of();
        };
    }

    @Test
    void matchTheDocumentation() throws IOException {
        String table = RuleMarkdownTable.markdown(
                Objects.requireNonNull(load().rules()).rules());
        String document = Files.readString(ROOT.resolve("docs/detections.md"));
        assertEquals(
                table,
                document.substring(document.indexOf("| Rule |")),
                "docs/detections.md: replace the table with the output of ./tiercel rules list --markdown");
    }

    private static LoadResult load() {
        return new RuleLoader(LoadOptions.defaults()).load(RuleSource.readAll(List.of(DETECTIONS)));
    }
}
