package io.tiercel.rules.testing;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadReport;
import io.tiercel.rules.load.LoadResult;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import io.tiercel.rules.load.RuleToggle;
import io.tiercel.rules.testing.RuleTest.Expected;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs rule test files. */
public final class RuleTestRunner {
    /** Maximum size of a rule test file in bytes. */
    public static final int MAX_BYTES = 8 << 20;

    private static final String HOSTNAME = "test";

    private RuleTestRunner() {}

    /**
     * The result of one test.
     *
     * @param file the file as named by the caller
     * @param line line on which the test starts
     * @param name name of the test
     * @param problems differences between the actual and the expected alerts; empty if the test passed
     */
    public record TestResult(String file, int line, String name, List<String> problems) {
        public boolean passed() {
            return problems.isEmpty();
        }
    }

    /**
     * Loads the rules that a test file names, and runs its tests.
     *
     * @throws RuleTestException if the file cannot be read or is invalid, or if its rules do not load
     */
    public static List<TestResult> run(Path file) throws RuleTestException {
        RuleTestFile tests = RuleTestFile.parse(file.toString(), read(file));
        List<Path> rules = new ArrayList<>();
        for (String rule : tests.rules()) {
            rules.add(file.toAbsolutePath().resolveSibling(rule).normalize());
        }
        List<RuleSource> sources = RuleSource.readAll(rules);
        RuleEngine defaultEngine = engine(file, sources, LoadOptions.defaults(), tests.matching());
        RuleEngine allEnabledEngine = engine(
                file,
                sources,
                LoadOptions.defaults().withToggles(List.of(new RuleToggle.ByName(true, "*"))),
                RuleMatching.ALL);
        return tests.tests().stream()
                .map(test -> new TestResult(
                        file.toString(),
                        test.line(),
                        test.name(),
                        problems(test, test.rule() == null ? defaultEngine : allEnabledEngine)))
                .toList();
    }

    private static RuleEngine engine(Path file, List<RuleSource> sources, LoadOptions options, RuleMatching matching)
            throws RuleTestException {
        LoadResult loaded = new RuleLoader(options).load(sources);
        @Nullable LoadedRules set = loaded.rules();
        if (set == null) {
            throw new RuleTestException(file + ": the rules do not load:\n" + LoadReport.text(loaded));
        }
        return RuleEngine.of(set.rules(), set.fields(), matching, Priority.DEBUG, ZoneOffset.UTC);
    }

    private static String read(Path file) throws RuleTestException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new RuleTestException(file + ": larger than " + MAX_BYTES + " bytes; split the file");
            }
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new RuleTestException(
                    file + ": cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private static List<String> problems(RuleTest test, RuleEngine engine) {
        String onlyRule = test.rule();
        if (onlyRule != null
                && engine.rules().stream().noneMatch(rule -> rule.name().equals(onlyRule))) {
            return List.of("unknown rule \"" + onlyRule + "\"");
        }
        List<Alert> alerts = new ArrayList<>();
        for (Map<String, Object> fields : test.events()) {
            engine.evaluate(new FieldMapEvent(fields, FieldMapEvent.DEFAULT_TIME), (rule, event) -> {
                if (onlyRule == null || rule.name().equals(onlyRule)) {
                    alerts.add(engine.alert(rule, event, HOSTNAME));
                }
            });
        }
        List<String> expectedRules = test.alerts().stream().map(Expected::rule).toList();
        List<String> rules = alerts.stream().map(Alert::rule).toList();
        if (!rules.equals(expectedRules)) {
            return List.of("expected " + quotedNames(expectedRules) + ", got " + quotedNames(rules));
        }
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < alerts.size(); i++) {
            compare(test.alerts().get(i), alerts.get(i), problems);
        }
        return problems;
    }

    private static String quotedNames(List<String> rules) {
        return rules.isEmpty() ? "no alert" : "\"" + String.join("\", \"", rules) + "\"";
    }

    private static void compare(Expected expected, Alert alert, List<String> problems) {
        String prefix = "\"" + alert.rule() + "\": ";
        if (expected.priority() != null && expected.priority() != alert.priority()) {
            problems.add(prefix + "expected priority " + expected.priority().label() + ", got "
                    + alert.priority().label());
        }
        if (expected.output() != null && !alert.message().contains(expected.output())) {
            problems.add(prefix + "expected an output that contains \"" + expected.output() + "\", got \""
                    + alert.message() + "\"");
        }
        for (Map.Entry<String, @Nullable Object> field : expected.fields().entrySet()) {
            Object value = alert.outputFields().get(field.getKey());
            if (!String.valueOf(value).equals(String.valueOf(field.getValue()))) {
                problems.add(prefix + "expected " + field.getKey() + " " + field.getValue() + ", got "
                        + (alert.outputFields().containsKey(field.getKey()) ? value : "no such output field"));
            }
        }
    }
}
