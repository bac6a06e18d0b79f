package io.tiercel.functions.stage;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.incident.UrgencyClass;
import io.tiercel.functions.notification.IncidentEventPublisher;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Closes incidents. Appends the decision to the audit log before the store applies it. */
public final class IncidentCloser {
    /** Maximum number of attempts to close an incident that receives alerts at the same time. */
    private static final int MAX_ATTEMPTS = 10;

    private final IncidentStore incidents;
    private final AuditLog audit;
    private final IncidentEventPublisher incidentEvents;
    private final InstantSource clock;

    public IncidentCloser(
            IncidentStore incidents, AuditLog audit, IncidentEventPublisher incidentEvents, InstantSource clock) {
        this.incidents = incidents;
        this.audit = audit;
        this.incidentEvents = incidentEvents;
        this.clock = clock;
    }

    /** The result of a request to close an incident. */
    public enum Outcome {
        CLOSED,
        /** The incident was closed before. */
        ALREADY_CLOSED,
        /** There is no incident with this id. */
        UNKNOWN,
        /** Alerts arrived during every attempt. */
        BUSY
    }

    /**
     * Closes an incident on request of a person. Events after this moment reopen it.
     *
     * @param by the person, for example {@code slack:U012AB3CD}
     * @throws io.tiercel.functions.incident.StoreUnavailable if a store fails
     */
    public Outcome close(String incidentId, String by) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Incident> incident = incidents.find(incidentId);
            if (incident.isEmpty()) {
                return Outcome.UNKNOWN;
            }
            IncidentClosure earlier = incident.get().lifecycle().closing();
            if (incident.get().state() == IncidentState.CLOSED) {
                // An earlier attempt may have ended before it published the closing.
                publish(incidentId, earlier == null ? clock.instant() : earlier.at());
                return Outcome.ALREADY_CLOSED;
            }
            Instant now = clock.instant();
            if (close(incident.get(), new IncidentClosure(now, by, nanos(now)), "close")) {
                return Outcome.CLOSED;
            }
        }
        return Outcome.BUSY;
    }

    /**
     * Closes an incident on request of a person, or fails, so that the request is repeated.
     *
     * @throws io.tiercel.functions.incident.StoreUnavailable if a store fails, or alerts arrived during every attempt
     */
    public void closeOrFail(String incidentId, String by) {
        if (close(incidentId, by) == Outcome.BUSY) {
            throw new StoreUnavailable(
                    "the incident changes all the time", new IllegalStateException(MAX_ATTEMPTS + " attempts"));
        }
    }

    /**
     * Closes an incident that has received no alerts for its quiet time. Late alerts about events before its last event do not
     * reopen it.
     */
    boolean closeQuiet(Incident incident) {
        Instant now = clock.instant();
        // A sensor whose clock is ahead, or a forged time, must not keep the incident closed for later events.
        long until = Math.min(incident.lastSeenNanos(), nanos(incident.lastReceivedAt()));
        return close(
                incident,
                new IncidentClosure(now, IncidentClosure.QUIET, until),
                "close: no alerts since " + incident.lastReceivedAt());
    }

    private boolean close(Incident incident, IncidentClosure closure, String decision) {
        appendDecision(incident, closure, decision);
        boolean closed = incidents.close(incident, closure);
        if (closed) {
            incidentEvents.publish(incident.id(), change(closure.at()), UrgencyClass.of(incident));
        } else {
            appendDecision(incident, closure, "keep open: the incident changed at the same time");
        }
        return closed;
    }

    /** Publishes that an incident may have been closed at a time. */
    void publish(String incidentId, Instant closedAt) {
        incidentEvents.publish(incidentId, change(closedAt));
    }

    private static String change(Instant closedAt) {
        return "closed-" + closedAt.toEpochMilli();
    }

    private void appendDecision(Incident incident, IncidentClosure closure, String decision) {
        audit.append(AuditEntry.decision(
                closure.at(),
                closure.by().equals(IncidentClosure.QUIET) ? "sweep" : closure.by(),
                incident.id(),
                decision,
                Map.of("rule", incident.fingerprint().rule(), "count", Long.toString(incident.count()))));
    }

    private static long nanos(Instant time) {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }
}
