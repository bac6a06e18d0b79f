package io.tiercel.functions.respond.action;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The parameters of an action, validated and complete.
 *
 * @param values the values as strings, by name
 */
public record ActionParameters(SortedMap<String, String> values) {
    /** The parameters of an action that has none. */
    public static final ActionParameters NONE = new ActionParameters(new TreeMap<>());

    public ActionParameters {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** Returns the supplied values, with the defaults of {@code kind} for all others. */
    public static ActionParameters withDefaults(ActionKind kind, Map<String, String> supplied) {
        TreeMap<String, String> values = new TreeMap<>(supplied);
        for (ParameterSpec parameter : kind.parameters()) {
            String defaultValue = parameter.defaultValue();
            if (defaultValue != null) {
                values.putIfAbsent(parameter.name(), defaultValue);
            }
        }
        return new ActionParameters(values);
    }

    /**
     * Returns a value as a string.
     *
     * @throws IllegalArgumentException if the action has no such parameter
     */
    public String string(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no parameter " + name + " among " + values.keySet());
        }
        return value;
    }

    /** Returns a value as an integer. */
    public long integer(String name) {
        return Long.parseLong(string(name));
    }

    /** Returns a value as a boolean. */
    public boolean bool(String name) {
        return Boolean.parseBoolean(string(name));
    }
}
