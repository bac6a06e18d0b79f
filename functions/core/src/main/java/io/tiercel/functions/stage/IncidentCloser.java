package io.tiercel.functions.stage;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.notification.IncidentEventPublisher;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Closes incidents; the decision is in the audit log before it takes effect. */
public final class IncidentCloser {
    /** How often closing by hand is tried while alerts come in. */
    private static final int TRIES = 10;

    private final IncidentStore incidents;
    private final AuditLog audit;
    private final IncidentEventPublisher notify;
    private final InstantSource clock;

    public IncidentCloser(IncidentStore incidents, AuditLog audit, IncidentEventPublisher notify, InstantSource clock) {
        this.incidents = incidents;
        this.audit = audit;
        this.notify = notify;
        this.clock = clock;
    }

    /** What became of a wish to close. */
    public enum Outcome {
        CLOSED,
        /** It was closed before. */
        ALREADY_CLOSED,
        /** There is no such incident. */
        UNKNOWN,
        /** It grows too fast to be closed. */
        BUSY
    }

    /**
     * Closes an incident because somebody wants it; what happens after this moment opens it again.
     *
     * @param by who, e.g. {@code slack:U012AB3CD}
     * @throws io.tiercel.functions.incident.StoreUnavailable if a store fails
     */
    public Outcome close(String incidentId, String by) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Incident> incident = incidents.find(incidentId);
            if (incident.isEmpty()) {
                return Outcome.UNKNOWN;
            }
            if (incident.get().state() == IncidentState.CLOSED) {
                return Outcome.ALREADY_CLOSED;
            }
            Instant now = clock.instant();
            if (close(incident.get(), new IncidentClosure(now, by, nanos(now)), "closes it")) {
                return Outcome.CLOSED;
            }
        }
        return Outcome.BUSY;
    }

    /**
     * Closes an incident of which nothing has been heard for long. Late alerts of what happened before its last event do not
     * open it again.
     */
    boolean closeQuiet(Incident incident) {
        Instant now = clock.instant();
        // A sensor whose clock is ahead must not keep its incident closed for ever.
        long until = Math.min(incident.lastSeenNanos(), nanos(now));
        return close(
                incident,
                new IncidentClosure(now, IncidentClosure.QUIET, until),
                "closes, nothing heard since " + incident.lastReceivedAt());
    }

    private boolean close(Incident incident, IncidentClosure closing, String what) {
        tell(incident, closing, what);
        boolean closed = incidents.close(incident, closing);
        if (closed) {
            notify.publish(incident.id());
        } else {
            tell(incident, closing, "stays open, it has changed meanwhile");
        }
        return closed;
    }

    private void tell(Incident incident, IncidentClosure closing, String what) {
        audit.append(AuditEntry.decision(
                closing.at(),
                closing.by().equals(IncidentClosure.QUIET) ? "sweep" : closing.by(),
                incident.id(),
                what,
                Map.of("rule", incident.fingerprint().rule(), "count", Long.toString(incident.count()))));
    }

    private static long nanos(Instant time) {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }
}
