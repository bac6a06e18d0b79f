package io.tiercel.functions.interact;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.notification.IncidentEventPublisher;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notification.NotificationStore;
import io.tiercel.functions.respond.ApprovalOutcome;
import io.tiercel.functions.respond.Responder;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * The actions of operators on incidents. Each action is written to the audit log before it is performed, and published
 * afterwards. The methods return the outcome as text for the operator.
 */
public final class IncidentActions {
    private final IncidentStore incidents;
    private final NotificationStore notifications;
    private final Responder responder;
    private final ManualCloser closer;
    private final AuditLog audit;
    private final IncidentEventPublisher publisher;
    private final InstantSource clock;

    public IncidentActions(
            IncidentStore incidents,
            NotificationStore notifications,
            Responder responder,
            ManualCloser closer,
            AuditLog audit,
            IncidentEventPublisher publisher,
            InstantSource clock) {
        this.incidents = incidents;
        this.notifications = notifications;
        this.responder = responder;
        this.closer = closer;
        this.audit = audit;
        this.publisher = publisher;
        this.clock = clock;
    }

    /** Acknowledges an incident. */
    public String acknowledge(String incidentId, String by) {
        Incident incident = existing(incidentId);
        int episode = NotificationState.episode(incident);
        Optional<Acknowledgement> current =
                notifications.acknowledgement(incidentId).filter(known -> known.episode() == episode);
        if (current.isPresent()) {
            return "Already acknowledged by " + current.get().by() + ".";
        }
        record(incidentId, by, "acknowledges the incident", Map.of());
        long now = clock.millis();
        notifications.acknowledge(new Acknowledgement(incidentId, episode, by, now));
        publisher.publish(incidentId, "acknowledged-" + now);
        return "You acknowledged the incident.";
    }

    /** Approves the plan that the operator has seen. */
    public String approve(String incidentId, String planId, String by) {
        existing(incidentId);
        record(incidentId, by, "approves the response", Map.of("plan", planId));
        ApprovalOutcome outcome = responder.approve(incidentId, planId, by);
        publisher.publish(incidentId, "approved-" + clock.millis());
        return switch (outcome) {
            case ApprovalOutcome.Approved() -> "Approved. The response will be applied.";
            case ApprovalOutcome.AlreadyApproved() -> "The response was already approved.";
            case ApprovalOutcome.Rejected(String reason) -> "Not approved: " + reason;
        };
    }

    /** Releases the response. */
    public String release(String incidentId, String by) {
        existing(incidentId);
        record(incidentId, by, "releases the response", Map.of());
        responder.release(incidentId, by);
        publisher.publish(incidentId, "released-" + clock.millis());
        return "Released. Parts that others have changed since are left unchanged.";
    }

    /** Closes an incident. */
    public void close(String incidentId, String by) {
        closer.close(existing(incidentId), by);
    }

    private Incident existing(String incidentId) {
        return incidents
                .find(incidentId)
                .orElseThrow(() -> new ActionRejectedException("the incident no longer exists"));
    }

    private void record(String incidentId, String by, String action, Map<String, String> details) {
        audit.append(AuditEntry.decision(clock.instant(), by, incidentId, action, details));
    }
}
