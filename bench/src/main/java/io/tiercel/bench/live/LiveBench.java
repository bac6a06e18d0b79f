package io.tiercel.bench.live;

import io.tiercel.bench.progress.BenchSteps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    private final Benchmark benchmark = new Benchmark("live", () -> {});

    @Mixin
    private final SubjectOptions subjects = new SubjectOptions();

    @Mixin
    private final RuleOptions rules = new RuleOptions();

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

    @Option(
            names = "--scale",
            paramLabel = "FRACTION",
            description =
                    "Run a fraction of each load, e.g. 0.001, to check that everything works. One round is then enough.",
            defaultValue = "1")
    private double scale;

    @Option(
            names = "--empty",
            description = "Also measure programs that do nothing at the sensor's tracepoints: the least that a sensor"
                    + " without hooks can cost. Requires Linux 6.1 or later.")
    private boolean empty;

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
            return benchmark.fail(1, "--scale must be greater than 0 and at most 1, e.g. 0.001");
        }
        if (rounds < (scale == 1 ? MIN_ROUNDS : 1) || rounds > MAX_ROUNDS) {
            return benchmark.fail(1, "--rounds must be between " + MIN_ROUNDS + " and " + MAX_ROUNDS);
        }
        return benchmark.run(this::measure, subjects.json());
    }

    private Report measure(Path folder) throws BenchException, IOException, InterruptedException {
        Machine machine = Machine.detect();
        Set<Load> chosen = EnumSet.copyOf(loads.isEmpty() ? Arrays.asList(Load.values()) : loads);
        if (loads.isEmpty() && !rules.areFalcos()) {
            chosen.removeIf(Load::requiresFalcoRules);
        }
        List<MeasuredSensor> measured = new ArrayList<>(subjects.subjects(rules.files()));
        if (empty) {
            measured.add(MeasuredSensor.EmptyPrograms.compile(folder));
        }
        Rounds measurement = new Rounds(
                measured,
                chosen,
                LoadProgram.compile(folder),
                rounds,
                scale,
                folder,
                new BenchSteps("live", rounds * chosen.size()));
        return new Report(machine, rules.title(), scale, measurement.measure());
    }
}
