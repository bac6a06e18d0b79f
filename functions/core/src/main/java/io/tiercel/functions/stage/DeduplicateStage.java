package io.tiercel.functions.stage;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Escalation;
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
 * The second stage: an alert is counted in its incident, once; the incident opens, opens again or escalates; then the bells.
 * What is decided is written to the audit log first and noted in the incident afterwards, so that a crash between the two
 * repeats an entry and never loses one.
 */
public final class DeduplicateStage {
    static final String ACTOR = "deduplicate";

    private final IncidentStore incidents;
    private final AffectedTargets targets;
    private final IncidentRules rules;
    private final AuditLog audit;
    private final ResponseRequestPublisher respond;
    private final IncidentEventPublisher notify;
    private final InstantSource clock;

    public DeduplicateStage(
            IncidentStore incidents,
            AffectedTargets targets,
            IncidentRules rules,
            AuditLog audit,
            ResponseRequestPublisher respond,
            IncidentEventPublisher notify,
            InstantSource clock) {
        this.incidents = incidents;
        this.targets = targets;
        this.rules = rules;
        this.audit = audit;
        this.respond = respond;
        this.notify = notify;
        this.clock = clock;
    }

    /**
     * Counts an alert.
     *
     * @throws io.tiercel.functions.incident.StoreUnavailable if a store fails; to be delivered again
     */
    public AlertReceipt count(EnrichedAlert alert) {
        RecordResult recorded = incidents.record(alert.toIncidentAlert());
        IncidentSummary standing = recorded.standing();
        String rule = alert.fingerprint().rule();
        Escalation escalation = rules.of(rule).escalation();
        int level = Math.max(escalation.level(standing), standing.lifecycle().escalation());
        int episode = standing.lifecycle().episode();
        if (standing.auditedEpisode() < episode) {
            tell(recorded, episode == 1 ? "opens" : "opens again, episode " + episode, rule);
        }
        if (standing.lifecycle().escalation() < level) {
            tell(
                    recorded,
                    "escalates to " + level + ": "
                            + String.join(", ", escalation.passed(standing.count(), standing.tactics())),
                    rule);
        }
        if (standing.auditedEpisode() < episode || standing.lifecycle().escalation() < level) {
            incidents.markAudited(recorded.incidentId(), level, episode);
        }
        int places = targets.add(recorded.incidentId(), Math.max(episode, 1), alert);
        respond.publish(
                recorded.incidentId(),
                episode + "-" + level + "-" + standing.tactics() + "-" + rounded(standing.count()) + "-" + places);
        notify.publish(recorded.incidentId());
        String outcome = recorded.duplicate() ? "duplicate" : recorded.opened() ? "opened" : "counted";
        return new AlertReceipt(alert.alert().id(), outcome, recorded.incidentId());
    }

    /** Keeps a sensor's message about itself. */
    public AlertReceipt recordHealth(IdentifiedAlert message) {
        incidents.recordHealth(message.id(), message.alert(), message.sampleDocument());
        return new AlertReceipt(message.id(), "health", null);
    }

    private void tell(RecordResult recorded, String what, String rule) {
        audit.append(AuditEntry.decision(
                clock.instant(),
                ACTOR,
                recorded.incidentId(),
                what,
                Map.of("rule", rule, "count", Long.toString(recorded.standing().count()))));
    }

    /**
     * To one digit that is not zero: an incident of a million alerts is looked at fifty-five times for its count, and whoever
     * counts its last alert still asks for the last look.
     */
    static long rounded(long count) {
        long unit = 1;
        while (count / unit >= 10) {
            unit *= 10;
        }
        return count / unit * unit;
    }
}
