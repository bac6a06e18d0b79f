package io.tiercel.functions.incident;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts alerts in their incidents, one after the other, with the rules of {@link IncidentStore#record}: duplicates, opening and
 * reopening, slots and folding, samples. It decides in memory and reads each incident once. The store provides what is stored,
 * and writes {@link #changes} in the transaction in which it answered. Not thread-safe.
 *
 * @param <E> what the store throws if it fails
 */
public final class IncidentTally<E extends Exception> {
    private final Source<E> source;
    private final Instant received;
    private final Map<Fingerprint, CountedIncident> byFingerprint = new HashMap<>();
    private final Map<String, CountedIncident> byId = new LinkedHashMap<>();
    private int rows;

    /**
     * @param source what is stored
     * @param received the current time
     */
    public IncidentTally(Source<E> source, Instant received) {
        this.source = source;
        this.received = received;
    }

    /** The kind of slot that an incident holds. */
    public enum Slot {
        /** No slot is free. */
        NONE,
        VERIFIED,
        UNVERIFIED
    }

    /** What is stored, and the slots. */
    public interface Source<E extends Exception> {
        /** Returns the incident in which an alert was counted before, or null if the alert is new. */
        @Nullable
        String countedIn(IncidentAlert alert) throws E;

        /** Returns an incident, or null if there is none. Called once for each id. */
        @Nullable
        IncidentCounts incident(String id) throws E;

        /**
         * Returns whether a folded incident has counted a cause.
         *
         * @param cause the id of the cause's own incident
         */
        boolean hasCause(String incidentId, String cause) throws E;

        /**
         * Takes a slot for the incident of an alert, or moves the incident to a slot of verified senders.
         *
         * @param maxOpen number of slots of each kind
         * @param opens whether the alert opens the incident; if not, the incident is open and may move
         * @return the slot that the incident holds then; {@link Slot#NONE} if none is free, and nothing changed
         */
        Slot takeSlot(IncidentAlert alert, String incidentId, int maxOpen, boolean opens) throws E;
    }

    /** Counts an alert, see {@link IncidentStore#record}. */
    public RecordResult count(IncidentAlert alert, int maxOpen) throws E {
        String earlier = source.countedIn(alert);
        if (earlier != null) {
            return new RecordResult(earlier, true, false, incident(earlier).summary());
        }
        CountedIncident own = incident(alert.fingerprint());
        boolean opens = own.opensWith(alert);
        if (opens || own.needsVerifiedSlot(alert)) {
            Slot slot = source.takeSlot(alert, own.id(), maxOpen, opens);
            if (slot != Slot.NONE) {
                own.holdSlot(slot == Slot.VERIFIED);
            } else if (opens) {
                return countFolded(alert.folded(), own.id());
            }
        }
        rows -= own.rows();
        own.count(alert);
        own.addSample(alert);
        rows += own.rows();
        return new RecordResult(own.id(), false, opens, own.summary());
    }

    private RecordResult countFolded(IncidentAlert alert, String cause) throws E {
        CountedIncident folded = incident(alert.fingerprint());
        boolean opens = folded.opensWith(alert);
        // A cause can outlive its incident in a store. Then the new incident counts it.
        boolean newCause = folded.countsCause(cause) && !(folded.isStored() && source.hasCause(folded.id(), cause));
        rows -= folded.rows();
        folded.count(alert);
        if (newCause) {
            folded.addCause(cause);
            folded.addSample(alert);
        }
        rows += folded.rows();
        return new RecordResult(folded.id(), false, opens, folded.summary());
    }

    private CountedIncident incident(Fingerprint fingerprint) throws E {
        CountedIncident known = byFingerprint.get(fingerprint);
        if (known == null) {
            known = incident(fingerprint.incidentId());
            byFingerprint.put(fingerprint, known);
        }
        return known;
    }

    private CountedIncident incident(String id) throws E {
        CountedIncident known = byId.get(id);
        if (known == null) {
            known = new CountedIncident(id, source.incident(id));
            byId.put(id, known);
        }
        return known;
    }

    /** Returns the number of incidents, samples and causes that {@link #changes} contains now. */
    public int rows() {
        return rows;
    }

    /** Returns what must be written, in the order in which the incidents were read. */
    public List<IncidentChange> changes() {
        List<IncidentChange> changes = new ArrayList<>();
        for (CountedIncident incident : byId.values()) {
            IncidentChange change = incident.change(received);
            if (change != null) {
                changes.add(change);
            }
        }
        return List.copyOf(changes);
    }
}
