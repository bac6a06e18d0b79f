package io.tiercel.sensor.cli;

import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.load.AppendOutput;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.RuleToggle;
import io.tiercel.sensor.app.DeliverySettings;
import io.tiercel.sensor.app.GrpcSettings;
import io.tiercel.sensor.app.LogLine;
import io.tiercel.sensor.app.RuleFiles;
import io.tiercel.sensor.app.RuleSetOptions;
import io.tiercel.sensor.app.SensorOptions;
import io.tiercel.sensor.app.SensorRun;
import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.app.UserErrorException;
import io.tiercel.sensor.bpf.PrefilterMode;
import io.tiercel.sensor.config.Config;
import io.tiercel.sensor.config.Origin;
import io.tiercel.sensor.config.Setting;
import io.tiercel.sensor.config.Settings;
import io.tiercel.sensor.container.cri.CriRuntime;
import io.tiercel.sensor.detect.FileNameMode;
import io.tiercel.sensor.event.EarlyCapture;
import io.tiercel.sensor.grpc.GrpcOptions;
import io.tiercel.sensor.metrics.MetricsAddress;
import io.tiercel.sensor.metrics.MetricsOptions;
import io.tiercel.sensor.start.StartPhase;
import io.tiercel.sensor.start.StartTimes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code tiercel sensor}: checks the arguments. {@link SensorRun} runs the sensor. */
@Command(
        name = "sensor",
        description = "Evaluates rules on the events of this node, or of a recording, and prints and delivers alerts.",
        mixinStandardHelpOptions = true)
final class SensorCommand implements Callable<Integer> {
    private static final String TAG_PREFIX = "tag:";
    private static final String OFF = "off";
    private static final String UNIX_PREFIX = "unix://";

