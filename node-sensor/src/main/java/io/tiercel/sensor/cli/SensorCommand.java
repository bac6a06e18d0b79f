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
import io.tiercel.sensor.grpc.GrpcOptions;
import io.tiercel.sensor.metrics.MetricsAddress;
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

/** {@code tiercel sensor}: its words, checked; what they start is {@link SensorRun}. */
@Command(
        name = "sensor",
        description = "Watches this node (or a recording of one) and prints, keeps and delivers alerts.",
        mixinStandardHelpOptions = true)
final class SensorCommand implements Callable<Integer> {
    private static final String TAG = "tag:";
    private static final String OFF = "off";
    private static final String UNIX = "unix://";

    private final StandardStreams streams;
    private final List<RuleToggle> selections = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Configuration file; else TIERCEL_CONFIG, else /etc/tiercel/tiercel.yaml if it is there."
                    + " Options override variables of the environment, and those the file.")
    private @Nullable Path configFile;

    @Option(names = "--for", paramLabel = "SECONDS", description = "Stop by itself after so long.")
    private @Nullable Integer seconds;

    @Option(names = "--record", paramLabel = "FILE", description = "Write the raw events to a file as well.")
    private @Nullable Path record;

    @Option(names = "--replay", paramLabel = "FILE", description = "Take the events from a recording.")
    private @Nullable Path replay;

    SensorCommand(StandardStreams streams) {
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
                        ? new RuleToggle.ByTag(enable, word.substring(TAG.length()))
                        : new RuleToggle.ByName(enable, word));
    }

    /** Rules switched on and off, in the order of the words. */
    List<RuleToggle> selections() {
        return List.copyOf(selections);
    }

    @Override
    public Integer call() {
        Config config = ConfigOptions.config(spec.commandLine().getParseResult(), configFile, System.getenv(), streams);
        LogLine.use(LogLine.Form.valueOf(upper(config, Settings.LOG_FORMAT)));
        if (replay != null && (record != null || config.origin(Settings.HOSTNAME) instanceof Origin.Flag)) {
            throw wrong(
                    "--replay takes events and the node's name from the recording: leave out --record and --hostname");
        }
        if (seconds != null && seconds < 0) {
            throw wrong("--for wants a number of seconds, e.g. --for 20");
        }
        SensorOptions options = new SensorOptions(
                replay,
                record,
                config.text(Settings.HOSTNAME),
                DeliverySettings.of(config),
                config.file(Settings.SPOOL_FOLDER),
                FileNameMode.valueOf(upper(config, Settings.RULES_NAMES)),
                PrefilterMode.valueOf(upper(config, Settings.RULES_PREFILTER)),
                sockets(config),
                (int) config.number(Settings.CONTAINERS_WAIT_MS),
                metrics(config),
                grpc(config),
                seconds,
                config);
        RuleSetOptions choice = new RuleSetOptions(
                RuleFiles.files(config.texts(Settings.RULES_FILES).stream()
                        .map(Path::of)
                        .toList()),
                LoadOptions.defaults()
                        .withThreshold(Priority.valueOf(upper(config, Settings.RULES_PRIORITY)))
                        .withToggles(selections)
                        .withAppendOutput(appended(config)),
                RuleMatching.valueOf(upper(config, Settings.RULES_MATCHING)));
        SensorRun.of(options, choice, streams).run();
        return ExitCode.OK.number();
    }

    private static String upper(Config config, Setting key) {
        return config.text(key).toUpperCase(Locale.ROOT);
    }

    private static @Nullable MetricsAddress metrics(Config config) {
        if (!config.has(Settings.METRICS_LISTEN)) {
            return null;
        }
        try {
            return MetricsAddress.parse(config.text(Settings.METRICS_LISTEN));
        } catch (IllegalArgumentException e) {
            throw wrong(config, Settings.METRICS_LISTEN, e);
        }
    }

    private static @Nullable GrpcOptions grpc(Config config) {
        try {
            return GrpcSettings.options(config);
        } catch (IllegalArgumentException e) {
            throw UserErrorException.input(String.valueOf(e.getMessage()));
        }
    }

    private static UserErrorException wrong(Config config, Setting key, IllegalArgumentException e) {
        return UserErrorException.input(config.origin(key) + ": " + e.getMessage());
    }

    private static List<Path> sockets(Config config) {
        List<String> runtimes = config.texts(Settings.CONTAINERS_RUNTIMES);
        if (runtimes.isEmpty()) {
            return CriRuntime.DEFAULT_SOCKETS;
        }
        if (runtimes.equals(List.of(OFF))) {
            return List.of();
        }
        if (runtimes.contains(OFF)) {
            throw UserErrorException.input(
                    config.origin(Settings.CONTAINERS_RUNTIMES) + ": off stands alone: it asks no runtime");
        }
        return runtimes.stream()
                .map(socket -> socket.startsWith(UNIX) ? socket.substring(UNIX.length()) : socket)
                .map(Path::of)
                .toList();
    }

    private static List<AppendOutput> appended(Config config) {
        String text = config.text(Settings.RULES_APPEND_OUTPUT);
        return text.isEmpty()
                ? List.of(AppendOutput.SUGGESTED)
                : List.of(AppendOutput.SUGGESTED, new AppendOutput(null, null, Set.of(), text, Map.of(), false));
    }

    private ParameterException wrong(String problem) {
        CommandLine commandLine = spec.commandLine();
        return new ParameterException(commandLine, problem);
    }
}
