package io.tiercel.sensor.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.config.Config;
import io.tiercel.sensor.config.ConfigSchema;
import io.tiercel.sensor.config.Setting;
import io.tiercel.sensor.config.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The command {@code tiercel config show}: prints each setting with its value and source. It never prints secrets.
 */
@Command(
        name = "show",
        description = "Prints each setting with its value and source. Accepts the options of the sensor too.",
        mixinStandardHelpOptions = true)
final class ConfigShowCommand implements Callable<Integer> {
    private static final String HIDDEN = "(set, not shown)";

    private final StandardStreams streams;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration file.")
    private @Nullable Path file;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(names = "--schema", description = "Print the JSON Schema of the configuration file.")
    private boolean schema;

    ConfigShowCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws IOException {
        PrintStream out = streams.out();
        if (schema) {
            out.print(ConfigSchema.json());
            return ExitCode.OK.number();
        }
        Config config = ConfigOptions.config(spec.commandLine().getParseResult(), file, System.getenv(), streams);
        if (json) {
            out.println(asJson(config));
            return ExitCode.OK.number();
        }
        for (Setting key : Settings.ALL) {
            out.println(key.path() + " = " + value(config, key) + "  # " + config.origin(key));
        }
        return ExitCode.OK.number();
    }

    private static String asJson(Config config) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = new JsonFactory().createGenerator(text)) {
            generator.writeStartObject();
            for (Setting key : Settings.ALL) {
                generator.writeObjectFieldStart(key.path());
                generator.writeStringField("value", value(config, key));
                generator.writeStringField("origin", config.origin(key).toString());
                generator.writeEndObject();
            }
            generator.writeEndObject();
        }
        return text.toString();
    }

    private static String value(Config config, Setting key) {
        if (key.type() instanceof Setting.Type.Secret) {
            return config.has(key) ? HIDDEN : "";
        }
        return key.type() instanceof Setting.Type.TextList ? String.join(", ", config.list(key)) : config.text(key);
    }
}
