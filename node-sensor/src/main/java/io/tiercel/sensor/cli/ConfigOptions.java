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

/** The table of settings as options of a command. */
final class ConfigOptions {
    private static final Path USUAL_FILE = Path.of("/etc/tiercel/tiercel.yaml");
    private static final String FILE_VARIABLE = "TIERCEL_CONFIG";

    private ConfigOptions() {}

    /** Adds an option for every setting that may stand on a command line. */
    static void addTo(CommandSpec spec) {
        for (Setting key : Settings.ALL) {
            if (!(key.type() instanceof Setting.Type.Secret)) {
                spec.addOption(OptionSpec.builder(key.flag())
                        .paramLabel(label(key.type()))
                        .arity("1")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description(description(key).replace("%", "%%"))
                        .build());
            }
        }
    }

    /**
     * The settings of this run.
     *
     * @param result the words as parsed
     * @param file the configuration file that they name; null if none
     * @throws UserErrorException with every problem
     */
    static Config config(
            ParseResult result, @Nullable Path file, Map<String, String> environment, StandardStreams streams) {
        Config.doubtfulVariables(environment).forEach(streams::say);
        try {
            return Config.of(configFile(file, environment), environment, flags(result));
        } catch (ConfigException e) {
            throw UserErrorException.input(String.valueOf(e.getMessage()));
        }
    }

    private static Map<Setting, List<String>> flags(ParseResult result) {
        Map<Setting, List<String>> flags = new HashMap<>();
        for (Setting key : Settings.ALL) {
            if (result.hasMatchedOption(key.flag())) {
                List<String> values = result.matchedOptionValue(key.flag(), List.of());
                if (values.size() > 1 && !(key.type() instanceof Setting.Type.Texts)) {
                    throw new ParameterException(
                            result.commandSpec().commandLine(), key.flag() + " is given " + values.size() + " times");
                }
                flags.put(key, values);
            }
        }
        return flags;
    }

    private static @Nullable Path configFile(@Nullable Path named, Map<String, String> environment) {
        if (named != null) {
            return named;
        }
        String variable = environment.getOrDefault(FILE_VARIABLE, "");
        if (!variable.isEmpty()) {
            return Path.of(variable);
        }
        return Files.exists(USUAL_FILE) ? USUAL_FILE : null;
    }

    private static String label(Setting.Type type) {
        return switch (type) {
            case Setting.Type.Text _, Setting.Type.Secret _ -> "TEXT";
            case Setting.Type.File _, Setting.Type.SecretFile _ -> "FILE";
            case Setting.Type.Texts _ -> "TEXT...";
            case Setting.Type.Switch _ -> "true|false";
            case Setting.Type.Number _ -> "NUMBER";
            case Setting.Type.Choice c -> c.words().size() > 4 ? "WORD" : String.join("|", c.words());
        };
    }

    private static String description(Setting key) {
        return key.description()
                + (key.standard().isEmpty() ? "" : " Default: " + key.standard() + ".")
                + (key.type() instanceof Setting.Type.Texts ? " May be given several times." : "");
    }
}
