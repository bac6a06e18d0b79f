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
 * @param firstSeenNanos earliest event time, nanoseconds since the epoch
 * @param lastSeenNanos latest event time, nanoseconds since the epoch
 * @param lastReceivedAt time when the last alert was counted, by the clock of the process that counted it
 * @param tactics names of the ATT&amp;CK tactics of its alerts
 * @param lifecycle its state
 * @param enrichment the enrichment of the alert that opened it
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
    /** Maximum number of alerts that an incident keeps as evidence. Later alerts are only counted. */
    public static final int SAMPLE_LIMIT = 10;

    /** Returns whether the incident is open or closed. */
    public IncidentState state() {
        return lifecycle.state();
    }
}
