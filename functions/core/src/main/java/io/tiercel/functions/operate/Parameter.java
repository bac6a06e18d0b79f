package io.tiercel.functions.operate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of an operation. Validation, error messages and the OpenAPI document derive from it.
 *
 * @param name name in arguments
 * @param type type of the value
 * @param required whether a call must have it
 * @param min minimum length of a text in characters, or minimum of a number
 * @param max maximum length of a text in characters, or maximum of a number
 * @param allowed the allowed values; empty if they are not listed
 * @param defaultValue the default as text; null if there is none
 * @param description one sentence for people
 */
public record Parameter(
        String name,
        Type type,
        boolean required,
        int min,
        int max,
        List<String> allowed,
        @Nullable String defaultValue,
        String description) {
    /** Types of values. */
    public enum Type {
        /** A text. An empty one counts as absent, unless {@link #min} is 0. */
        TEXT,
        /** One of the allowed values. */
        CHOICE,
        /** A whole number, as JSON number or as text. */
        INTEGER,
        /** {@code true} or {@code false}, as JSON value or as text. */
        BOOLEAN,
        /** A time of RFC 3339. */
        TIME,
        /** A duration such as {@code 2h}. */
        DURATION,
        /** The id of an incident or a unique prefix of it: 6 to 24 hexadecimal digits. */
        INCIDENT_ID
    }

    private static final int SHORT = 20;
    private static final int ID_MIN = 6;
    private static final int ID_MAX = 24;

    /** Returns an optional text of 1 to {@code max} characters. */
    static Parameter text(String name, int max, String description) {
        return new Parameter(name, Type.TEXT, false, 1, max, List.of(), null, description);
    }

    /** Returns an optional choice. */
    static Parameter choice(String name, List<String> allowed, @Nullable String defaultValue, String description) {
        return new Parameter(name, Type.CHOICE, false, 1, SHORT, List.copyOf(allowed), defaultValue, description);
    }

    /** Returns an optional number. */
    static Parameter integer(String name, int min, int max, int defaultValue, String description) {
        return new Parameter(
                name, Type.INTEGER, false, min, max, List.of(), Integer.toString(defaultValue), description);
    }

    /** Returns an optional boolean value. */
    static Parameter bool(String name, String description) {
        return new Parameter(name, Type.BOOLEAN, false, 0, 0, List.of(), null, description);
    }

    /** Returns an optional time. */
    static Parameter time(String name, String description) {
        return new Parameter(name, Type.TIME, false, 1, 2 * SHORT, List.of(), null, description);
    }

    /** Returns an optional duration. */
    static Parameter duration(String name, String description) {
        return new Parameter(name, Type.DURATION, false, 1, SHORT, List.of(), null, description);
    }

    /** Returns the id of an incident. */
    static Parameter incidentId(String name, String description) {
        return new Parameter(name, Type.INCIDENT_ID, false, ID_MIN, ID_MAX, List.of(), null, description);
    }

    /** Returns this parameter as a required one. */
    Parameter need() {
        return new Parameter(name, type, true, min, max, allowed, defaultValue, description);
    }

    /** Returns this parameter for a text that may be empty. */
    Parameter orEmpty() {
        return new Parameter(name, type, required, 0, max, allowed, defaultValue, description);
    }

    /** Returns the expected form, for error messages. */
    public String expected() {
        return switch (type) {
            case TEXT -> "a text of " + min + " to " + max + " characters";
            case CHOICE -> "one of " + String.join(", ", allowed);
            case INTEGER -> "a number from " + min + " to " + max;
            case BOOLEAN -> "true or false";
            case TIME -> "a time with its offset from UTC, such as 2026-12-31T18:00:00Z";
            case DURATION -> "a number and a unit, such as 30m, 8h or 3d";
            case INCIDENT_ID -> min + " to " + max + " hexadecimal digits: the id of an incident, or its beginning";
        };
    }
}
