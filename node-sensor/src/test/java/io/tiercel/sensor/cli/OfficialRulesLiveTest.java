package io.tiercel.sensor.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import io.tiercel.sensor.bpf.PreconditionResult;
import io.tiercel.sensor.bpf.Preconditions;
import io.tiercel.sensor.livetest.LiveTest;
import io.tiercel.sensor.livetest.LiveTestFile;
import io.tiercel.sensor.livetest.LiveTestResult;
import io.tiercel.sensor.livetest.LiveTestRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Live tests of Falco's own rules, from the folder in {@code TIERCEL_FALCO_RULES}: each raises its alert, with the
 * right fields.
 */
@Tag("live")
class OfficialRulesLiveTest {
    private static final Path ROOT = Path.of(System.getProperty("tiercel.root"));
    private static final List<String> FILES =
            List.of("falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml");

    /** Minimum number of the 93 rules that must be raised. A machine may lack the requirements of the others. */
    private static final int MIN_RAISED = 60;

    /** Lists and conditions that the rules leave to their users. */
    private static final String USER_CONFIGURATION = """
            - list: namespace_scope_network_only_subnet
              items: [shop]
              override: {items: append}
            - macro: allowed_containers
              condition: (container.image.repository = docker.io/team/allowed)
              override: {condition: replace}
            """;

    @TempDir
    Path folder;

    @Test
    void everyBehaviorRaisesItsAlert() throws Exception {
        assumeMachine();
        List<Path> rules = new ArrayList<>();
        FILES.forEach(file -> rules.add(Path.of(System.getenv("TIERCEL_FALCO_RULES"), file)));
        rules.add(Files.writeString(folder.resolve("user-configuration.yaml"), USER_CONFIGURATION));
        Set<String> names = names(rules);
        assertEquals(93, names.size());

        List<LiveTest> tests = new ArrayList<>();
        for (String file : List.of("stable.yaml", "incubating.yaml", "sandbox.yaml")) {
            Path testFile = Path.of(Objects.requireNonNull(getClass().getResource("/official/" + file))
                    .toURI());
            tests.addAll(LiveTestFile.read(testFile));
        }
        Set<String> executed = new TreeSet<>();
        Set<String> failures = new TreeSet<>();
        Map<String, String> skippedRules = new TreeMap<>();
        List<LiveTestResult> results = new LiveTestRunner(
                        ROOT.resolve("rules/tests/live/sandbox"), SensorArguments.forLiveTests(rules, true))
                .run(tests, result -> {});
        for (LiveTestResult result : results) {
            String rule = result.test().rule();
            switch (result) {
                case LiveTestResult.Passed _ -> executed.add(rule);
                case LiveTestResult.Failed failed -> {
                    executed.add(rule);
                    failures.add(rule + ": " + failed.reason());
                }
                case LiveTestResult.Skipped skipped -> skippedRules.put(rule, skipped.reason());
            }
        }
        skippedRules.keySet().removeAll(executed);
        long raised = executed.stream()
                .filter(rule -> failures.stream().noneMatch(failure -> failure.startsWith(rule + ": ")))
                .count();
        System.out.println("official rules: " + executed.size() + " tested, " + raised + " raised");
        skippedRules.forEach((rule, reason) -> System.out.println("skipped: " + rule + ": " + reason));

        Set<String> accounted = new HashSet<>(executed);
        accounted.addAll(skippedRules.keySet());
        assertEquals(names, accounted, "each rule is tested or skipped with a reason");
        assertEquals(Set.of(), failures);
        assertTrue(raised >= MIN_RAISED, "raised: " + raised);
    }

    private static void assumeMachine() {
        assumeTrue(System.getenv("TIERCEL_FALCO_RULES") != null, "TIERCEL_FALCO_RULES is not set");
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail() + "; " + check.remedy());
        }
        assumeTrue(System.getProperty("user.name").equals("root"), "live tests require root");
    }

    private static Set<String> names(List<Path> rules) {
        LoadedRules loaded = Objects.requireNonNull(new RuleLoader(LoadOptions.defaults())
                .load(RuleSource.readAll(rules))
                .rules());
        Set<String> names = new TreeSet<>();
        loaded.rules().stream().map(Rule::name).forEach(names::add);
        return names;
    }
}
