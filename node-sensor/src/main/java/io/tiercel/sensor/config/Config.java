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

/** The value of every key, checked, and where it comes from. */
public final class Config {
    /** What the variables of keys in a section begin with: others that do are misspelled. */
    private static final Set<String> SECTIONS = Settings.ALL.stream()
            .filter(key -> key.path().indexOf('.') > 0)
            .map(key -> "TIERCEL_"
                    + key.path().substring(0, key.path().indexOf('.')).toUpperCase(Locale.ROOT)
                    + "_")
            .collect(Collectors.toUnmodifiableSet());

    private final Map<Setting, SuppliedValue> given;

    private Config(Map<Setting, SuppliedValue> given) {
        this.given = given;
    }

    /**
     * Puts the layers together: the command line overrides the environment, and that the file.
     *
     * @param file the configuration file; null for none
     * @param environment all variables; only those of keys count
     * @param flags values by key, as the command line has them
     * @throws ConfigException with every problem
     */
    public static Config of(@Nullable Path file, Map<String, String> environment, Map<Setting, List<String>> flags)
            throws ConfigException {
        List<String> problems = new ArrayList<>();
        Map<Setting, SuppliedValue> given = new HashMap<>();
        if (file != null) {
            given.putAll(ConfigFile.read(file, problems));
        }
        new TreeMap<>(environment).forEach((name, value) -> {
            Setting key = Settings.BY_VARIABLE.get(name);
            if (key != null && !value.isEmpty()) {
                given.put(key, new SuppliedValue(split(key, value), new Origin.Variable(name)));
            }
        });
        flags.forEach((key, values) -> given.put(key, new SuppliedValue(values, new Origin.Flag(key.flag()))));
        given.forEach((key, value) -> {
            String problem = key.isSecret() && !(value.origin() instanceof Origin.Variable)
                    ? key.path() + " is secret: give it by the variable " + key.variable() + ", or in a file that "
                            + key.path() + "_file names"
                    : problem(key, value.values());
            if (problem != null) {
                problems.add(value.origin() + ": " + problem);
            }
        });
        if (!problems.isEmpty()) {
            throw new ConfigException(problems.stream().sorted().toList());
        }
        return new Config(given);
    }

    /** Variables that look as if they were ours but are not, each with what it may have meant. */
    public static List<String> doubtfulVariables(Map<String, String> environment) {
        List<String> doubtful = new ArrayList<>();
        for (String name : new TreeMap<>(environment).keySet()) {
            if (SECTIONS.stream().anyMatch(name::startsWith) && !Settings.BY_VARIABLE.containsKey(name)) {
                doubtful.add(name + " is no setting"
                        + NameSuggestion.find(name, Settings.BY_VARIABLE.keySet())
                                .map(similar -> "; did you mean " + similar + "?")
                                .orElse(""));
            }
        }
        return doubtful;
    }

    /** A list is written in a variable with commas between its values. */
    private static List<String> split(Setting key, String value) {
        return key.type() instanceof Setting.Type.Texts ? List.of(value.split(",")) : List.of(value);
    }

    private static @Nullable String problem(Setting key, List<String> values) {
        for (String value : values) {
            boolean right = switch (key.type()) {
                case Setting.Type.Text _, Setting.Type.Texts _, Setting.Type.Secret _ -> value.indexOf('\0') < 0;
                case Setting.Type.File _, Setting.Type.SecretFile _ -> isPath(value);
                case Setting.Type.Switch _ -> value.equals("true") || value.equals("false");
                case Setting.Type.Number n -> isNumber(value, n);
                case Setting.Type.Choice c -> c.words().stream().anyMatch(value::equalsIgnoreCase);
            };
            if (!right) {
                return key.path() + " is " + key.looksLike() + (key.isSecret() ? "" : ", not " + quoted(value));
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
            return number >= type.least() && number <= type.most();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** The text of a key; empty if nothing is said and it has no standard. */
    public String text(Setting key) {
        SuppliedValue value = given.get(key);
        return value == null || value.values().isEmpty()
                ? key.standard()
                : value.values().getLast();
    }

    /** Whether the key has a value that is not empty. */
    public boolean has(Setting key) {
        return !text(key).isEmpty();
    }

    /** The file that a key names; null if none. */
    public @Nullable Path file(Setting key) {
        String text = text(key);
        return text.isEmpty() ? null : Path.of(text);
    }

    public boolean isOn(Setting key) {
        return text(key).equals("true");
    }

    public long number(Setting key) {
        return Long.parseLong(text(key));
    }

    /** The values of a list. */
    public List<String> texts(Setting key) {
        SuppliedValue value = given.get(key);
        return value == null ? List.of() : value.values();
    }

    /** Where a key's value comes from. */
    public Origin origin(Setting key) {
        SuppliedValue value = given.get(key);
        return value == null ? new Origin.Standard() : value.origin();
    }

    /** A problem with the value of a key that only its use shows, with its place. */
    public ConfigException wrong(Setting key, String what) {
        return new ConfigException(origin(key) + ": " + key.path() + ": " + what);
    }
}
