package io.tiercel.sensor.app;

import io.tiercel.http.TlsFiles;
import io.tiercel.sensor.config.Config;
import io.tiercel.sensor.config.ConfigException;
import io.tiercel.sensor.config.Setting;
import io.tiercel.sensor.config.Settings;
import io.tiercel.sensor.output.AlertFormat;
import io.tiercel.sensor.output.AlertSink;
import io.tiercel.sensor.output.ConsoleSink;
import io.tiercel.sensor.output.FileSink;
import io.tiercel.sensor.output.HttpSink;
import io.tiercel.sensor.output.HttpUrl;
import io.tiercel.sensor.output.ProgramSink;
import io.tiercel.sensor.output.QueuedOutput;
import io.tiercel.sensor.output.SyslogAddress;
import io.tiercel.sensor.output.SyslogSink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The outputs that the settings enable. */
public final class ConfiguredOutputs {
    private final List<QueuedOutput> outputs = new ArrayList<>();
    private final List<FileSink> files = new ArrayList<>();

    private ConfiguredOutputs() {}

    /**
     * Checks the settings of all outputs without opening any.
     *
     * @throws UserErrorException if a setting is invalid
     */
    public static void check(Config config) {
        create(config, (_, sink, _) -> sink.close());
    }

    /** Starts the outputs. The console output prints to {@code streams}. */
    public static ConfiguredOutputs start(Config config, StandardStreams streams) {
        ConfiguredOutputs started = new ConfiguredOutputs();
        if (config.isEnabled(Settings.CONSOLE_ENABLED)) {
            AlertFormat format = consoleFormat(config, streams);
            started.outputs.add(QueuedOutput.start(
                    "console",
                    new ConsoleSink(streams.out(), format, streams.terminal()),
                    QueuedOutput.DEFAULT_CAPACITY));
        }
        create(config, (name, sink, capacity) -> {
            started.outputs.add(QueuedOutput.start(name, sink, capacity));
            if (sink instanceof FileSink file) {
                started.files.add(file);
            }
        });
        return started;
    }

    List<QueuedOutput> all() {
        return List.copyOf(outputs);
    }

    /** Reopens files, for tools that rotate them from outside. */
    void reopenFiles() {
        files.forEach(FileSink::reopen);
    }

    private interface OutputConsumer {
        void accept(String name, AlertSink sink, int capacity);
    }

    private static void create(Config config, OutputConsumer consumer) {
        try {
            Path file = config.file(Settings.FILE_PATH);
            if (file != null) {
                FileSink sink = new FileSink(
                        file, format(config, Settings.FILE_FORMAT), config.number(Settings.FILE_ROTATE_BYTES), (int)
                                config.number(Settings.FILE_KEEP));
                consumer.accept("file", sink, (int) config.number(Settings.FILE_QUEUE));
            }
            if (config.has(Settings.SYSLOG_ADDRESS)) {
                SyslogSink sink = new SyslogSink(
                        SyslogAddress.parse(config.text(Settings.SYSLOG_ADDRESS)),
                        format(config, Settings.SYSLOG_FORMAT),
                        (int) config.number(Settings.SYSLOG_FACILITY));
                consumer.accept("syslog", sink, (int) config.number(Settings.SYSLOG_QUEUE));
            }
            if (config.has(Settings.HTTP_URL)) {
                consumer.accept("http", httpSink(config), (int) config.number(Settings.HTTP_QUEUE));
            }
            List<String> command = config.list(Settings.PROGRAM_COMMAND);
            if (!command.isEmpty()) {
                ProgramSink sink = new ProgramSink(command, format(config, Settings.PROGRAM_FORMAT));
                consumer.accept("program", sink, (int) config.number(Settings.PROGRAM_QUEUE));
            }
        } catch (IllegalArgumentException e) {
            throw UserErrorException.input("outputs: " + e.getMessage());
        } catch (ConfigException e) {
            throw UserErrorException.input(String.valueOf(e.getMessage()));
        }
    }

    private static HttpSink httpSink(Config config) throws ConfigException {
        HttpUrl address;
        try {
            address = HttpUrl.parse(config.text(Settings.HTTP_URL), config.isEnabled(Settings.HTTP_ALLOW_PLAIN));
        } catch (IllegalArgumentException e) {
            throw config.problem(Settings.HTTP_URL, String.valueOf(e.getMessage()));
        }
        TlsFiles tls = HttpCredentials.tls(config, Settings.HTTP_CA, Settings.HTTP_CERTIFICATE, Settings.HTTP_KEY);
        return new HttpSink(
                address,
                format(config, Settings.HTTP_FORMAT),
                Duration.ofMillis(config.number(Settings.HTTP_TIMEOUT_MS)),
                HttpCredentials.headers(config, Settings.HTTP_AUTHORIZATION, Settings.HTTP_AUTHORIZATION_FILE),
                tls);
    }

    private static AlertFormat consoleFormat(Config config, StandardStreams streams) {
        String format = config.text(Settings.CONSOLE_FORMAT).toLowerCase(Locale.ROOT);
        return format.equals("text") || format.equals("auto") && streams.terminal()
                ? AlertFormat.TEXT
                : AlertFormat.JSON;
    }

    private static AlertFormat format(Config config, Setting key) {
        return AlertFormat.valueOf(config.text(key).toUpperCase(Locale.ROOT));
    }
}
