package io.tiercel.sensor.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadResult;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.bpf.PreconditionResult;
import io.tiercel.sensor.bpf.Preconditions;
import io.tiercel.sensor.livetest.LiveTest;
import io.tiercel.sensor.livetest.LiveTestFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trials that come with our rules, performed for real; and what {@code rules live} says when something is wrong. */
class RulesLiveTest {
    private static final Path ROOT = Path.of(System.getProperty("tiercel.root"));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    @Test
    void everyBehaviourIsSeen() {
        assumeRoot();
        int status = live();
        System.out.println("rules live: " + printed().lines().toList().getLast());
        assertEquals(0, status, this::printed);
    }

    @Test
    void everyRuleHasATrial() throws Exception {
        Set<String> tried = new HashSet<>();
        for (LiveTest trial : trials()) {
            tried.add(trial.rule());
        }
        LoadResult result = new RuleLoader(LoadOptions.defaults())
                .load(RuleSource.readAll(List.of(ROOT.resolve("rules/detections"))));
        Set<String> untried = new TreeSet<>();
        Objects.requireNonNull(result.rules()).rules().stream().map(Rule::name).forEach(untried::add);
        Set<String> rules = Set.copyOf(untried);
        untried.removeAll(tried);
        assertEquals(Set.of(), untried, "rules without a trial in rules/tests/live");
        assertTrue(rules.containsAll(tried), () -> "trials of rules that are not there: " + tried);
    }

    @Test
    void aBehaviourThatNoRuleSeesIsMissing() throws IOException {
        assumeRoot();
        Path trials = Files.writeString(folder.resolve("trials.yaml"), """
                trials:
                  - rule: Sensitive file read by untrusted program
                    script: cat /etc/hostname; exit 3
                  - rule: Sensitive file read by untrusted program
                    script: cat /etc/shadow >/dev/null
                    fields: {fd.name: /etc/gshadow}
                  - rule: Sensitive file read by untrusted program
                    needs: [a-program-that-nobody-has]
                    script: cat /etc/shadow
                """);
        int status = live("--trials", trials.toString());
        assertEquals(1, status, this::printed);
        List<String> lines = printed().lines().toList();
        assertTrue(
                lines.get(0)
                        .startsWith(
                                "missing  Sensitive file read by untrusted program: no such alert; the script ended with status 3"),
                lines.get(0));
        assertTrue(
                lines.get(1)
                        .startsWith(
                                "missing  Sensitive file read by untrusted program: the alert's fd.name is /etc/shadow, not /etc/gshadow"),
                lines.get(1));
        assertEquals(
                "skipped  Sensitive file read by untrusted program: a-program-that-nobody-has is not installed",
                lines.get(2),
                lines.get(2));
        assertEquals("0 seen, 2 missing, 1 skipped", lines.get(3));
    }

    @Test
    void aRuleWithoutATrialIsSaid() {
        assertEquals(1, live("No such rule"));
        assertTrue(printed().contains("there is no trial for a rule named No such rule"), this::printed);
    }

    private static List<LiveTest> trials() throws Exception {
        List<LiveTest> trials = new ArrayList<>();
        try (Stream<Path> files = Files.list(ROOT.resolve("rules/tests/live"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
                trials.addAll(LiveTestFile.read(file));
            }
        }
        return trials;
    }

    private static void assumeRoot() {
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail() + "; " + check.remedy());
        }
        assumeTrue(System.getProperty("user.name").equals("root"), "behaviours are performed by root");
    }

    private int live(String... words) {
        List<String> all = new ArrayList<>(List.of("rules", "live"));
        all.addAll(List.of(words));
        String before = System.setProperty("tiercel.home", ROOT.toString());
        try (PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            return Tiercel.commandLine(new StandardStreams(stream, stream, false))
                    .execute(all.toArray(String[]::new));
        } finally {
            if (before == null) {
                System.clearProperty("tiercel.home");
            } else {
                System.setProperty("tiercel.home", before);
            }
        }
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
