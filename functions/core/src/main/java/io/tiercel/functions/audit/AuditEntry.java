package io.tiercel.functions.audit;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was decided or done. Texts that are too long are cut, since an entry must never be lost for its length; no
 * secret may be in any of them.
 *
 * @param at when, by the clock of the machine that writes it
 * @param actor who, e.g. {@code respond}, {@code sweep}, {@code slack:U012AB3CD}; at most {@link #MAX_TEXT} characters
 * @param kind a decision or a call
 * @param incidentId the incident that it is about; null if about none
 * @param what what was decided or called, and for a call what came of it, in a few words; at most {@link #MAX_TEXT} characters
 * @param details the particulars by name; at most {@link #MAX_DETAILS}, each at most {@link #MAX_TEXT} characters
 */
public record AuditEntry(
        Instant at,
        String actor,
        Kind kind,
        @Nullable String incidentId,
        String what,
        SortedMap<String, String> details) {
    /** Longest text, in characters. */
    public static final int MAX_TEXT = 2048;

    /** Most details. */
    public static final int MAX_DETAILS = 32;

    private static final String MARK = "[...]";

    /** What kind of thing an entry is about. */
    public enum Kind {
        /** Something was decided, by a rule or by a person. */
        DECISION,
        /** Something outside was called, and answered or did not. */
        CALL
    }

    public AuditEntry {
        actor = cut(actor);
        what = cut(what);
        SortedMap<String, String> kept = new TreeMap<>();
        new TreeMap<>(details)
                .entrySet().stream()
                        .limit(MAX_DETAILS)
                        .forEach(detail -> kept.put(cut(detail.getKey()), cut(detail.getValue())));
        details = Collections.unmodifiableSortedMap(kept);
    }

    /** A decision. */
    public static AuditEntry decision(
            Instant at, String actor, @Nullable String incidentId, String what, Map<String, String> details) {
        return new AuditEntry(at, actor, Kind.DECISION, incidentId, what, new TreeMap<>(details));
    }

    /** A call to the outside, with what came of it. */
    public static AuditEntry call(
            Instant at, String actor, @Nullable String incidentId, String what, Map<String, String> details) {
        return new AuditEntry(at, actor, Kind.CALL, incidentId, what, new TreeMap<>(details));
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT - MARK.length()) + MARK;
    }
}
