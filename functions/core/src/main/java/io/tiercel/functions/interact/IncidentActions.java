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
import io.tiercel.functions.respond.ReleaseOutcome;
import io.tiercel.functions.respond.Responder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * The actions of operators on incidents. Each action but approval is written to the audit log before it is performed, and published
 * afterwards. The methods return the outcome as text for the operator.
 */
public final class IncidentActions {
    /** How much the clock of another system may be behind. */
    private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofMinutes(2);

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
            // An earlier attempt may have failed to publish. Publishing the same change again has no effect.
            publisher.publish(incidentId, acknowledged(current.get()));
            return "Already acknowledged by " + current.get().by() + ".";
        }
        record(incidentId, by, "acknowledges the incident", Map.of());
        Acknowledgement acknowledgement = new Acknowledgement(incidentId, episode, by, clock.millis());
        notifications.acknowledge(acknowledgement);
        publisher.publish(incidentId, acknowledged(acknowledgement));
        return "You acknowledged the incident.";
    }

    private static String acknowledged(Acknowledgement acknowledgement) {
        return "acknowledged-" + acknowledgement.atMillis();
    }

    /**
     * Acknowledges an incident on a request that may arrive late.
     *
     * @param decidedAt when the operator decided, by the clock of another system
     * @throws ActionRejectedException if the incident has reopened since
     */
    public void acknowledge(String incidentId, String by, Instant decidedAt) {
        requireSameEpisode(incidentId, decidedAt);
        acknowledge(incidentId, by);
    }

    /** Approves the plan that the operator has seen. The responder writes the approval to the audit log, once for each plan. */
    public String approve(String incidentId, String planId, String by) {
        existing(incidentId);
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
        ReleaseOutcome outcome = responder.release(incidentId, by);
        publisher.publish(incidentId, "released-" + clock.millis());
        return switch (outcome) {
            case REQUESTED -> "Release requested. Parts that others have changed since are left unchanged.";
            case ALREADY_REQUESTED -> "A release was already requested and is not finished.";
        };
    }

    /**
     * Closes an incident on a request that may arrive late.
     *
     * @param decidedAt when the operator decided, by the clock of another system
     * @throws ActionRejectedException if the incident has reopened since
     */
    public void close(String incidentId, String by, Instant decidedAt) {
        closer.close(requireSameEpisode(incidentId, decidedAt), by);
    }

    private Incident requireSameEpisode(String incidentId, Instant decidedAt) {
        Incident incident = existing(incidentId);
        if (decidedAt.plus(MAX_CLOCK_DIFFERENCE).isBefore(incident.openedAt())) {
            throw new ActionRejectedException("the incident has reopened since");
        }
        return incident;
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
