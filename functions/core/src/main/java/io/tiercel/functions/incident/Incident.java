package io.tiercel.functions.incident;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;

/**
 * All alerts of one cause.
 *
 * @param id {@link Fingerprint#incidentId}
 * @param fingerprint the cause
 * @param priority the most urgent seen
 * @param count how many different alerts, exactly; one that was folded of several counts as those
 * @param firstSeenNanos least event time, nanoseconds since the epoch
 * @param lastSeenNanos greatest event time
 * @param lastReceivedAt when the last of its alerts was counted, by the clock of who counted it
 * @param tactics names of the ATT&amp;CK tactics seen
 * @param lifecycle where it stands
 * @param enrichment of the alert that opened it
 * @param sample the first {@link #SAMPLE_LIMIT} alerts as JSON documents, {@link IncidentAlert#document}
 */
public record Incident(
        String id,
        Fingerprint fingerprint,
        Priority priority,
        long count,
        long firstSeenNanos,
        long lastSeenNanos,
        Instant lastReceivedAt,
        SortedSet<String> tactics,
        Lifecycle lifecycle,
        Enrichment enrichment,
        List<String> sample) {
    /** How many alerts an incident keeps as evidence; later ones are counted only. */
    public static final int SAMPLE_LIMIT = 10;

    /** Open or closed. */
    public IncidentState state() {
        return lifecycle.state();
    }
}
