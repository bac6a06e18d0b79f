package io.tiercel.sensor.cli;

import io.tiercel.rules.conformance.ConformanceRunner;
import io.tiercel.sensor.app.StandardStreams;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command {@code tiercel rules conformance}. */
@Command(
        name = "conformance",
        description =
                "Runs conformance cases of the rule language (YAML, Markdown or JSON lines). Exit code 1 if a case fails.",
        mixinStandardHelpOptions = true)
final class RulesConformanceCommand implements Callable<Integer> {
    private final StandardStreams streams;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Case files, optionally compressed (.gz).")
    private List<Path> files = List.of();

    RulesConformanceCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        return ConformanceRunner.run(files, streams.out());
    }
}
