package io.tiercel.functions.respond.action;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The parameters of an action, checked and complete.
 *
 * @param values plain texts by name
 */
public record ActionParameters(SortedMap<String, String> values) {
    /** For actions without parameters. */
    public static final ActionParameters NONE = new ActionParameters(new TreeMap<>());

    public ActionParameters {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** These values and, for what they do not say, the standard ones. */
    public static ActionParameters of(ActionKind kind, Map<String, String> given) {
        TreeMap<String, String> values = new TreeMap<>(given);
        for (ParameterSpec parameter : kind.parameters()) {
            String standard = parameter.standard();
            if (standard != null) {
                values.putIfAbsent(parameter.name(), standard);
            }
        }
        return new ActionParameters(values);
    }

    /** A parameter as text. */
    public String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("there is no parameter " + name + " among " + values.keySet());
        }
        return value;
    }

    /** A parameter that is a number. */
    public long number(String name) {
        return Long.parseLong(text(name));
    }

    /** A parameter that is true or false. */
    public boolean flag(String name) {
        return Boolean.parseBoolean(text(name));
    }
}
