package io.tiercel.functions.notification.silence;

import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.notification.IncidentEventPublisher;
import io.tiercel.functions.notification.silence.SilenceStore.Entry;
import io.tiercel.functions.notification.silence.SilencedIncidents.Use;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs every minute. Writes the audit entries of commands that could not. Publishes the incidents of silences that have ended, so that
 * those that are still open are notified. Any number of processes may run it: repeating a step has no effect, except that an audit
 * entry may appear twice after a crash.
 */
public final class SilenceMaintenance {
    /** Silences that one run ends. The next run continues. */
    private static final int MAX_ENDED = 20;

    private final StateStore state;
    private final SilenceStore store;
    private final SilencedIncidents incidents;
    private final AuditLog audit;
    private final IncidentEventPublisher publisher;
    private final InstantSource clock;

    public SilenceMaintenance(StateStore state, AuditLog audit, IncidentEventPublisher publisher, InstantSource clock) {
        this.state = state;
        this.store = new SilenceStore(state);
        this.incidents = new SilencedIncidents(state);
        this.audit = audit;
        this.publisher = publisher;
        this.clock = clock;
    }

    /**
     * Runs once.
     *
     * @throws io.tiercel.functions.incident.StoreUnavailable if a store fails; the next run continues
     */
    public void run() {
        Instant now = clock.instant();
        List<Entry> stored = store.read();
        writeAudit(stored, now);
        for (String key : state.due(DueKind.SILENCE, now, MAX_ENDED)) {
            SilencedIncidents.silenceOf(key).ifPresent(id -> end(id, stored, now));
        }
    }

    private void writeAudit(List<Entry> stored, Instant now) {
        List<Entry> written = new ArrayList<>();
        for (Entry entry : stored) {
            if (!entry.audited()) {
                audit.append(Silences.created(entry.silence(), null));
            }
            SilenceStore.End end = entry.end();
            if (end != null) {
                audit.append(Silences.ended(entry.silence(), end.by(), Instant.ofEpochMilli(end.at())));
            }
            if (entry.unaudited()) {
                written.add(entry);
            }
        }
        if (!written.isEmpty()) {
            store.markAudited(written, now);
        }
    }

    private void end(String id, List<Entry> stored, Instant now) {
        Optional<Entry> extended = stored.stream()
                .filter(entry -> entry.id().equals(id) && entry.active(now))
                .findFirst();
        if (extended.isPresent()) {
            incidents.reschedule(id, Instant.ofEpochMilli(extended.get().until()));
            return;
        }
        Use use = incidents.find(id);
        String change = "silence-ended-" + id + "-" + use.until();
        use.incidents().forEach(incident -> publisher.publish(incident, change));
        incidents.clear(id, use);
    }
}
