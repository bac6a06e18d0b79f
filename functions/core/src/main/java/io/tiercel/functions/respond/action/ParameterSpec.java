package io.tiercel.functions.respond.action;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Declares one parameter of an action: name, type, default value and description. Values are strings. */
public sealed interface ParameterSpec {
    /** Returns the name in policies. */
    String name();

    /** Returns a short description. */
    String description();

    /** Returns the default value, or null if the parameter is required. */
    @Nullable
    String defaultValue();

    /** Checks a value. Returns how to write a valid one, or null if the value is valid. */
    @Nullable
    String validate(String value);

    /** A string that matches a pattern. */
    record StringParameter(
            String name, Pattern pattern, @Nullable String defaultValue, String description) implements ParameterSpec {
        @Override
        public @Nullable String validate(String value) {
            return pattern.matcher(value).matches()
                    ? null
                    : "write the " + description + " as a value that matches " + pattern;
        }
    }

    /** An integer within a range. */
    record IntegerParameter(String name, long min, long max, String defaultValue, String description)
            implements ParameterSpec {
        @Override
        public @Nullable String validate(String value) {
            boolean digits = value.length() <= 18 && value.matches("-?[0-9]+");
            return digits && Long.parseLong(value) >= min && Long.parseLong(value) <= max
                    ? null
                    : "write an integer from " + min + " to " + max;
        }
    }

    /** {@code true} or {@code false}. */
    record BooleanParameter(String name, String defaultValue, String description) implements ParameterSpec {
        @Override
        public @Nullable String validate(String value) {
            return value.equals("true") || value.equals("false") ? null : "write true or false";
        }
    }

    /** One of several values. */
    record ChoiceParameter(String name, List<String> values, String defaultValue, String description)
            implements ParameterSpec {
        @Override
        public @Nullable String validate(String value) {
            return values.contains(value) ? null : "use one of " + String.join(", ", values);
        }
    }

    /**
     * Declares a string.
     *
     * @param pattern regular expression that the whole value must match
     * @param defaultValue null makes the parameter required
     */
    static ParameterSpec string(String name, String pattern, @Nullable String defaultValue, String description) {
        return new StringParameter(name, Pattern.compile(pattern), defaultValue, description);
    }

    /** Declares an integer from {@code min} to {@code max}. */
    static ParameterSpec integer(String name, long min, long max, long defaultValue, String description) {
        return new IntegerParameter(name, min, max, Long.toString(defaultValue), description);
    }

    /** Declares a boolean. */
    static ParameterSpec bool(String name, boolean defaultValue, String description) {
        return new BooleanParameter(name, Boolean.toString(defaultValue), description);
    }

    /** Declares a choice of values. */
    static ParameterSpec choice(String name, List<String> values, String defaultValue, String description) {
        return new ChoiceParameter(name, values, defaultValue, description);
    }
}
