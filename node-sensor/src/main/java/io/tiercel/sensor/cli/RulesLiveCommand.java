package io.tiercel.sensor.cli;

import io.tiercel.sensor.app.PreconditionText;
import io.tiercel.sensor.app.RuleFiles;
import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.app.UserErrorException;
import io.tiercel.sensor.bpf.PreconditionResult;
import io.tiercel.sensor.bpf.Preconditions;
import io.tiercel.sensor.livetest.LiveTest;
import io.tiercel.sensor.livetest.LiveTestException;
import io.tiercel.sensor.livetest.LiveTestFile;
import io.tiercel.sensor.livetest.LiveTestResult;
import io.tiercel.sensor.livetest.LiveTestRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code tiercel rules live}. */
@Command(
        name = "live",
        description =
                "Runs live tests: performs the behaviors that rules detect, in a sandbox, and checks that a sensor"
                        + " raises the alerts (docs/live-tests.md). Exit code 1 if a test fails, 2 if this machine cannot"
                        + " capture events.",
        mixinStandardHelpOptions = true)
final class RulesLiveCommand implements Callable<Integer> {
    private static final String BUNDLED = "rules/tests/live";
    private static final String TECHNIQUES = "rules/tests/techniques";

    private final StandardStreams streams;

    @Parameters(
            arity = "0..*",
            paramLabel = "RULE",
            description = "Names of rules to test. Default: all rules with a live test.")
    private List<String> names = List.of();

    @Mixin
    private RuleFilesOption ruleFiles = new RuleFilesOption();

    @Option(
            names = "--tests",
            paramLabel = "FILE|DIR",
            description = "Live test files, or folders of *.yaml files. Default: the bundled live tests.")
    private List<Path> tests = List.of();

    @Option(
            names = "--techniques",
            description =
                    "Performs techniques of attackers and ordinary tasks with the rules that are on by default, and counts"
                            + " the techniques that raise an alert. Default of --tests: the bundled techniques.")
    private boolean techniques;

    RulesLiveCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Path bundled = RuleFiles.bundled(BUNDLED, "no live tests: run ./tiercel");
        try {
            Path defaultTests = techniques ? RuleFiles.bundled(TECHNIQUES, "no techniques: run ./tiercel") : bundled;
            List<LiveTest> selected = selectTests(tests.isEmpty() ? List.of(defaultTests) : tests);
            for (PreconditionResult check : Preconditions.check()) {
                if (!check.passed()) {
                    throw UserErrorException.environment(PreconditionText.failure(check));
                }
            }
            if (!System.getProperty("user.name").equals("root")) {
                throw UserErrorException.environment("live tests require root: run this command as root");
            }
            List<String> command = SensorArguments.forLiveTests(RuleFiles.files(ruleFiles.files()), !techniques);
            List<LiveTestResult> results =
                    new LiveTestRunner(bundled.resolve("sandbox"), command).run(selected, this::print);
            if (techniques) {
                new TechniqueCount(results).print(streams.out());
            }
            return summarize(results);
        } catch (LiveTestException e) {
            throw UserErrorException.input(e.getMessage());
        }
    }

    private List<LiveTest> selectTests(List<Path> files) throws LiveTestException {
        List<LiveTest> all = new ArrayList<>();
        for (Path file : files) {
            for (Path testFile : Files.isDirectory(file) ? yamlFiles(file) : List.of(file)) {
                all.addAll(LiveTestFile.read(testFile));
            }
        }
        for (String name : names) {
            if (all.stream().noneMatch(test -> test.rule().equals(name))) {
                throw UserErrorException.notFound("no live test for the rule " + name);
            }
        }
        if (!names.isEmpty()) {
            all.removeIf(test -> !names.contains(test.rule()));
        }
        return all;
    }

    private static List<Path> yamlFiles(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
        } catch (IOException e) {
            throw UserErrorException.input("cannot list the folder " + folder + ": " + e.getMessage());
        }
    }

    private void print(LiveTestResult result) {
        String line = switch (result) {
            case LiveTestResult.Passed passed -> row("ok", passed.test(), "%.1f s".formatted(passed.millis() / 1000.0));
            case LiveTestResult.Failed failed ->
                row(
                        "failed",
                        failed.test(),
                        failed.reason() + " (" + failed.test().location() + ")");
            case LiveTestResult.Skipped skipped -> row("skipped", skipped.test(), skipped.reason());
        };
        streams.out().println(line);
        streams.out().flush();
    }

    private static String row(String status, LiveTest test, @Nullable String detail) {
        return "%-8s %s: %s"
                .formatted(
                        status,
                        test.technique().isEmpty() ? test.rule() : test.technique() + " (" + test.rule() + ")",
                        detail);
    }

    private int summarize(List<LiveTestResult> results) {
        int passed = 0;
        int failed = 0;
        int skipped = 0;
        for (LiveTestResult result : results) {
            switch (result) {
                case LiveTestResult.Passed _ -> passed++;
                case LiveTestResult.Failed _ -> failed++;
                case LiveTestResult.Skipped _ -> skipped++;
            }
        }
        streams.out().println(passed + " passed, " + failed + " failed, " + skipped + " skipped");
        return (failed == 0 ? ExitCode.OK : ExitCode.BAD_INPUT).number();
    }
}
