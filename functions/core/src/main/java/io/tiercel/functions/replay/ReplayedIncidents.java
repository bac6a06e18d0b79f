package io.tiercel.functions.replay;

import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentChange;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentCounts;
import io.tiercel.functions.incident.IncidentFields;
import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentTally;
import io.tiercel.functions.incident.IncidentTally.Slot;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.functions.incident.RecordResult;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The incidents of a replay, in memory. They count like those of a store, and close after their quiet time. Not thread-safe. */
final class ReplayedIncidents implements IncidentTally.Source<RuntimeException> {
    private final Map<String, Replayed> incidents = new LinkedHashMap<>();
    private final Map<String, Set<Replayed>> bySlotKey = new HashMap<>();
    private final Map<String, String> counted = new HashMap<>();
    private Instant now = Instant.EPOCH;

    /** An incident. */
    static final class Replayed {
        private final String id;
        private final Fingerprint cause;
        private final IncidentRule rule;
        private final Set<String> foldedCauses = new HashSet<>();
        private IncidentCounts counts;

        private Replayed(IncidentChange change, IncidentRule rule) {
            this.id = change.id();
            this.cause = change.first().fingerprint();
            this.rule = rule;
            this.counts = change.after();
        }

        String id() {
            return id;
        }

        Fingerprint cause() {
            return cause;
        }

        IncidentCounts counts() {
            return counts;
        }

        private void set(Lifecycle lifecycle) {
            counts = counts.with(lifecycle);
        }

        private void escalate() {
            Lifecycle lifecycle = counts.lifecycle();
            int level = rule.escalation()
                    .reached(counts.count(), counts.tactics().size())
                    .size();
            set(new Lifecycle(lifecycle.state(), level, lifecycle.episode(), lifecycle.closing()));
        }

        private void closeIfQuiet(Instant now) {
            Lifecycle lifecycle = counts.lifecycle();
            Instant lastSeen = Instant.ofEpochSecond(0, counts.lastSeenNanos());
            if (lifecycle.state() == IncidentState.OPEN
                    && lastSeen.plus(rule.quiet()).isBefore(now)) {
                set(new Lifecycle(
                        IncidentState.CLOSED,
                        lifecycle.escalation(),
                        lifecycle.episode(),
                        new IncidentClosure(now, IncidentClosure.QUIET, counts.lastSeenNanos())));
            }
        }

        IncidentFields fields() {
            return new IncidentFields(
                    id,
                    cause,
                    counts.count(),
                    counts.verifiedCount(),
                    counts.lifecycle().label(),
                    counts.priority().label(),
                    counts.priority().ordinal(),
                    List.copyOf(counts.tactics()),
                    TimeUnit.NANOSECONDS.toSeconds(counts.lastSeenNanos() - counts.firstSeenNanos()));
        }
    }

    /**
     * Counts an alert.
     *
     * @param time the time of the replay, which never goes back
     */
    RecordResult count(IncidentAlert alert, IncidentRule rule, Instant time) {
        now = time;
        IncidentTally<RuntimeException> tally = new IncidentTally<>(this, time);
        RecordResult result = tally.count(alert, rule.maxOpen());
        counted.put(alert.alertId(), result.incidentId());
        tally.changes().forEach(change -> apply(change, rule));
        return result;
    }

    private void apply(IncidentChange change, IncidentRule rule) {
        Replayed incident = incidents.computeIfAbsent(change.id(), _ -> new Replayed(change, rule));
        incident.counts = change.after();
        incident.foldedCauses.addAll(change.causes());
        incident.escalate();
        if (!incident.cause.folded()) {
            bySlotKey
                    .computeIfAbsent(incident.cause.slotKey(), _ -> new LinkedHashSet<>())
                    .add(incident);
        }
    }

    /** Returns an incident, or null if there is none. */
    @Nullable
    Replayed find(String id) {
        return incidents.get(id);
    }

    /** Returns all incidents in the order in which they opened first. */
    Collection<Replayed> all() {
        return Collections.unmodifiableCollection(incidents.values());
    }

    /** Returns the number of different alerts. */
    int alerts() {
        return counted.size();
    }

    @Override
    public @Nullable String countedIn(IncidentAlert alert) {
        return counted.get(alert.alertId());
    }

    @Override
    public @Nullable IncidentCounts incident(String id) {
        Replayed incident = incidents.get(id);
        if (incident == null) {
            return null;
        }
        incident.closeIfQuiet(now);
        return incident.counts;
    }

    @Override
    public boolean hasCause(String incidentId, String cause) {
        Replayed incident = incidents.get(incidentId);
        return incident != null && incident.foldedCauses.contains(cause);
    }

    @Override
    public Slot takeSlot(IncidentAlert alert, String incidentId, int maxOpen, boolean opens) {
        Set<Replayed> others = bySlotKey.getOrDefault(alert.fingerprint().slotKey(), Set.of());
        others.forEach(other -> other.closeIfQuiet(now));
        long used = others.stream()
                .map(Replayed::counts)
                .filter(counts ->
                        counts.lifecycle().state() == IncidentState.OPEN && counts.slotVerified() == alert.verified())
                .count();
        if (used >= maxOpen) {
            return Slot.NONE;
        }
        return alert.verified() ? Slot.VERIFIED : Slot.UNVERIFIED;
    }
}
