package io.tiercel.functions.stage;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Escalation;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.IncidentSummary;
import io.tiercel.functions.incident.RecordResult;
import io.tiercel.functions.incident.UrgencyClass;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.notification.IncidentEventPublisher;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.respond.ResponseRequest;
import io.tiercel.functions.respond.ResponseRequestPublisher;
import io.tiercel.rules.alert.Alert;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The second stage: counts each alert exactly once in its incident, which it may open, reopen or escalate, and publishes the
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
    private final HeartbeatRecorder heartbeats;

    /** Creates a stage that stores heartbeats of sensors like their other messages. */
    public DeduplicateStage(
            IncidentStore incidents,
            AffectedTargets targets,
            IncidentRules rules,
            AuditLog audit,
            ResponseRequestPublisher responseRequests,
            IncidentEventPublisher incidentEvents,
            InstantSource clock) {
        this(incidents, targets, rules, audit, responseRequests, incidentEvents, clock, (message, sender) -> false);
    }

    /** Creates a stage. */
    public DeduplicateStage(
            IncidentStore incidents,
            AffectedTargets targets,
            IncidentRules rules,
            AuditLog audit,
            ResponseRequestPublisher responseRequests,
            IncidentEventPublisher incidentEvents,
            InstantSource clock,
            HeartbeatRecorder heartbeats) {
        this.heartbeats = heartbeats;
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
        return countAll(List.of(alert)).getFirst();
    }

    /**
     * Counts alerts in their incidents, in this order. Each incident that changed is published once, with its last state.
     *
     * @return the receipt for each alert
     * @throws io.tiercel.functions.incident.StoreUnavailable if a store fails; deliver all alerts again
     */
    public List<AlertReceipt> countAll(List<EnrichedAlert> alerts) {
        List<RecordResult> results = incidents.recordAll(alerts.stream()
                .map(alert -> new IncidentStore.RecordRequest(
                        alert.toIncidentAlert(),
                        rules.forRule(alert.fingerprint().rule()).maxOpen()))
                .toList());
        Map<String, IncidentChange> changes = new LinkedHashMap<>();
        List<AlertReceipt> receipts = new ArrayList<>(alerts.size());
        for (int i = 0; i < alerts.size(); i++) {
            EnrichedAlert alert = alerts.get(i);
            RecordResult result = results.get(i);
            changes.computeIfAbsent(
                            result.incidentId(),
                            id -> new IncidentChange(
                                    id,
                                    alert.fingerprint().rule(),
                                    rules.forRule(alert.fingerprint().rule()).escalation()))
                    .add(alert, result.summary());
            String outcome = result.duplicate() ? "duplicate" : result.opened() ? "opened" : "counted";
            receipts.add(new AlertReceipt(alert.alert().id(), outcome, result.incidentId()));
        }
        changes.values().forEach(IncidentChange::complete);
        return List.copyOf(receipts);
    }

    /** What a batch of alerts changes in one incident. */
    private final class IncidentChange {
        private final String incidentId;
        private final String rule;
        private final Escalation escalation;
        private final SequencedMap<Integer, List<EnrichedAlert>> alertsByEpisode = new LinkedHashMap<>();
        private final List<AuditEntry> decisions = new ArrayList<>();
        private IncidentSummary summary = IncidentSummary.EXPIRED;
        private String sender = "";
        private int level;
        private int auditedEpisode;

        IncidentChange(String incidentId, String rule, Escalation escalation) {
            this.incidentId = incidentId;
            this.rule = rule;
            this.escalation = escalation;
        }

        /** Adds the next alert, and notes the decisions that it causes. */
        void add(EnrichedAlert alert, IncidentSummary next) {
            summary = next;
            sender = sender.isEmpty() ? alert.enrichment().sender().scope() : sender;
            int episode = next.lifecycle().episode();
            int storedLevel = Math.max(level, next.lifecycle().escalation());
            level = Math.max(escalation.level(next), storedLevel);
            auditedEpisode = Math.max(auditedEpisode, next.auditedEpisode());
            if (auditedEpisode < episode) {
                decide(episode == 1 ? "open" : "reopen as episode " + episode);
                auditedEpisode = episode;
            }
            if (storedLevel < level) {
                decide("escalate to level " + level + ": "
                        + String.join(", ", escalation.reached(next.count(), next.tactics())));
            }
            alertsByEpisode
                    .computeIfAbsent(Math.max(episode, 1), _ -> new ArrayList<>())
                    .add(alert);
        }

        private void decide(String decision) {
            decisions.add(AuditEntry.decision(
                    clock.instant(),
                    ACTOR,
                    incidentId,
                    decision,
                    Map.of("rule", rule, "count", Long.toString(summary.count()))));
        }

        /** Appends the decisions to the audit log before the incident is marked, and then publishes the incident. */
        void complete() {
            decisions.forEach(audit::append);
            if (!decisions.isEmpty()) {
                incidents.markAudited(incidentId, level, summary.lifecycle().episode());
            }
            long targetRevision = 0;
            for (Map.Entry<Integer, List<EnrichedAlert>> episode : alertsByEpisode.entrySet()) {
                targetRevision = targets.addAll(incidentId, episode.getKey(), episode.getValue());
            }
            String state = summary.lifecycle().episode() + "-" + level + "-" + summary.tactics() + "-"
                    + leadingDigit(summary.count());
            String urgency = summary.priority().ordinal() + (summary.verified() ? "-verified" : "");
            UrgencyClass urgencyClass = sender.isEmpty() ? UrgencyClass.UNVERIFIED : UrgencyClass.of(summary);
            responseRequests.publish(
                    new ResponseRequest(incidentId, state + "-" + targetRevision, urgencyClass, sender));
            incidentEvents.publish(incidentId, "alerts-" + state + "-" + urgency, urgencyClass);
        }
    }

    /** Receives sensors' messages about themselves. */
    @FunctionalInterface
    public interface HeartbeatRecorder {
        /** Stores a heartbeat. Returns false if the message is none. */
        boolean record(Alert message, Sender sender);
    }

    /** Stores a sensor's message about itself: a heartbeat as the latest one of its node, any other in a list. */
    public AlertReceipt recordHealth(IdentifiedAlert message, Sender sender) {
        if (heartbeats.record(message.alert(), sender)) {
            return new AlertReceipt(message.id(), AlertReceipt.HEALTH, null);
        }
        incidents.recordHealth(
                sender.scoped(message.id()), message.alert(), message.sampleDocument(), sender.verified());
        return new AlertReceipt(message.id(), AlertReceipt.HEALTH, null);
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
