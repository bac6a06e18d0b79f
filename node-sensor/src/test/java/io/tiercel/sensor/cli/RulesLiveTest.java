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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The live tests of our rules, and the messages of {@code rules live}. */
@Tag("live")
class RulesLiveTest {
    private static final Path ROOT = Path.of(System.getProperty("tiercel.root"));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    @Test
    void everyBehaviorRaisesItsAlert() {
        assumeRoot();
        int status = live();
        System.out.println("rules live: " + printed().lines().toList().getLast());
        assertEquals(0, status, this::printed);
    }

    /** Performs techniques of attackers, and ordinary tasks, which must raise no alert of the rules that are on by default. */
    @Test
    void mostTechniquesRaiseAnAlertAndOrdinaryTasksNone() throws Exception {
        long ordinaryTasks = LiveTestFile.read(ROOT.resolve("rules/tests/techniques/ordinary-tasks.yaml")).stream()
                .filter(LiveTest::silent)
                .count();
        assertTrue(ordinaryTasks >= 30, () -> "ordinary tasks: " + ordinaryTasks);
        assumeRoot();
        int status = live("--techniques");
        assertEquals(0, status, this::printed);
        Matcher count = Pattern.compile("(\\d+) of (\\d+) techniques raised").matcher(printed());
        assertTrue(count.find(), this::printed);
        System.out.println("rules live --techniques: " + count.group(1) + " of " + count.group(2));
        assertTrue(Integer.parseInt(count.group(2)) >= 96, this::printed);
        assertTrue(Integer.parseInt(count.group(1)) >= 75, this::printed);
    }

    @Test
    void everyRuleHasALiveTest() throws Exception {
        Set<String> tested = new HashSet<>();
        for (LiveTest test : liveTests()) {
            tested.add(test.rule());
        }
        LoadResult result = new RuleLoader(LoadOptions.defaults())
                .load(RuleSource.readAll(List.of(ROOT.resolve("rules/detections"))));
        Set<String> untested = new TreeSet<>();
        Objects.requireNonNull(result.rules()).rules().stream().map(Rule::name).forEach(untested::add);
        Set<String> rules = Set.copyOf(untested);
        untested.removeAll(tested);
        assertEquals(Set.of(), untested, "rules without a live test in rules/tests/live");
        assertTrue(rules.containsAll(tested), () -> "live tests of unknown rules: " + tested);
    }

    @Test
    void reportsFailedAndSkippedTests() throws IOException {
        assumeRoot();
        Path tests = Files.writeString(folder.resolve("tests.yaml"), """
            tests:
              - rule: Sensitive file read by untrusted program
                script: cat /etc/hostname; exit 3
              - rule: Sensitive file read by untrusted program
                script: cat /etc/shadow >/dev/null
                fields: {fd.name: /etc/gshadow}
              - rule: Sensitive file read by untrusted program
                harmless: cat /etc/gshadow >/dev/null
                script: cat /etc/shadow >/dev/null
                fields: [{fd.name: /etc/shadow}, {proc.name: cat}]
              - rule: Sensitive file read by untrusted program
                requires: [no-such-program]
                script: cat /etc/shadow
              - rule: none
                script: cat /etc/gshadow >/dev/null
            """);
        int status = live("--tests", tests.toString());
        assertEquals(1, status, this::printed);
        List<String> lines = printed().lines().toList();
        assertTrue(
                lines.get(0)
                        .startsWith("failed   Sensitive file read by untrusted program: no matching alert; the script"
                                + " exited with status 3"),
                lines.get(0));
        assertTrue(
                lines.get(1)
                        .startsWith("failed   Sensitive file read by untrusted program: the alert's fd.name is"
                                + " /etc/shadow, not /etc/gshadow"),
                lines.get(1));
        assertEquals(
                "skipped  Sensitive file read by untrusted program: no-such-program is not installed",
                lines.get(3),
                lines.get(3));
        assertTrue(
                lines.get(2)
                        .startsWith("failed   Sensitive file read by untrusted program: the harmless script raised the"
                                + " alert: "),
                lines.get(2));
        assertTrue(
                lines.get(4)
                        .startsWith("failed   none: expected no alert; other alerts: Sensitive file read by untrusted"
                                + " program; the script exited with status 0"),
                lines.get(4));
        assertEquals("0 passed, 4 failed, 1 skipped", lines.get(5));
    }

    @Test
    void rejectsARuleWithoutALiveTest() {
        assertEquals(3, live("No such rule"));
        assertTrue(printed().contains("no live test for the rule No such rule"), this::printed);
    }

    private static List<LiveTest> liveTests() throws Exception {
        List<LiveTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(ROOT.resolve("rules/tests/live"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
                tests.addAll(LiveTestFile.read(file));
            }
        }
        return tests;
    }

    private static void assumeRoot() {
        for (PreconditionResult check : Preconditions.check()) {
            assumeTrue(check.passed(), () -> check.name() + ": " + check.detail() + "; " + check.remedy());
        }
        assumeTrue(System.getProperty("user.name").equals("root"), "live tests require root");
    }

    private int live(String... arguments) {
        List<String> command = new ArrayList<>(List.of("rules", "live"));
        command.addAll(List.of(arguments));
        String previous = System.setProperty("tiercel.home", ROOT.toString());
        try (PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            return Tiercel.commandLine(new StandardStreams(stream, stream, false))
                    .execute(command.toArray(String[]::new));
        } finally {
            if (previous == null) {
                System.clearProperty("tiercel.home");
            } else {
                System.setProperty("tiercel.home", previous);
            }
        }
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
