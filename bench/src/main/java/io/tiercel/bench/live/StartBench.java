package io.tiercel.bench.live;

import io.tiercel.bench.progress.BenchSteps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Command line of {@code ./tiercel bench start}: the time from the start of a sensor to its first alert. */
@Command(
        name = "./tiercel bench start",
        description = "Measures the time from the start of the sensor to its first alert, and the parts of the start."
                + " Requires root and an idle machine.",
        mixinStandardHelpOptions = true)
public final class StartBench implements Callable<Integer> {
    private static final int DEFAULT_STARTS = 11;
    private static final int MAX_STARTS = 1_000;

    private final Benchmark benchmark = new Benchmark("start", () -> {});

    @Mixin
    private final SubjectOptions subjects = new SubjectOptions();

    @Mixin
    private final RuleOptions rules = new RuleOptions();

    @Option(
            names = "--starts",
            paramLabel = "N",
            description = "Number of starts of each sensor, 1 to " + MAX_STARTS + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "" + DEFAULT_STARTS)
    private int starts;

    private StartBench() {}

    /**
     * Runs the benchmark and prints tables. The exit code is 1 after a failure and 2 if the machine does not meet the
     * preconditions.
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new StartBench()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (starts < 1 || starts > MAX_STARTS) {
            return benchmark.fail(1, "--starts must be between 1 and " + MAX_STARTS);
        }
        return benchmark.run(this::measure, subjects.json());
    }

    /** Starts the sensors in turn; every other time in the reverse order. */
    private StartReport measure(Path folder) throws BenchException, IOException, InterruptedException {
        Machine machine = Machine.detect();
        LoadProgram program = LoadProgram.compile(folder);
        List<MeasuredSensor> order = subjects.subjects(rules.files());
        BenchSteps steps = new BenchSteps("start", starts);
        List<SensorStart> measured = new ArrayList<>();
        for (int number = 1; number <= starts; number++) {
            steps.next("start " + number);
            for (MeasuredSensor subject : number % 2 == 0 ? order.reversed() : order) {
                measured.add(start(subject, number, program, folder));
            }
        }
        return new StartReport(machine, rules.title(), measured);
    }

    private static SensorStart start(MeasuredSensor subject, int number, LoadProgram program, Path folder)
            throws BenchException, IOException, InterruptedException {
        try (RunningSensor sensor = RunningSensor.start(subject, program, folder)) {
            MetricsPage page = sensor.lastMetrics();
            return page == null
                    ? new SensorStart(subject.name(), number, sensor.startSeconds(), 0, Map.of())
                    : new SensorStart(
                            subject.name(),
                            number,
                            sensor.startSeconds(),
                            page.value("tiercel_start_seconds"),
                            page.valuesByLabel("tiercel_start_phase_seconds", "phase"));
        }
    }
}
