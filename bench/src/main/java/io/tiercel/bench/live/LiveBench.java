package io.tiercel.bench.live;

import io.tiercel.bench.progress.BenchSteps;
import io.tiercel.sensor.bpf.PreconditionResult;
import io.tiercel.sensor.bpf.Preconditions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Command line of {@code ./tiercel bench live}. {@link Rounds} does the measurement. */
@Command(
        name = "./tiercel bench live",
        description =
                "Measures the cost of the sensor: runs fixed loads with and without it. Requires root and an idle machine.",
        mixinStandardHelpOptions = true)
public final class LiveBench implements Callable<Integer> {
    private static final int MIN_ROUNDS = 3;
    private static final int MAX_ROUNDS = 100;
    private static final String FALCO_RULES = "TIERCEL_FALCO_RULES";
    private static final String FALCO_STABLE_RULES = "falco_rules.yaml";

    @Option(names = "--sensor", paramLabel = "PROGRAM", hidden = true, required = true)
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private Path sensor;

    @Option(
            names = "--peer",
            paramLabel = "COMMAND",
            description = "Another sensor to measure in the same rounds. A shell command that stays in the foreground"
                    + " and prints alerts about reads of " + Bait.FILE + " unbuffered, one per line.")
    private @Nullable String peer;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Number of rounds, " + MIN_ROUNDS + " to " + MAX_ROUNDS + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "" + MIN_ROUNDS)
    private int rounds;

    @Option(
            names = "--load",
            paramLabel = "LOAD",
            description = "Run only this load (${COMPLETION-CANDIDATES}). Can be repeated.")
    private List<Load> loads = new ArrayList<>();

    @Option(names = "--json", paramLabel = "FILE", description = "Also write every single observation to a file.")
    private @Nullable Path json;

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            description =
                    "Rule files or folders of the sensor. Default: Falco's stable rules if TIERCEL_FALCO_RULES is the"
                            + " folder of " + FALCO_STABLE_RULES + ", otherwise Tiercel's detections.")
    private List<Path> rules = new ArrayList<>();

    @Option(
            names = "--scale",
            paramLabel = "FRACTION",
            description =
                    "Run a fraction of each load, e.g. 0.001, to check that everything works. One round is then enough.",
            defaultValue = "1")
    private double scale;

    private LiveBench() {}

    /**
     * Runs the benchmark and prints a table. The exit code is 1 after a failure and 2 if the machine does not meet the
     * preconditions.
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new LiveBench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!(scale > 0 && scale <= 1)) {
            return fail(1, "--scale must be greater than 0 and at most 1, e.g. 0.001");
        }
        if (rounds < (scale == 1 ? MIN_ROUNDS : 1) || rounds > MAX_ROUNDS) {
            return fail(1, "--rounds must be between " + MIN_ROUNDS + " and " + MAX_ROUNDS);
        }
        for (PreconditionResult check : Preconditions.check()) {
            if (!check.passed()) {
                return fail(2, check.name() + ": " + check.detail() + "; " + check.remedy());
            }
        }
        Path folder = Files.createTempDirectory("tiercel-bench");
        Thread cleanUp = new Thread(() -> cleanUp(folder));
        Runtime.getRuntime().addShutdownHook(cleanUp);
        try {
            Report report = measure(folder);
            System.out.print(report.table());
            if (json != null) {
                Files.writeString(json, report.json());
            }
            return 0;
        } catch (BenchException e) {
            return fail(1, String.valueOf(e.getMessage()));
        }
    }

    private Report measure(Path folder) throws BenchException, IOException, InterruptedException {
        Machine machine = Machine.detect();
        List<MeasuredSensor> subjects = new ArrayList<>(List.of(new MeasuredSensor.TiercelSensor(sensor, rules())));
        if (peer != null) {
            subjects.add(new MeasuredSensor.PeerSensor(peer));
        }
        Set<Load> chosen = loads.isEmpty() ? EnumSet.allOf(Load.class) : EnumSet.copyOf(loads);
        Rounds measurement = new Rounds(
                subjects,
                chosen,
                LoadProgram.compile(folder),
                rounds,
                scale,
                folder,
                new BenchSteps("live", rounds * chosen.size()));
        String names = rules().stream().map(Path::toString).collect(Collectors.joining(", "));
        return new Report(machine, names.isEmpty() ? "rules/detections" : names, scale, measurement.measure());
    }

    private List<Path> rules() {
        String falco = System.getenv(FALCO_RULES);
        return !rules.isEmpty() || falco == null ? rules : List.of(Path.of(falco, FALCO_STABLE_RULES));
    }

    private static int fail(int code, String message) {
        System.err.println("tiercel: bench live: " + message);
        return code;
    }

    /** Ends all child processes and deletes the temporary folder. */
    private static void cleanUp(Path folder) {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            System.err.println("tiercel: cannot delete " + folder + ": " + e.getMessage());
        }
    }
}