    private final StandardStreams streams;
    private final @Nullable EarlyCapture earlyCapture;
    private final List<RuleToggle> selections = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Configuration file. Default: TIERCEL_CONFIG, then /etc/tiercel/tiercel.yaml if it exists."
                    + " Options override environment variables, which override the file.")
    private @Nullable Path configFile;

    @Option(names = "--for", paramLabel = "SECONDS", description = "Stop after this time.")
    private @Nullable Integer seconds;

    @Option(names = "--record", paramLabel = "FILE", description = "Also write the raw events to a file.")
    private @Nullable Path record;

    @Option(names = "--replay", paramLabel = "FILE", description = "Replay the events of a recording.")
    private @Nullable Path replay;

    /**
     * Creates the command.
     *
     * @param earlyCapture a capture program that is already being loaded; null if there is none
     */
    SensorCommand(StandardStreams streams, @Nullable EarlyCapture earlyCapture) {
        this.streams = streams;
        this.earlyCapture = earlyCapture;
    }

    @Option(
            names = "--enable",
            paramLabel = "RULE|tag:TAG",
            description = "Enable rules by name (* matches any text) or tag. Later options override earlier ones.")
    void enable(List<String> values) {
        select(true, values);
    }

    @Option(
            names = "--disable",
            paramLabel = "RULE|tag:TAG",
            description = "Disable rules by name or tag, like --enable.")
    void disable(List<String> values) {
        select(false, values);
    }

    /** Picocli passes all values of the option so far: none at first, then one more each time. */
    private void select(boolean enable, List<String> values) {
        if (values.isEmpty()) {
            return;
        }
        String value = values.getLast();
        selections.add(
                value.startsWith(TAG_PREFIX)
                        ? new RuleToggle.ByTag(enable, value.substring(TAG_PREFIX.length()))
                        : new RuleToggle.ByName(enable, value));
    }

    /** Returns the rule selections, in the order of the arguments. */
    List<RuleToggle> selections() {
        return List.copyOf(selections);
    }

    @Override
    public Integer call() {
        Config config = ConfigOptions.config(spec.commandLine().getParseResult(), configFile, System.getenv(), streams);
        LogLine.setFormat(LogLine.LogFormat.valueOf(upper(config, Settings.LOG_FORMAT)));
        if (replay != null
                && (record != null || config.origin(Settings.HOSTNAME) instanceof Origin.CommandLineOption)) {
            throw invalid("--replay reads events and the node name from the recording: omit --record and --hostname");
        }
        if (seconds != null && seconds < 0) {
            throw invalid("--for requires a number of seconds, e.g. --for 20");
        }
        SensorOptions options = new SensorOptions(
                replay,
                record,
                config.text(Settings.HOSTNAME),
                DeliverySettings.read(config),
                config.file(Settings.SPOOL_FOLDER),
                FileNameMode.valueOf(upper(config, Settings.RULES_FILE_NAMES)),
                PrefilterMode.valueOf(upper(config, Settings.RULES_PREFILTER)),
                criSockets(config),
                (int) config.number(Settings.CONTAINERS_WAIT_MS),
                metrics(config),
                grpc(config),
                seconds,
                config);
        RuleSetOptions rules = new RuleSetOptions(
                RuleFiles.files(
                        config.list(Settings.RULES_FILES).stream().map(Path::of).toList()),
                LoadOptions.defaults()
                        .withThreshold(Priority.valueOf(upper(config, Settings.RULES_PRIORITY)))
                        .withToggles(selections)
                        .withAppendOutput(appendedOutputs(config)),
                RuleMatching.valueOf(upper(config, Settings.RULES_MATCHING)));
        StartTimes times = StartTimes.ofProcess();
        times.record(StartPhase.CONFIGURATION, times.sinceEntry());
        SensorRun.of(options, rules, streams, earlyCapture).run();
        return ExitCode.OK.number();
    }

    private static String upper(Config config, Setting key) {
        return config.text(key).toUpperCase(Locale.ROOT);
    }

    private static MetricsOptions metrics(Config config) {
        try {
            return new MetricsOptions(
                    config.has(Settings.METRICS_LISTEN)
                            ? MetricsAddress.parse(config.text(Settings.METRICS_LISTEN))
                            : null,
                    config.file(Settings.METRICS_TOKEN_FILE),
                    config.file(Settings.METRICS_HEALTH_SOCKET));
        } catch (IllegalArgumentException e) {
            throw invalid(config, Settings.METRICS_LISTEN, e);
        }
    }

    private static @Nullable GrpcOptions grpc(Config config) {
        try {
            return GrpcSettings.options(config);
        } catch (IllegalArgumentException e) {
            throw UserErrorException.input(String.valueOf(e.getMessage()));
        }
    }

    private static UserErrorException invalid(Config config, Setting key, IllegalArgumentException e) {
        return UserErrorException.input(config.origin(key) + ": " + e.getMessage());
    }

    private static List<Path> criSockets(Config config) {
        List<String> runtimes = config.list(Settings.CONTAINERS_RUNTIMES);
        if (runtimes.isEmpty()) {
            return CriRuntime.DEFAULT_SOCKETS;
        }
        if (runtimes.equals(List.of(OFF))) {
            return List.of();
        }
        if (runtimes.contains(OFF)) {
            throw UserErrorException.input(
                    config.origin(Settings.CONTAINERS_RUNTIMES) + ": off cannot be combined with sockets");
        }
        return runtimes.stream()
                .map(socket -> socket.startsWith(UNIX_PREFIX) ? socket.substring(UNIX_PREFIX.length()) : socket)
                .map(Path::of)
                .toList();
    }

    private static List<AppendOutput> appendedOutputs(Config config) {
        String text = config.text(Settings.RULES_APPEND_OUTPUT);
        return text.isEmpty()
                ? List.of(AppendOutput.SUGGESTED)
                : List.of(AppendOutput.SUGGESTED, new AppendOutput(null, null, Set.of(), text, Map.of(), false));
    }

    private ParameterException invalid(String problem) {
        CommandLine commandLine = spec.commandLine();
        return new ParameterException(commandLine, problem);
    }
}
