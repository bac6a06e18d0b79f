package io.tiercel.sensor.cli;

import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.app.UserErrorException;
import io.tiercel.sensor.config.Config;
import io.tiercel.sensor.config.ConfigException;
import io.tiercel.sensor.config.Setting;
import io.tiercel.sensor.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The settings as options of a command. */
final class ConfigOptions {
    private static final Path DEFAULT_FILE = Path.of("/etc/tiercel/tiercel.yaml");
    private static final String FILE_VARIABLE = "TIERCEL_CONFIG";

    private ConfigOptions() {}

    /** Adds an option for each setting that the command line may set. */
    static void addTo(CommandSpec spec) {
        for (Setting setting : Settings.ALL) {
            if (!(setting.type() instanceof Setting.Type.Secret)) {
                spec.addOption(OptionSpec.builder(setting.option())
                        .paramLabel(paramLabel(setting.type()))
                        .arity("1")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description(description(setting).replace("%", "%%"))
                        .build());
            }
        }
    }

    /**
     * Reads the settings of this run.
     *
     * @param result parsed arguments
     * @param file configuration file that the arguments name; null for none
     * @throws UserErrorException with every problem
     */
    static Config config(
            ParseResult result, @Nullable Path file, Map<String, String> environment, StandardStreams streams) {
        Config.unknownVariables(environment).forEach(streams::info);
        try {
            return Config.load(configFile(file, environment), environment, options(result));
        } catch (ConfigException e) {
            throw UserErrorException.input(String.valueOf(e.getMessage()));
        }
    }

    private static Map<Setting, List<String>> options(ParseResult result) {
        Map<Setting, List<String>> options = new HashMap<>();
        for (Setting setting : Settings.ALL) {
            if (result.hasMatchedOption(setting.option())) {
                List<String> values = result.matchedOptionValue(setting.option(), List.of());
                if (values.size() > 1 && !(setting.type() instanceof Setting.Type.TextList)) {
                    throw new ParameterException(
                            result.commandSpec().commandLine(),
                            setting.option() + " is set " + values.size() + " times, but is not a list");
                }
                options.put(setting, values);
            }
        }
        return options;
    }

    private static @Nullable Path configFile(@Nullable Path file, Map<String, String> environment) {
        if (file != null) {
            return file;
        }
        String variable = environment.getOrDefault(FILE_VARIABLE, "");
        if (!variable.isEmpty()) {
            return Path.of(variable);
        }
        return Files.exists(DEFAULT_FILE) ? DEFAULT_FILE : null;
    }

    private static String paramLabel(Setting.Type type) {
        return switch (type) {
            case Setting.Type.Text _, Setting.Type.Secret _ -> "TEXT";
            case Setting.Type.File _, Setting.Type.SecretFile _ -> "FILE";
            case Setting.Type.TextList _ -> "TEXT...";
            case Setting.Type.Toggle _ -> "true|false";
            case Setting.Type.Number _ -> "NUMBER";
            case Setting.Type.Choice c -> c.values().size() > 4 ? "VALUE" : String.join("|", c.values());
        };
    }

    private static String description(Setting setting) {
        return setting.description()
                + (setting.defaultValue().isEmpty() ? "" : " Default: " + setting.defaultValue() + ".")
                + (setting.type() instanceof Setting.Type.TextList ? " Repeatable." : "");
    }
}
