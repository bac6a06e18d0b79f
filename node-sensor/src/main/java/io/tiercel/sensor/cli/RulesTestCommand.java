package io.tiercel.sensor.cli;

import io.tiercel.rules.testing.RuleTestException;
import io.tiercel.rules.testing.RuleTestRunner;
import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.app.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command {@code tiercel rules test}. */
@Command(
        name = "test",
        description = "Runs rule tests (docs/rule-tests.md). Exit code 1 if a test fails.",
        mixinStandardHelpOptions = true)
final class RulesTestCommand implements Callable<Integer> {
    private final StandardStreams streams;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Rule test files, or folders of *.yaml files.")
    private List<Path> files = List.of();

    RulesTestCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        int passed = 0;
        int failed = 0;
        for (Path file : testFiles()) {
            try {
                for (RuleTestRunner.TestResult outcome : RuleTestRunner.run(file)) {
                    if (outcome.passed()) {
                        passed++;
                    } else {
                        failed++;
                        outcome.problems()
                                .forEach(problem -> streams.out()
                                        .println(outcome.file() + ":" + outcome.line() + ": " + outcome.name() + ": "
                                                + problem));
                    }
                }
            } catch (RuleTestException e) {
                failed++;
                streams.out().println(e.getMessage());
            }
        }
        streams.out().println(passed + " passed, " + failed + " failed");
        return (failed == 0 ? ExitCode.OK : ExitCode.BAD_INPUT).number();
    }

    private List<Path> testFiles() {
        List<Path> all = new ArrayList<>();
        for (Path file : files) {
            if (!Files.isDirectory(file)) {
                all.add(file);
                continue;
            }
            try (Stream<Path> inside = Files.list(file)) {
                inside.filter(f -> f.toString().endsWith(".yaml")).sorted().forEach(all::add);
            } catch (IOException e) {
                throw UserErrorException.input("cannot list the folder " + file + ": " + e.getMessage());
            }
        }
        return all;
    }
}
