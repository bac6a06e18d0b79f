package io.tiercel.sensor.cli;

import io.tiercel.sensor.config.Config;
import io.tiercel.sensor.config.ConfigException;
import io.tiercel.sensor.config.Key;
import io.tiercel.sensor.config.Keys;
import io.tiercel.sensor.output.AlertSink;
import io.tiercel.sensor.output.ConsoleSink;
import io.tiercel.sensor.output.FileSink;
import io.tiercel.sensor.output.HttpAddress;
import io.tiercel.sensor.output.HttpSink;
import io.tiercel.sensor.output.OutgoingAlert.Form;
import io.tiercel.sensor.output.ProgramSink;
import io.tiercel.sensor.output.QueuedOutput;
import io.tiercel.sensor.output.SyslogAddress;
import io.tiercel.sensor.output.SyslogSink;
import io.tiercel.sensor.output.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The outputs that the settings ask for. */
final class ConfiguredOutputs {
    private final List<QueuedOutput> outputs = new ArrayList<>();
    private final List<FileSink> files = new ArrayList<>();

    private ConfiguredOutputs() {}

    /**
     * Looks whether all outputs could be made, and makes none.
     *
     * @throws CliFailure if not
     */
    static void check(Config config) {
        make(config, (_, sink, _) -> sink.close());
    }

    /** Starts them; the console, if it is one, prints to {@code streams}. */
    static ConfiguredOutputs start(Config config, Streams streams) {
        ConfiguredOutputs started = new ConfiguredOutputs();
        if (config.isOn(Keys.CONSOLE_ENABLED)) {
            Form form = consoleForm(config, streams);
            started.outputs.add(QueuedOutput.start(
                    "console",
                    new ConsoleSink(streams.out(), form, streams.terminal()),
                    QueuedOutput.DEFAULT_CAPACITY));
        }
        make(config, (name, sink, capacity) -> {
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

    /** Has files opened anew, as who rotates them wants. */
    void reopenFiles() {
        files.forEach(FileSink::reopen);
    }

    private interface Maker {
        void output(String name, AlertSink sink, int capacity);
    }

    private static void make(Config config, Maker maker) {
        try {
            Path file = config.file(Keys.FILE_PATH);
            if (file != null) {
                FileSink sink =
                        new FileSink(file, form(config, Keys.FILE_FORMAT), config.number(Keys.FILE_ROTATE_BYTES), (int)
                                config.number(Keys.FILE_KEEP));
                maker.output("file", sink, (int) config.number(Keys.FILE_QUEUE));
            }
            if (config.has(Keys.SYSLOG_ADDRESS)) {
                SyslogSink sink = new SyslogSink(
                        SyslogAddress.parse(config.text(Keys.SYSLOG_ADDRESS)), form(config, Keys.SYSLOG_FORMAT), (int)
                                config.number(Keys.SYSLOG_FACILITY));
                maker.output("syslog", sink, (int) config.number(Keys.SYSLOG_QUEUE));
            }
            if (config.has(Keys.HTTP_URL)) {
                maker.output("http", http(config), (int) config.number(Keys.HTTP_QUEUE));
            }
            List<String> command = config.texts(Keys.PROGRAM_COMMAND);
            if (!command.isEmpty()) {
                ProgramSink sink = new ProgramSink(command, form(config, Keys.PROGRAM_FORMAT));
                maker.output("program", sink, (int) config.number(Keys.PROGRAM_QUEUE));
            }
        } catch (IllegalArgumentException e) {
            throw new CliFailure(ExitCode.BAD_INPUT, "outputs: " + e.getMessage());
        } catch (ConfigException e) {
            throw new CliFailure(ExitCode.BAD_INPUT, String.valueOf(e.getMessage()));
        }
    }

    private static HttpSink http(Config config) throws ConfigException {
        HttpAddress address;
        try {
            address = HttpAddress.parse(config.text(Keys.HTTP_URL), config.isOn(Keys.HTTP_ALLOW_PLAIN));
        } catch (IllegalArgumentException e) {
            throw config.wrong(Keys.HTTP_URL, String.valueOf(e.getMessage()));
        }
        TlsFiles tls = HttpSecrets.tls(config, Keys.HTTP_CA, Keys.HTTP_CERTIFICATE, Keys.HTTP_KEY);
        return new HttpSink(
                address,
                form(config, Keys.HTTP_FORMAT),
                Duration.ofMillis(config.number(Keys.HTTP_TIMEOUT_MS)),
                HttpSecrets.headers(config, Keys.HTTP_AUTHORIZATION, Keys.HTTP_AUTHORIZATION_FILE),
                tls);
    }

    private static Form consoleForm(Config config, Streams streams) {
        String format = config.text(Keys.CONSOLE_FORMAT).toLowerCase(Locale.ROOT);
        return format.equals("text") || format.equals("auto") && streams.terminal() ? Form.TEXT : Form.JSON;
    }

    private static Form form(Config config, Key key) {
        return Form.valueOf(config.text(key).toUpperCase(Locale.ROOT));
    }
}
