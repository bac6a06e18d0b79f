package io.tiercel.functions.notification;

import java.util.Locale;

/**
 * What the messages of one thread are about.
 *
 * @param kind an incident or a group of incidents
 * @param id the incident's id, or {@link GroupSummary#id}
 */
public record Subject(Kind kind, String id) {
    /** The kinds of subjects. */
    public enum Kind {
        INCIDENT,
        GROUP
    }

    /** The subject of one incident. */
    public static Subject incident(String incidentId) {
        return new Subject(Kind.INCIDENT, incidentId);
    }

    /** The subject of a group of incidents. */
    public static Subject group(String groupId) {
        return new Subject(Kind.GROUP, groupId);
    }

    /** Returns the form in stores and queues, e.g. {@code incident/0123456789abcdef01234567}. */
    public String key() {
        return kind.name().toLowerCase(Locale.ROOT) + "/" + id;
    }

    /**
     * Parses {@link #key}.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static Subject parse(String key) {
        for (Kind kind : Kind.values()) {
            String prefix = kind.name().toLowerCase(Locale.ROOT) + "/";
            if (key.startsWith(prefix) && key.length() > prefix.length()) {
                return new Subject(kind, key.substring(prefix.length()));
            }
        }
        throw new IllegalArgumentException("not the key of a subject: " + key);
    }
}
