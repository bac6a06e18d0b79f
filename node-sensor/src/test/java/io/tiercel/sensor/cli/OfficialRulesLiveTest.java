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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Falco's own rules, from the folder that {@code TIERCEL_FALCO_RULES} names, before behaviours that are performed for
 * real: each alerts, and its fields are right.
 */
class OfficialRulesLiveTest {
    private static final Path ROOT = Path.of(System.getProperty("tiercel.root"));
    private static final List<String> FILES =
            List.of("falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml");

    /** Of the 93 rules, how many have to be seen; the rest are those below and what a machine may lack. */
    private static final int AT_LEAST = 60;

    /** Lists and conditions that the rules leave for their user to fill in, filled in. */
    private static final String FILLED_IN = """
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
    void everyBehaviourIsSeen() throws Exception {
        assumeMachine();
        List<Path> rules = new ArrayList<>();
        FILES.forEach(file -> rules.add(Path.of(System.getenv("TIERCEL_FALCO_RULES"), file)));
        rules.add(Files.writeString(folder.resolve("filled-in.yaml"), FILLED_IN));
        Set<String> names = names(rules);
        assertEquals(93, names.size());

        List<LiveTest> trials = new ArrayList<>();
        for (String file : List.of("stable.yaml", "incubating.yaml", "sandbox.yaml")) {
            Path trialFile = Path.of(Objects.requireNonNull(getClass().getResource("/official/" + file))
                    .toURI());
            trials.addAll(LiveTestFile.read(trialFile));
        }
        Set<String> performed = new TreeSet<>();
        Set<String> missed = new TreeSet<>();
        Map<String, String> notPerformed = new TreeMap<>();
        List<LiveTestResult> outcomes = new LiveTestRunner(
                        ROOT.resolve("rules/tests/live/ground"), SensorArguments.ofTrials(rules))
                .perform(trials, outcome -> {});
        for (LiveTestResult outcome : outcomes) {
            String rule = outcome.trial().rule();
            switch (outcome) {
                case LiveTestResult.Seen _ -> performed.add(rule);
                case LiveTestResult.Missing missing -> {
                    performed.add(rule);
                    missed.add(rule + ": " + missing.reason());
                }
                case LiveTestResult.Skipped skipped -> notPerformed.put(rule, skipped.reason());
            }
        }
        notPerformed.keySet().removeAll(performed);
        long seen = performed.stream()
                .filter(rule -> missed.stream().noneMatch(miss -> miss.startsWith(rule + ": ")))
                .count();
        System.out.println("official rules: " + performed.size() + " performed, " + seen + " seen");
        notPerformed.forEach((rule, reason) -> System.out.println("not performed: " + rule + ": " + reason));

        Set<String> accounted = new HashSet<>(performed);
        accounted.addAll(notPerformed.keySet());
        assertEquals(names, accounted, "each rule is performed, or it is said why not");
        assertEquals(Set.of(), missed);
        assertTrue(seen >= AT_LEAST, "seen: " + seen);
    }

    private static void assumeMachine() {
        assumeTrue(System.getenv("TIERCEL_FALCO_RULES") != null, "TIERCEL_FALCO_RULES names no folder of rules");
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail() + "; " + check.remedy());
        }
        assumeTrue(System.getProperty("user.name").equals("root"), "behaviours are performed by root");
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
