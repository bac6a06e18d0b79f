package io.tiercel.bench.live;

import io.tiercel.sensor.bpf.PreconditionResult;
import io.tiercel.sensor.bpf.Preconditions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./tiercel bench live}: its words; what is measured is in {@link Rounds}. */
@Command(
        name = "./tiercel bench live",
        description =
                "Measures what the sensor costs: fixed loads without and with it, in turn. Takes root and a quiet machine.",
        mixinStandardHelpOptions = true)
public final class LiveBench implements Callable<Integer> {
    private static final int LEAST_ROUNDS = 3;
    private static final int MOST_ROUNDS = 100;
    private static final String FALCO_RULES = "TIERCEL_FALCO_RULES";
    private static final String STABLE = "falco_rules.yaml";

    @Option(names = "--sensor", paramLabel = "PROGRAM", hidden = true, required = true)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path sensor;

    @Option(
            names = "--peer",
            paramLabel = "COMMAND",
            description =
                    "Another sensor, measured in the same rounds: a command for the shell that stays in the foreground"
                            + " and prints alerts about reads of " + Bait.FILE + ", one a line, at once.")
    private @Nullable String peer;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often everything is measured, " + LEAST_ROUNDS + " to " + MOST_ROUNDS
                    + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "" + LEAST_ROUNDS)
    private int rounds;

    @Option(
            names = "--load",
            paramLabel = "LOAD",
            description =
                    "Only this load (${COMPLETION-CANDIDATES}), which leaves time for more rounds; may be given again.")
    private List<Load> loads = new ArrayList<>();

    @Option(names = "--json", paramLabel = "FILE", description = "Write every single observation to a file as well.")
    private @Nullable Path json;

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            description =
                    "Rule files or folders for our sensor; else Falco's stable rules if TIERCEL_FALCO_RULES names the"
                            + " folder that holds " + STABLE + ", else our detections.")
    private List<Path> rules = new ArrayList<>();

    @Option(
            names = "--scale",
            paramLabel = "PART",
            description =
                    "Do only a part of the loads, e.g. 0.001, to see whether everything works; then one round will do.",
            defaultValue = "1")
    private double scale;

    private LiveBench() {}

    /** Measures and prints a table; exit code 1 if something failed, 2 if this machine does not suffice. */
    public static void main(String[] words) {
        System.exit(new CommandLine(new LiveBench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(words));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!(scale > 0 && scale <= 1)) {
            return failed(1, "--scale wants a part of 1, e.g. 0.001");
        }
        if (rounds < (scale == 1 ? LEAST_ROUNDS : 1) || rounds > MOST_ROUNDS) {
            return failed(1, "--rounds wants " + LEAST_ROUNDS + " to " + MOST_ROUNDS + ": fewer say nothing");
        }
        for (PreconditionResult check : Preconditions.check()) {
            if (!check.passed()) {
                return failed(2, check.name() + ": " + check.detail() + "; " + check.remedy());
            }
        }
        Path folder = Files.createTempDirectory("tiercel-bench");
        Thread end = new Thread(() -> cleanUp(folder));
        Runtime.getRuntime().addShutdownHook(end);
        try {
            Report report = measure(folder);
            System.out.print(report.table());
            if (json != null) {
                Files.writeString(json, report.json());
            }
            return 0;
        } catch (BenchException e) {
            return failed(1, String.valueOf(e.getMessage()));
        }
    }

    private Report measure(Path folder) throws BenchException, IOException, InterruptedException {
        Machine machine = Machine.here();
        List<Subject> subjects = new ArrayList<>(List.of(new Subject.Own(sensor, rules())));
        if (peer != null) {
            subjects.add(new Subject.Peer(peer));
        }
        Rounds all = new Rounds(
                subjects,
                loads.isEmpty() ? EnumSet.allOf(Load.class) : EnumSet.copyOf(loads),
                LoadProgram.compile(folder),
                rounds,
                scale,
                folder,
                text -> System.err.println("tiercel: " + text));
        String names = rules().stream().map(Path::toString).collect(Collectors.joining(", "));
        return new Report(machine, names.isEmpty() ? "rules/detections" : names, scale, all.measure());
    }

    private List<Path> rules() {
        String falco = System.getenv(FALCO_RULES);
        return !rules.isEmpty() || falco == null ? rules : List.of(Path.of(falco, STABLE));
    }

    private static int failed(int code, String why) {
        System.err.println("tiercel: bench live: " + why);
        return code;
    }

    /** However this ends, nothing that was started goes on, and nothing is left in the temporary folder. */
    private static void cleanUp(Path folder) {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            System.err.println("tiercel: " + folder + " could not be removed: " + e.getMessage());
        }
    }
}
