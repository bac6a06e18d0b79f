package io.tiercel.bench.records;

import io.tiercel.bench.CpuTimeProfiler;
import io.tiercel.bench.live.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Command line of {@code ./tiercel bench records}. */
@Command(
        name = "./tiercel bench records",
        description =
                "Measures the user space cost of complete records by kind and stage, from a recording of the sensor.",
        mixinStandardHelpOptions = true)
public final class RecordsBench implements Callable<Integer> {
    @Option(
            names = "--recording",
            paramLabel = "FILE",
            description = "A recording of ./tiercel sensor --record. Default: ${DEFAULT-VALUE}.",
            defaultValue = "rules/tests/recordings/demo.trec")
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private Path recording;

    @Option(names = "--kind", paramLabel = "KIND", description = "Measure only this kind of record. Can be repeated.")
    private List<String> kinds = new ArrayList<>();

    @Option(names = "--out", paramLabel = "FILE", description = "Also write the table to a file.")
    private @Nullable Path out;

    private RecordsBench() {}

    /** Runs the benchmark and prints a table. The exit code is 1 after a failure. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new RecordsBench()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, RunnerException {
        if (!Files.isReadable(recording)) {
            System.err.println("tiercel: bench records: cannot read " + recording
                    + "; make a recording with ./tiercel sensor --record FILE");
            return 1;
        }
        Machine machine = Machine.detect();
        List<RunResult> results = new ArrayList<>();
        results.addAll(run(false, Stage.DECODE, Stage.STATE, Stage.RULES));
        results.addAll(run(true, Stage.MATCH, Stage.ALERT));
        String table = new RecordsTable(machine, results).text();
        System.out.print(table);
        if (out != null) {
            Files.writeString(out, table);
        }
        return 0;
    }

    private Collection<RunResult> run(boolean matching, Stage... stages) throws RunnerException {
        List<String> measured = RecordPipelineBench.kinds(recording, matching).stream()
                .filter(kind -> kinds.isEmpty() || kinds.contains(kind))
                .toList();
        if (measured.isEmpty()) {
            return List.of();
        }
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(RecordPipelineBench.class.getName())
                .param("recording", recording.toString())
                .param("kind", measured.toArray(String[]::new))
                .param("stage", List.of(stages).stream().map(Stage::name).toArray(String[]::new))
                .verbosity(VerboseMode.NORMAL)
                .addProfiler(GCProfiler.class)
                .addProfiler(CpuTimeProfiler.class);
        return new Runner(options.build()).run();
    }
}
