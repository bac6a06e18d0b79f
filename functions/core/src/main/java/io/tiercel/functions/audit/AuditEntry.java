package io.tiercel.functions.audit;

import io.tiercel.rules.text.TextLimit;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A decision or an external call. Long texts are truncated, because an entry must never be lost because of its length.
 * No text may contain a secret.
 *
 * @param time time by the clock of the machine that writes the entry
 * @param actor function or person, for example {@code respond}, {@code sweep} or {@code slack:U012AB3CD}; at most
 *     {@link #MAX_TEXT} characters
 * @param kind a decision or a call
 * @param incidentId the incident; null if the entry concerns none
 * @param summary the decision, or the call and its result; at most {@link #MAX_TEXT} characters
 * @param details details by name; at most {@link #MAX_DETAILS}, each at most {@link #MAX_TEXT} characters, with names of at most
 *     {@link #MAX_NAME}
 */
public record AuditEntry(
        Instant time,
        String actor,
        Kind kind,
        @Nullable String incidentId,
        String summary,
        SortedMap<String, String> details) {
    /** Maximum length of a text, in characters. */
    public static final int MAX_TEXT = 2048;

    /** Maximum number of details. */
    public static final int MAX_DETAILS = 32;

    /** Maximum length of the name of a detail, in characters. */
    public static final int MAX_NAME = 128;

    private static final String MARKER = "[...]";

    /** The kinds of entries. */
    public enum Kind {
        /** A rule or a person made a decision. */
        DECISION,
        /** An external system was called, successfully or not. */
        CALL
    }

    public AuditEntry {
        actor = truncate(actor);
        summary = truncate(summary);
        SortedMap<String, String> truncated = new TreeMap<>();
        new TreeMap<>(details)
                .entrySet().stream()
                        .limit(MAX_DETAILS)
                        .forEach(detail -> truncated.put(
                                TextLimit.cut(detail.getKey(), MAX_NAME, MARKER), truncate(detail.getValue())));
        details = Collections.unmodifiableSortedMap(truncated);
    }

    /** Returns this entry with shorter details. */
    AuditEntry shortened(int maxDetail) {
        SortedMap<String, String> shorter = new TreeMap<>();
        details.forEach((name, value) -> shorter.put(name, TextLimit.cut(value, maxDetail, MARKER)));
        return new AuditEntry(time, actor, kind, incidentId, summary, shorter);
    }

    /** Creates the entry of a decision. */
    public static AuditEntry decision(
            Instant time, String actor, @Nullable String incidentId, String summary, Map<String, String> details) {
        return new AuditEntry(time, actor, Kind.DECISION, incidentId, summary, new TreeMap<>(details));
    }

    /** Creates the entry of an external call and its result. */
    public static AuditEntry call(
            Instant time, String actor, @Nullable String incidentId, String summary, Map<String, String> details) {
        return new AuditEntry(time, actor, Kind.CALL, incidentId, summary, new TreeMap<>(details));
    }

    private static String truncate(String text) {
        return TextLimit.cut(text, MAX_TEXT, MARKER);
    }
}
