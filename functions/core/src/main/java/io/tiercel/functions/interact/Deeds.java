package io.tiercel.functions.interact;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.notification.AnnouncementStore;
import io.tiercel.functions.notification.IncidentBell;
import io.tiercel.functions.notification.Situation;
import io.tiercel.functions.respond.ApprovalOutcome;
import io.tiercel.functions.respond.Responder;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** What people may do about incidents, each written to the audit log before it is done and told to everybody afterwards. */
public final class Deeds {
    private final IncidentStore incidents;
    private final AnnouncementStore announcements;
    private final Responder responder;
    private final ClosingByHand closing;
    private final AuditLog audit;
    private final IncidentBell bell;
    private final InstantSource clock;

    public Deeds(
            IncidentStore incidents,
            AnnouncementStore announcements,
            Responder responder,
            ClosingByHand closing,
            AuditLog audit,
            IncidentBell bell,
            InstantSource clock) {
        this.incidents = incidents;
        this.announcements = announcements;
        this.responder = responder;
        this.closing = closing;
        this.audit = audit;
        this.bell = bell;
        this.clock = clock;
    }

    /** Takes care of an incident. Returns what became of it, in words. */
    String acknowledge(String incidentId, String by) {
        Incident incident = known(incidentId);
        int episode = Situation.episode(incident);
        Optional<Acknowledgement> before =
                announcements.acknowledgement(incidentId).filter(care -> care.episode() == episode);
        if (before.isPresent()) {
            return "Taken care of by " + before.get().by() + " already.";
        }
        note(incidentId, by, "acknowledges the incident", Map.of());
        announcements.acknowledge(
                new Acknowledgement(incidentId, episode, by, clock.instant().toEpochMilli()));
        bell.ring(incidentId);
        return "You take care of it.";
    }

    /** Approves a plan. Returns what became of it, in words. */
    String approve(String incidentId, String planId, String by) {
        known(incidentId);
        note(incidentId, by, "approves the response", Map.of("plan", planId));
        ApprovalOutcome outcome = responder.approve(incidentId, planId, by);
        bell.ring(incidentId);
        return switch (outcome) {
            case ApprovalOutcome.Approved() -> "Approved: the response is carried out.";
            case ApprovalOutcome.AlreadyApproved() -> "The response was approved already.";
            case ApprovalOutcome.Refused(String reason) -> "Not approved: " + reason;
        };
    }

    /** Undoes the response. Returns what became of it, in words. */
    String release(String incidentId, String by) {
        known(incidentId);
        note(incidentId, by, "releases what was contained", Map.of());
        responder.release(incidentId, by);
        bell.ring(incidentId);
        return "Released, as far as nothing else has changed it.";
    }

    /** Closes an incident. */
    void close(String incidentId, String by) {
        closing.close(known(incidentId), by);
    }

    private Incident known(String incidentId) {
        return incidents.find(incidentId).orElseThrow(() -> new Refusal("there is no such incident any more"));
    }

    private void note(String incidentId, String by, String what, Map<String, String> details) {
        audit.append(AuditEntry.decision(clock.instant(), by, incidentId, what, details));
    }
}
