package io.tiercel.functions.stage;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Escalation;
import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.IncidentSummary;
import io.tiercel.functions.incident.RecordResult;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.notification.IncidentEventPublisher;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.respond.ResponseRequestPublisher;
import java.time.InstantSource;
import java.util.Map;

/**
 * The second stage: counts an alert exactly once in its incident, which it may open, reopen or escalate, and publishes the
 * change. Decisions are appended to the audit log before the incident is marked as audited. A crash between the two writes
 * repeats an audit entry, but never loses one.
 */
public final class DeduplicateStage {
    static final String ACTOR = "deduplicate";

    private final IncidentStore incidents;
    private final AffectedTargets targets;
    private final IncidentRules rules;
    private final AuditLog audit;
    private final ResponseRequestPublisher responseRequests;
    private final IncidentEventPublisher incidentEvents;
    private final InstantSource clock;

    public DeduplicateStage(
            IncidentStore incidents,
            AffectedTargets targets,
            IncidentRules rules,
            AuditLog audit,
            ResponseRequestPublisher responseRequests,
            IncidentEventPublisher incidentEvents,
            InstantSource clock) {
        this.incidents = incidents;
        this.targets = targets;
        this.rules = rules;
        this.audit = audit;
        this.responseRequests = responseRequests;
        this.incidentEvents = incidentEvents;
        this.clock = clock;
    }

    /**
     * Counts an alert in its incident.
     *
     * @throws io.tiercel.functions.incident.StoreUnavailable if a store fails; deliver the alert again
     */
    public AlertReceipt count(EnrichedAlert alert) {
        String rule = alert.fingerprint().rule();
        IncidentRule settings = rules.forRule(rule);
        RecordResult result = incidents.record(alert.toIncidentAlert(), settings.maxOpen());
        IncidentSummary summary = result.summary();
        Escalation escalation = settings.escalation();
        int level = Math.max(escalation.level(summary), summary.lifecycle().escalation());
        int episode = summary.lifecycle().episode();
        if (summary.auditedEpisode() < episode) {
            appendDecision(result, episode == 1 ? "open" : "reopen as episode " + episode, rule);
        }
        if (summary.lifecycle().escalation() < level) {
            appendDecision(
                    result,
                    "escalate to level " + level + ": "
                            + String.join(", ", escalation.reached(summary.count(), summary.tactics())),
                    rule);
        }
        if (summary.auditedEpisode() < episode || summary.lifecycle().escalation() < level) {
            incidents.markAudited(result.incidentId(), level, episode);
        }
        long targetRevision = targets.add(result.incidentId(), Math.max(episode, 1), alert);
        String state = episode + "-" + level + "-" + summary.tactics() + "-" + leadingDigit(summary.count());
        String urgency = summary.priority().ordinal() + (summary.verified() ? "-verified" : "");
        responseRequests.publish(result.incidentId(), state + "-" + targetRevision);
        incidentEvents.publish(result.incidentId(), "alerts-" + state + "-" + urgency);
        String outcome = result.duplicate() ? "duplicate" : result.opened() ? "opened" : "counted";
        return new AlertReceipt(alert.alert().id(), outcome, result.incidentId());
    }

    /** Stores a sensor's message about itself. */
    public AlertReceipt recordHealth(IdentifiedAlert message, Sender sender) {
        incidents.recordHealth(
                sender.scoped(message.id()), message.alert(), message.sampleDocument(), sender.verified());
        return new AlertReceipt(message.id(), AlertReceipt.HEALTH, null);
    }

    private void appendDecision(RecordResult result, String decision, String rule) {
        audit.append(AuditEntry.decision(
                clock.instant(),
                ACTOR,
                result.incidentId(),
                decision,
                Map.of("rule", rule, "count", Long.toString(result.summary().count()))));
    }

    /**
     * Rounds a count down to its leading digit. A response request is published when this value changes. Therefore the
     * first million alerts of an incident cause 55 requests. The last alert of a burst never suppresses the last request.
     */
    static long leadingDigit(long count) {
        long unit = 1;
        while (count / unit >= 10) {
            unit *= 10;
        }
        return count / unit * unit;
    }
}
