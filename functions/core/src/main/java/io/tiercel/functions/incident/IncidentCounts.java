package io.tiercel.functions.incident;

import io.tiercel.rules.alert.Priority;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The part of an incident that counting alerts reads and changes. {@link Incident} explains most of the values.
 *
 * @param tactics names of tactics, in order
 * @param doubts at most {@link Incident#MAX_DOUBTS}, the oldest first
 * @param samples number of samples from senders that are not verified, at most {@link Incident#SAMPLE_LIMIT}
 * @param verifiedSamples number of samples from verified senders, at most as many
 * @param slotVerified whether the incident holds a slot of verified senders
 * @param auditedEpisode {@link IncidentSummary#auditedEpisode}
 * @param activity alerts per minute
 */
public record IncidentCounts(
        Lifecycle lifecycle,
        Priority priority,
        long count,
        long verifiedCount,
        long firstSeenNanos,
        long lastSeenNanos,
        SortedSet<String> tactics,
        List<String> doubts,
        int samples,
        int verifiedSamples,
        boolean slotVerified,
        int foldedCauses,
        int auditedEpisode,
        MinuteCounts activity) {
    public IncidentCounts {
        tactics = Collections.unmodifiableSortedSet(new TreeSet<>(tactics));
        doubts = List.copyOf(doubts);
    }

    /** Returns the same counts in another state. */
    public IncidentCounts with(Lifecycle other) {
        return new IncidentCounts(
                other,
                priority,
                count,
                verifiedCount,
                firstSeenNanos,
                lastSeenNanos,
                tactics,
                doubts,
                samples,
                verifiedSamples,
                slotVerified,
                foldedCauses,
                auditedEpisode,
                activity);
    }
}
