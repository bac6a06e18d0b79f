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

/** {@code tiercel rules live}. */
@Command(
        name = "live",
        description =
                "Performs behaviours that rules are about, harmlessly, before a sensor of its own, and says whether"
                        + " each alert came (docs/live-tests.md); exit code 1 if one is missing, 2 if this machine cannot capture.",
        mixinStandardHelpOptions = true)
final class RulesLiveCommand implements Callable<Integer> {
    private static final String SHIPPED = "rules/tests/live";

    private final StandardStreams streams;

    @Parameters(
            arity = "0..*",
            paramLabel = "RULE",
            description = "Names of rules; without them all that have a trial.")
    private List<String> names = List.of();

    @Mixin
    private RuleFilesOption ruleFiles = new RuleFilesOption();

    @Option(
            names = "--trials",
            paramLabel = "FILE|DIR",
            description = "Files of trials, or folders of *.yaml files; without it those that came with this program.")
    private List<Path> trials = List.of();

    RulesLiveCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Path shipped = RuleFiles.shipped(SHIPPED, "no trials: run this by ./tiercel");
        try {
            List<LiveTest> chosen = chosen(trials.isEmpty() ? List.of(shipped) : trials);
            for (PreconditionResult check : Preconditions.check()) {
                if (!check.passed()) {
                    throw UserErrorException.environment(PreconditionText.failure(check));
                }
            }
            if (!System.getProperty("user.name").equals("root")) {
                throw UserErrorException.environment("behaviours are performed by root: run this as root");
            }
            List<String> command = SensorArguments.ofTrials(RuleFiles.files(ruleFiles.files()));
            List<LiveTestResult> outcomes =
                    new LiveTestRunner(shipped.resolve("ground"), command).perform(chosen, this::tell);
            return summary(outcomes);
        } catch (LiveTestException e) {
            throw UserErrorException.input(e.getMessage());
        }
    }

    private List<LiveTest> chosen(List<Path> files) throws LiveTestException {
        List<LiveTest> all = new ArrayList<>();
        for (Path file : files) {
            for (Path one : Files.isDirectory(file) ? inside(file) : List.of(file)) {
                all.addAll(LiveTestFile.read(one));
            }
        }
        for (String name : names) {
            if (all.stream().noneMatch(trial -> trial.rule().equals(name))) {
                throw UserErrorException.input("there is no trial for a rule named " + name);
            }
        }
        if (!names.isEmpty()) {
            all.removeIf(trial -> !names.contains(trial.rule()));
        }
        return all;
    }

    private static List<Path> inside(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
        } catch (IOException e) {
            throw UserErrorException.input("the folder " + folder + " cannot be listed");
        }
    }

    private void tell(LiveTestResult outcome) {
        String line = switch (outcome) {
            case LiveTestResult.Seen seen -> row("ok", seen.trial(), "%.1f s".formatted(seen.millis() / 1000.0));
            case LiveTestResult.Missing missing ->
                row(
                        "missing",
                        missing.trial(),
                        missing.reason() + " (" + missing.trial().place() + ")");
            case LiveTestResult.Skipped skipped -> row("skipped", skipped.trial(), skipped.reason());
        };
        streams.out().println(line);
        streams.out().flush();
    }

    private static String row(String word, LiveTest trial, @Nullable String rest) {
        return "%-8s %s: %s".formatted(word, trial.rule(), rest);
    }

    private int summary(List<LiveTestResult> outcomes) {
        int seen = 0;
        int missing = 0;
        int skipped = 0;
        for (LiveTestResult outcome : outcomes) {
            switch (outcome) {
                case LiveTestResult.Seen _ -> seen++;
                case LiveTestResult.Missing _ -> missing++;
                case LiveTestResult.Skipped _ -> skipped++;
            }
        }
        streams.out().println(seen + " seen, " + missing + " missing, " + skipped + " skipped");
        return (missing == 0 ? ExitCode.OK : ExitCode.BAD_INPUT).number();
    }
}
