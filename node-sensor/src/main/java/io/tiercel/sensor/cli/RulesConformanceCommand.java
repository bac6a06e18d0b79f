package io.tiercel.sensor.cli;

import io.tiercel.rules.conformance.ConformanceRunner;
import io.tiercel.sensor.app.StandardStreams;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tiercel rules conformance}. */
@Command(
        name = "conformance",
        description = "Runs cases of what rules mean (YAML, Markdown or JSON lines); exit code 1 if any fails.",
        mixinStandardHelpOptions = true)
final class RulesConformanceCommand implements Callable<Integer> {
    private final StandardStreams streams;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files of cases, also with .gz at the end.")
    private List<Path> files = List.of();

    RulesConformanceCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        return ConformanceRunner.run(files, streams.out());
    }
}
