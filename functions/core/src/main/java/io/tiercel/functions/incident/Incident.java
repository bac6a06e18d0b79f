package io.tiercel.functions.incident;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;

/**
 * All alerts with one cause.
 *
 * @param id {@link Fingerprint#incidentId}
 * @param fingerprint the cause
 * @param priority the most urgent priority of its alerts
 * @param count exact number of different alerts; an aggregated alert counts as the alerts that it stands for
 * @param verifiedCount the part of the count from verified senders. Others can forge the rest
 * @param firstSeenNanos earliest event time, nanoseconds since the epoch
 * @param lastSeenNanos latest event time, nanoseconds since the epoch
 * @param openedAt time when the first alert of the current episode was counted, by the clock of the process that counted it; in
 *     milliseconds
 * @param lastReceivedAt time when the last alert was counted, by the clock of the process that counted it
 * @param tactics names of the ATT&amp;CK tactics of its alerts
 * @param lifecycle its state
 * @param enrichment the enrichment of its first alert from a verified sender; without one, of its first alert
 * @param foldedCauses number of different causes of a folded incident, exact up to {@link #MAX_FOLDED_CAUSES}. The maximum means
 *     that many or more; 0 if it is not folded
 * @param doubts contradictions of its alerts from verified senders, at most {@link #MAX_DOUBTS}
 * @param sample the first {@link #SAMPLE_LIMIT} alerts from verified senders, then the first {@link #SAMPLE_LIMIT} others, as JSON
 *     documents, {@link IncidentAlert#document}. The first one belongs to {@code enrichment}. Those of a folded incident have
 *     different causes
 */
public record Incident(
        String id,
        Fingerprint fingerprint,
        Priority priority,
        long count,
        long verifiedCount,
        long firstSeenNanos,
        long lastSeenNanos,
        Instant openedAt,
        Instant lastReceivedAt,
        SortedSet<String> tactics,
        Lifecycle lifecycle,
        Enrichment enrichment,
        int foldedCauses,
        SortedSet<String> doubts,
        List<String> sample) {
    /**
     * Maximum number of alerts that an incident keeps as evidence, separately for verified and for all other senders. Later alerts
     * are only counted.
     */
    public static final int SAMPLE_LIMIT = 10;

    /** Maximum number of doubts. */
    public static final int MAX_DOUBTS = 10;

    /** Number of folded causes up to which an incident counts exactly. Each one is stored for the life of the incident. */
    public static final int MAX_FOLDED_CAUSES = 10_000;

    /** Returns whether the incident stands for many causes, see {@link Fingerprint#others}. */
    public boolean folded() {
        return fingerprint.folded();
    }

    /** Returns the target for people. That of a folded incident contains the number of its causes. */
    public String targetText() {
        String atLeast = foldedCauses < MAX_FOLDED_CAUSES ? "" : " or more";
        return folded()
                ? fingerprint.target() + ": " + foldedCauses + atLeast + (foldedCauses == 1 ? " cause" : " causes")
                : fingerprint.target();
    }

    /** Returns whether a verified sender sent one of its alerts. */
    public boolean verified() {
        return verifiedCount > 0;
    }

    /** Returns whether the incident is open or closed. */
    public IncidentState state() {
        return lifecycle.state();
    }
}
