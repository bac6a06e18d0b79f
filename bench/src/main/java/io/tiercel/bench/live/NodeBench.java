package io.tiercel.bench.live;

import io.tiercel.bench.progress.BenchSteps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Command line of {@code ./tiercel bench node}: CPU and memory of the sensor under the work of a node. */
@Command(
        name = "./tiercel bench node",
        description =
                "Measures CPU, memory and losses of the sensor under the work of a node: containers with processes that"
                        + " open files and fork at a rate. Requires root and an idle machine.",
        mixinStandardHelpOptions = true)
public final class NodeBench implements Callable<Integer> {
    private static final double MIN_MINUTES = 0.05;
    private static final int MAX_MINUTES = 1_440;
    private static final int MAX_CONTAINERS = 1_000;
    private static final int MAX_PROCESSES = 100_000;
    private static final int MAX_OPENS = 1_000_000;
    private static final int MAX_FORKS = 10_000;

    private final ContainerCgroups cgroups = new ContainerCgroups();

    private final Benchmark benchmark = new Benchmark("node", cgroups::remove);

    @Mixin
    private final SubjectOptions subjects = new SubjectOptions();

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description =
                    "Duration of each run, " + MIN_MINUTES + " to " + MAX_MINUTES + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "10")
    private double minutes;

    @Option(
            names = "--containers",
            paramLabel = "N",
            description = "Number of containers, 1 to " + MAX_CONTAINERS + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "200")
    private int containers;

    @Option(
            names = "--processes",
            paramLabel = "N",
            description = "Number of processes in all containers, at least one in each, at most " + MAX_PROCESSES
                    + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "20000")
    private int processes;

    @Option(
            names = "--opens",
            paramLabel = "N",
            description = "Opened files per second, 0 to " + MAX_OPENS + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "10000")
    private int opens;

    @Option(
            names = "--forks",
            paramLabel = "N",
            description = "Forks per second, 0 to " + MAX_FORKS + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "1000")
    private int forks;

    @Option(
            names = "--run",
            paramLabel = "RUN",
            description = "Do only this run (${COMPLETION-CANDIDATES}). Can be repeated.")
    private List<NodeRun> runs = new ArrayList<>();

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            description = "Official rule files or folders. Default: the folder TIERCEL_FALCO_RULES if it is set,"
                    + " otherwise Tiercel's detections.")
    private List<Path> rules = new ArrayList<>();

    private NodeBench() {}

    /**
     * Runs the benchmark and prints a table. The exit code is 1 after a failure and 2 if the machine does not meet the
     * preconditions.
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new NodeBench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!(minutes >= MIN_MINUTES && minutes <= MAX_MINUTES)) {
            return benchmark.fail(1, "--minutes must be between " + MIN_MINUTES + " and " + MAX_MINUTES);
        }
        if (containers < 1 || containers > MAX_CONTAINERS) {
            return benchmark.fail(1, "--containers must be between 1 and " + MAX_CONTAINERS);
        }
        if (processes < containers || processes > MAX_PROCESSES) {
            return benchmark.fail(
                    1, "--processes must be between " + containers + " (--containers) and " + MAX_PROCESSES);
        }
        if (opens < 0 || opens > MAX_OPENS) {
            return benchmark.fail(1, "--opens must be between 0 and " + MAX_OPENS);
        }
        if (forks < 0 || forks > MAX_FORKS) {
            return benchmark.fail(1, "--forks must be between 0 and " + MAX_FORKS);
        }
        return benchmark.run(this::measure, subjects.json());
    }

    private NodeReport measure(Path folder) throws BenchException, IOException, InterruptedException {
        Machine machine = Machine.detect();
        NodeProfile profile = new NodeProfile(containers, processes, opens, forks);
        NodeRules official = NodeRules.official(rules);
        NodeRules many = official.withCopies(folder);
        LoadProgram readers = LoadProgram.compile(folder);
        Path program = NodeLoad.compile(folder);
        Set<NodeRun> chosen = runs.isEmpty() ? EnumSet.allOf(NodeRun.class) : EnumSet.copyOf(runs);
        List<MeasuredSensor> peers = subjects.peers();
        BenchSteps steps = new BenchSteps("node", chosen.size() * (1 + peers.size()));
        List<NodeObservation> observations = new ArrayList<>();
        for (NodeRun run : chosen) {
            NodeProfile load = run == NodeRun.FEW ? profile.withFewProcesses() : profile;
            NodeRules loaded = run == NodeRun.RULES ? many : official;
            List<MeasuredSensor> measured = new ArrayList<>(List.of(loaded.sensor(subjects.sensor())));
            measured.addAll(run == NodeRun.RULES ? List.of() : peers);
            for (MeasuredSensor subject : measured) {
                steps.next(run.title() + ", " + subject.name());
                int count = subject instanceof MeasuredSensor.TiercelSensor ? loaded.count() : 0;
                observations.add(observe(run, subject, load, count, program, readers, folder));
            }
        }
        return new NodeReport(machine, official.files(), minutes, observations);
    }

    private NodeObservation observe(
            NodeRun run,
            MeasuredSensor subject,
            NodeProfile profile,
            int ruleCount,
            Path program,
            LoadProgram readers,
            Path folder)
            throws BenchException, IOException, InterruptedException {
        try (NodeLoad load = NodeLoad.start(program, profile, cgroups);
                RunningSensor sensor = RunningSensor.start(subject, readers, folder)) {
            MetricsPage pageBefore = sensor.lastMetrics();
            long alertsBefore = sensor.alerts();
            ResourceUsage start = sensor.usage();
            double seconds = TimeUnit.MINUTES.toSeconds(1) * minutes;
            load.begin(seconds);
            TimeUnit.MILLISECONDS.sleep(Math.round(seconds / 2 * 1_000));
            ResourceUsage middle = sensor.usage();
            NodeLoad.Work work = load.end();
            sensor.awaitIdle();
            ResourceUsage end = sensor.usage();
            EventCounts counts = EventCounts.between(pageBefore, sensor.lastMetrics());
            return new NodeObservation(
                    run,
                    subject.name(),
                    profile,
                    ruleCount,
                    work,
                    end.cpuSeconds() - start.cpuSeconds(),
                    List.of(start, middle, end),
                    counts.seen(),
                    counts.lost(),
                    counts.filtered(),
                    sensor.alerts() - alertsBefore,
                    sensor.startSeconds());
        }
    }
}
