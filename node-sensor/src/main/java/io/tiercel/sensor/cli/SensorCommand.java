package io.tiercel.sensor.cli;

import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.load.AppendOutput;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.RuleSelection;
import io.tiercel.sensor.container.cri.CriRuntime;
import io.tiercel.sensor.grpc.GrpcOptions;
import io.tiercel.sensor.metrics.MetricsAddress;
import io.tiercel.sensor.output.ServerAddress;
import io.tiercel.sensor.pipeline.FileNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tiercel sensor}: its words, checked; what they start is {@link SensorRun}. */
@Command(
        name = "sensor",
        description = "Watches this node (or a recording of one) and prints, keeps and delivers alerts.",
        mixinStandardHelpOptions = true)
final class SensorCommand implements Callable<Integer> {
    private static final String TAG = "tag:";
    private static final String OFF = "off";
    private static final String UNIX = "unix://";
    private static final int MAX_CONTAINER_WAIT = 10_000;

    /** How alerts are printed. */
    enum Output {
        TEXT,
        JSON
    }

    private final Streams streams;
    private final List<RuleSelection> selections = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--rules",
            paramLabel = "FILE|DIR",
            description = "Rule file, or folder of *.yaml files; may be given several times, later ones extend or"
                    + " override. Default: the detections that came with this program.")
    private List<Path> rules = List.of();

    @Option(
            names = "--rule-matching",
            paramLabel = "first|all",
            description = "Whether an event alerts by the first rule that matches or by all. Default: first.")
    private RuleMatching matching = RuleMatching.FIRST;

    @Option(
            names = "--priority",
            paramLabel = "PRIORITY",
            description = "Least urgent priority that alerts, e.g. warning. Default: debug.")
    private @Nullable String priority;

    @Option(names = "--output", paramLabel = "text|json", description = "How alerts are printed.")
    private Output output = Output.TEXT;

    @Option(
            names = "--append-output",
            paramLabel = "TEXT",
            description = "Text with fields, e.g. 'session=%%proc.sname', added to the output of every rule.")
    private String appendOutput = "";

    @Option(
            names = "--names",
            paramLabel = "both|falco",
            description =
                    "Names of a file that rules see: the program's and, where links disguise it, the kernel's; or,"
                            + " as in Falco, the program's alone. Default: both.")
    private FileNames names = FileNames.BOTH;

    @Option(
            names = "--cri",
            paramLabel = "SOCKET|off",
            description = "Socket of the container runtime (CRI) that is asked for image, pod and labels of containers;"
                    + " may be given several times. Default: the usual ones of containerd and CRI-O.")
    private List<String> cri = List.of();

    @Option(
            names = "--container-wait",
            paramLabel = "MS",
            description = "How many milliseconds a new container's events wait for the runtime's answer, at most 10000;"
                    + " 0: not at all. Default: 500.")
    private int containerWait = 500;

    @Option(names = "--for", paramLabel = "SECONDS", description = "Stop by itself after so long.")
    private @Nullable Integer seconds;

    @Option(names = "--record", paramLabel = "FILE", description = "Write the raw events to a file as well.")
    private @Nullable Path record;

    @Option(names = "--replay", paramLabel = "FILE", description = "Take the events from a recording.")
    private @Nullable Path replay;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Deliver alerts to URL/alerts: https, or http on this machine.")
    private @Nullable String server;

    @Option(
            names = "--spool",
            paramLabel = "DIR",
            description = "Folder that keeps alerts until they are delivered. Default with --server:"
                    + " /var/lib/tiercel/spool, not as root ~/.local/state/tiercel/spool.")
    private @Nullable Path spool;

    @Option(
            names = "--hostname",
            paramLabel = "NAME",
            description = "The node's name in alerts. Default: TIERCEL_HOSTNAME, FALCO_HOSTNAME, or the host name.")
    private @Nullable String hostname;

    @Mixin
    private final GrpcFlags grpc = new GrpcFlags();

    @Option(
            names = "--metrics",
            paramLabel = "[HOST:]PORT",
            description = "Serve /metrics for Prometheus and /healthz there; without HOST on this machine only."
                    + " Default: not at all.")
    private @Nullable String metrics;

    SensorCommand(Streams streams) {
        this.streams = streams;
    }

    @Option(
            names = "--enable",
            paramLabel = "RULE|tag:TAG",
            description = "Switch rules on by name (* stands for any text) or tag; later words win over earlier ones.")
    void enable(List<String> words) {
        select(true, words);
    }

    @Option(names = "--disable", paramLabel = "RULE|tag:TAG", description = "Switch rules off, likewise.")
    void disable(List<String> words) {
        select(false, words);
    }

    /** Picocli hands over all words of the option so far, at first none, then each time one is added. */
    private void select(boolean enable, List<String> words) {
        if (words.isEmpty()) {
            return;
        }
        String word = words.getLast();
        selections.add(
                word.startsWith(TAG)
                        ? new RuleSelection.ByTag(enable, word.substring(TAG.length()))
                        : new RuleSelection.ByName(enable, word));
    }

    /** Rules switched on and off, in the order of the words. */
    List<RuleSelection> selections() {
        return List.copyOf(selections);
    }

    @Override
    public Integer call() {
        SensorOptions options = new SensorOptions(
                replay,
                record,
                hostname == null ? "" : hostname,
                server == null ? null : address(server),
                spool,
                output == Output.JSON,
                names,
                sockets(),
                containerWait,
                metrics == null ? null : metricsAddress(metrics),
                grpcOptions(),
                seconds);
        if (replay != null && (record != null || hostname != null)) {
            throw wrong(
                    "--replay takes events and the node's name from the recording: leave out --record and --hostname");
        }
        if (containerWait < 0 || containerWait > MAX_CONTAINER_WAIT) {
            throw wrong("--container-wait wants milliseconds from 0 to " + MAX_CONTAINER_WAIT);
        }
        if (seconds != null && seconds < 0) {
            throw wrong("--for wants a number of seconds, e.g. --for 20");
        }
        Priority threshold = threshold();
        RuleChoice choice = new RuleChoice(
                RuleSet.files(rules),
                LoadOptions.defaults()
                        .withThreshold(threshold)
                        .withSelections(selections)
                        .withAppendOutput(appended()),
                matching);
        SensorRun.of(options, choice, streams).run();
        return ExitCode.OK.number();
    }

    private List<Path> sockets() {
        if (cri.isEmpty()) {
            return CriRuntime.USUAL_SOCKETS;
        }
        if (cri.equals(List.of(OFF))) {
            return List.of();
        }
        if (cri.contains(OFF)) {
            throw wrong("--cri off stands alone: it asks no runtime");
        }
        return cri.stream()
                .map(socket -> socket.startsWith(UNIX) ? socket.substring(UNIX.length()) : socket)
                .map(Path::of)
                .toList();
    }

    private List<AppendOutput> appended() {
        return appendOutput.isEmpty()
                ? List.of(AppendOutput.SUGGESTED)
                : List.of(
                        AppendOutput.SUGGESTED, new AppendOutput(null, null, Set.of(), appendOutput, Map.of(), false));
    }

    private Priority threshold() {
        if (priority == null) {
            return Priority.DEBUG;
        }
        return Priority.parse(priority)
                .orElseThrow(() -> wrong("--priority is one of emergency, alert, critical, error, warning, notice,"
                        + " informational, debug; not " + priority));
    }

    private @Nullable GrpcOptions grpcOptions() {
        try {
            return grpc.options();
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private ServerAddress address(String text) {
        try {
            return ServerAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw wrong("--server: " + e.getMessage());
        }
    }

    private MetricsAddress metricsAddress(String text) {
        try {
            return MetricsAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw wrong("--metrics: " + e.getMessage());
        }
    }

    private ParameterException wrong(String problem) {
        CommandLine commandLine = spec.commandLine();
        return new ParameterException(commandLine, problem);
    }
}
