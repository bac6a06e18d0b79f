package io.tiercel.sensor.config;

import io.tiercel.rules.load.NameSuggestion;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The checked value of every setting, with its source. */
public final class Config {
    /** The prefixes of the settings' environment variables. Another variable with such a prefix is a typo. */
    private static final Set<String> SECTIONS = Settings.ALL.stream()
            .filter(setting -> setting.path().indexOf('.') > 0)
            .map(setting -> "TIERCEL_"
                    + setting.path().substring(0, setting.path().indexOf('.')).toUpperCase(Locale.ROOT)
                    + "_")
            .collect(Collectors.toUnmodifiableSet());

    /** Environment variables of the functions that share a prefix with settings of the sensor. */
    private static final Set<String> FUNCTIONS_VARIABLES = Set.of(
            "TIERCEL_IDENTITY_ISSUER",
            "TIERCEL_IDENTITY_AUDIENCE",
            "TIERCEL_IDENTITY_SERVICE_ACCOUNT",
            "TIERCEL_IDENTITY_KEYS",
            "TIERCEL_IDENTITY_EC2_CERTIFICATES",
            "TIERCEL_IDENTITY_EC2_ACCOUNTS",
            "TIERCEL_IDENTITY_REQUIRED");

    private final Map<Setting, SuppliedValue> supplied;

    private Config(Map<Setting, SuppliedValue> supplied) {
        this.supplied = supplied;
    }

    /**
     * Merges the sources: options override environment variables, which override the file.
     *
     * @param file configuration file; null for none
     * @param environment all environment variables; only those of settings count
     * @param options values of command-line options
     * @throws ConfigException with every problem
     */
    public static Config load(@Nullable Path file, Map<String, String> environment, Map<Setting, List<String>> options)
            throws ConfigException {
        List<String> problems = new ArrayList<>();
        Map<Setting, SuppliedValue> supplied = new HashMap<>();
        if (file != null) {
            supplied.putAll(ConfigFile.read(file, problems));
        }
        new TreeMap<>(environment).forEach((name, value) -> {
            Setting setting = Settings.BY_ENVIRONMENT_VARIABLE.get(name);
            if (setting != null && !value.isEmpty()) {
                supplied.put(setting, new SuppliedValue(split(setting, value), new Origin.EnvironmentVariable(name)));
            }
        });
        options.forEach((setting, values) ->
                supplied.put(setting, new SuppliedValue(values, new Origin.CommandLineOption(setting.option()))));
        supplied.forEach((setting, value) -> {
            String problem = setting.isSecret() && !(value.origin() instanceof Origin.EnvironmentVariable)
                    ? setting.path() + " is secret: set the environment variable " + setting.environmentVariable()
                            + ", or name a file in " + setting.path() + "_file"
                    : problem(setting, value.values());
            if (problem != null) {
                problems.add(value.origin() + ": " + problem);
            }
        });
        if (!problems.isEmpty()) {
            throw new ConfigException(problems.stream().sorted().toList());
        }
        return new Config(supplied);
    }

    /** Returns a message for each environment variable that looks like a setting but is not one. */
    public static List<String> unknownVariables(Map<String, String> environment) {
        List<String> unknown = new ArrayList<>();
        for (String name : new TreeMap<>(environment).keySet()) {
            if (SECTIONS.stream().anyMatch(name::startsWith)
                    && !FUNCTIONS_VARIABLES.contains(name)
                    && !Settings.BY_ENVIRONMENT_VARIABLE.containsKey(name)) {
                unknown.add(name + " is not a setting"
                        + NameSuggestion.find(name, Settings.BY_ENVIRONMENT_VARIABLE.keySet())
                                .map(similar -> "; did you mean " + similar + "?")
                                .orElse(""));
            }
        }
        return unknown;
    }

    /** In an environment variable, commas separate the elements of a list. */
    private static List<String> split(Setting setting, String value) {
        return setting.type() instanceof Setting.Type.TextList ? List.of(value.split(",")) : List.of(value);
    }

    private static @Nullable String problem(Setting setting, List<String> values) {
        for (String value : values) {
            boolean valid = switch (setting.type()) {
                case Setting.Type.Text _, Setting.Type.TextList _, Setting.Type.Secret _ -> value.indexOf('\0') < 0;
                case Setting.Type.File _, Setting.Type.SecretFile _ -> isPath(value);
                case Setting.Type.Toggle _ -> value.equals("true") || value.equals("false");
                case Setting.Type.Number n -> isNumber(value, n);
                case Setting.Type.Choice c -> c.values().stream().anyMatch(value::equalsIgnoreCase);
            };
            if (!valid) {
                return setting.path() + " must be " + setting.expectedValue()
                        + (setting.isSecret() ? "" : ", not " + quoted(value));
            }
        }
        return null;
    }

    private static String quoted(String value) {
        return '"' + (value.length() > 80 ? value.substring(0, 80) + "..." : value) + '"';
    }

    private static boolean isPath(String value) {
        try {
            return !Path.of(value).toString().isEmpty();
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static boolean isNumber(String value, Setting.Type.Number type) {
        try {
            long number = Long.parseLong(value);
            return number >= type.minimum() && number <= type.maximum();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Returns the value of a setting as text: the supplied one, else the default, else an empty text. */
    public String text(Setting setting) {
        SuppliedValue value = supplied.get(setting);
        return value == null || value.values().isEmpty()
                ? setting.defaultValue()
                : value.values().getLast();
    }

    /** Returns true if the setting has a value that is not empty. */
    public boolean has(Setting setting) {
        return !text(setting).isEmpty();
    }

    /** Returns the path that a setting names, or null if it has no value. */
    public @Nullable Path file(Setting setting) {
        String text = text(setting);
        return text.isEmpty() ? null : Path.of(text);
    }

    public boolean isEnabled(Setting setting) {
        return text(setting).equals("true");
    }

    public long number(Setting setting) {
        return Long.parseLong(text(setting));
    }

    /** Returns the elements of a list setting. */
    public List<String> list(Setting setting) {
        SuppliedValue value = supplied.get(setting);
        return value == null ? List.of() : value.values();
    }

    /** Returns the source of a setting's value. */
    public Origin origin(Setting setting) {
        SuppliedValue value = supplied.get(setting);
        return value == null ? new Origin.Default() : value.origin();
    }

    /** Creates an exception for a value that only its use proves invalid. */
    public ConfigException problem(Setting setting, String problem) {
        return new ConfigException(origin(setting) + ": " + setting.path() + ": " + problem);
    }
}
