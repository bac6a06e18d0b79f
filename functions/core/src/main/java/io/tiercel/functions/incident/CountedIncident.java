package io.tiercel.functions.incident;

import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** An incident while {@link IncidentTally} counts alerts in it. Not thread-safe. */
final class CountedIncident {
    private static final IncidentCounts NONE = new IncidentCounts(
            IncidentSummary.EXPIRED.lifecycle(),
            Priority.DEBUG,
            0,
            0,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            new TreeSet<>(),
            List.of(),
            0,
            0,
            false,
            0,
            0,
            MinuteCounts.NONE);

    private final String id;
    private final @Nullable IncidentCounts stored;
    private Lifecycle lifecycle;
    private Priority priority;
    private long count;
    private long verifiedCount;
    private long firstSeenNanos;
    private long lastSeenNanos;
    private final SortedSet<String> tactics;
    private final Set<String> doubts;
    private int samples;
    private int verifiedSamples;
    private boolean slotVerified;
    private int foldedCauses;
    private final int auditedEpisode;
    private final MinuteCounts activity;

    /** Number of alerts that are counted in addition to the stored ones. */
    private long added;

    private @Nullable IncidentAlert first;
    private @Nullable IncidentAlert enriching;
    private final List<IncidentAlert> newSamples = new ArrayList<>();
    private final Set<String> newCauses = new LinkedHashSet<>();

    /** @param stored the incident as it is stored; null if there is none */
    CountedIncident(String id, @Nullable IncidentCounts stored) {
        this.id = id;
        this.stored = stored;
        IncidentCounts counts = stored == null ? NONE : stored;
        lifecycle = counts.lifecycle();
        priority = counts.priority();
        count = counts.count();
        verifiedCount = counts.verifiedCount();
        firstSeenNanos = counts.firstSeenNanos();
        lastSeenNanos = counts.lastSeenNanos();
        tactics = new TreeSet<>(counts.tactics());
        doubts = new LinkedHashSet<>(counts.doubts());
        samples = counts.samples();
        verifiedSamples = counts.verifiedSamples();
        slotVerified = counts.slotVerified();
        foldedCauses = counts.foldedCauses();
        auditedEpisode = counts.auditedEpisode();
        activity = counts.activity();
    }

    String id() {
        return id;
    }

    private boolean exists() {
        return stored != null || first != null;
    }

    boolean isStored() {
        return stored != null;
    }

    /** Returns whether an alert would open or reopen the incident. */
    boolean opensWith(IncidentAlert alert) {
        IncidentClosure closing = lifecycle.closing();
        return !exists() || closing != null && alert.reopens(closing.untilNanos(), verifiedCount);
    }

    /** Returns whether an alert of a verified sender could move the incident to a slot of verified senders. */
    boolean needsVerifiedSlot(IncidentAlert alert) {
        return alert.verified() && exists() && lifecycle.state() == IncidentState.OPEN && !slotVerified;
    }

    /** Sets the kind of slot that the incident holds from now on. */
    void holdSlot(boolean ofVerified) {
        slotVerified = ofVerified;
    }

    /** Counts an alert. If {@link #opensWith} returns true for it, the incident opens. */
    void count(IncidentAlert alert) {
        if (!exists()) {
            lifecycle = Lifecycle.opened();
        } else if (opensWith(alert)) {
            lifecycle = new Lifecycle(IncidentState.OPEN, lifecycle.escalation(), lifecycle.episode() + 1, null);
        }
        if (verifiedCount == 0 && (count == 0 || alert.verified())) {
            // The first alert of a verified sender replaces what anybody could have sent.
            enriching = alert;
        }
        first = first == null ? alert : first;
        count += alert.count();
        verifiedCount += alert.verifiedCount();
        firstSeenNanos = Math.min(firstSeenNanos, alert.alert().timeNanos());
        lastSeenNanos = Math.max(lastSeenNanos, alert.lastNanos());
        if (alert.alert().priority().compareTo(priority) < 0) {
            priority = alert.alert().priority();
        }
        tactics.addAll(alert.enrichment().tactics());
        if (doubts.size() < Incident.MAX_DOUBTS) {
            doubts.addAll(alert.doubts());
        }
        added += alert.count();
    }

    /** Adds a counted alert to the samples, unless there are enough. */
    void addSample(IncidentAlert alert) {
        if ((alert.verified() ? verifiedSamples : samples) >= Incident.SAMPLE_LIMIT) {
            return;
        }
        if (alert.verified()) {
            verifiedSamples++;
        } else {
            samples++;
        }
        newSamples.add(alert);
    }

    /** Returns whether a folded incident would count a cause that the store does not know. */
    boolean countsCause(String cause) {
        return foldedCauses < Incident.MAX_FOLDED_CAUSES && !newCauses.contains(cause);
    }

    /** Adds a cause to a folded incident. */
    void addCause(String cause) {
        newCauses.add(cause);
        foldedCauses++;
    }

    /** Returns the summary with all alerts that were counted until now. */
    IncidentSummary summary() {
        return exists()
                ? new IncidentSummary(count, tactics.size(), priority, verifiedCount > 0, lifecycle, auditedEpisode)
                : IncidentSummary.EXPIRED;
    }

    /** Returns how many rows the change has: the incident, its new samples and its new causes; 0 if no alert was counted. */
    int rows() {
        return first == null ? 0 : 1 + newSamples.size() + newCauses.size();
    }

    /**
     * Returns what must be written, or null if no alert was counted.
     *
     * @param received the current time
     */
    @Nullable
    IncidentChange change(Instant received) {
        return first == null
                ? null
                : new IncidentChange(
                        id,
                        stored,
                        new IncidentCounts(
                                lifecycle,
                                priority,
                                count,
                                verifiedCount,
                                firstSeenNanos,
                                lastSeenNanos,
                                tactics,
                                doubts.stream().limit(Incident.MAX_DOUBTS).toList(),
                                samples,
                                verifiedSamples,
                                slotVerified,
                                foldedCauses,
                                auditedEpisode,
                                activity.plus(added, received)),
                        first,
                        enriching,
                        newSamples,
                        List.copyOf(newCauses));
    }
}
