package io.tiercel.functions.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.audit.InMemoryAuditLog;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.TargetLookup;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentFields;
import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.respond.PlanReader;
import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.plan.PlanContext;
import io.tiercel.functions.respond.plan.PlanStore;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.plan.RunLimits;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import io.tiercel.functions.stage.EnrichStage;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.text.Quantity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Replays recorded alerts through deduplication and response policies, with the alerts' own times and a store in memory. Senders
 * and actions are simulated: every target is confirmed, has no tags and labels, and every call succeeds.
 */
public final class Replay {
    private final IncidentRules rules;
    private final EnrichStage enrichStage;
    private final InMemoryStateStore store = new InMemoryStateStore();
    private final AffectedTargets targets = new AffectedTargets(store);
    private final PlanReader plans = new PlanStore(store);
    private final PlannedResponder responder;
    private final Map<String, ReplayedIncident> incidents = new LinkedHashMap<>();
    private final Map<String, List<ReplayedIncident>> slots = new HashMap<>();
    private final Set<String> alertIds = new HashSet<>();
    private Instant now = Instant.EPOCH;
    private int rejected;

    /**
     * @param policies the response policies
     * @param rules the incident settings
     * @param enricher enriches the alerts
     */
    public Replay(Policies policies, IncidentRules rules, Enricher enricher) {
        this.rules = rules;
        this.enrichStage = new EnrichStage(enricher, rules);
        this.responder = new PlannedResponder(
                () -> policies,
                this::context,
                TargetLookup.STORED,
                store,
                SimulatedAction.all(),
                KillSwitch.NONE,
                new InMemoryAuditLog(),
                new PlannedResponder.PlanListener() {
                    @Override
                    public void responseRequested(String incidentId) {}

                    @Override
                    public void planChanged(String incidentId) {}
                },
                () -> now,
                RunLimits.SERVER);
    }

    /** An incident during the replay. */
    private static final class ReplayedIncident {
        private final String id;
        private final Fingerprint cause;
        private final IncidentRule rule;
        private final Set<String> tactics = new TreeSet<>();
        private final Set<String> foldedCauses = new HashSet<>();
        private Priority priority;
        private int episode = 1;
        private long count;
        private long verifiedCount;
        private long firstNanos;
        private long lastNanos;

        ReplayedIncident(String id, Fingerprint cause, IncidentRule rule, Alert alert) {
            this.id = id;
            this.cause = cause;
            this.rule = rule;
            this.priority = alert.priority();
            this.firstNanos = alert.timeNanos();
            this.lastNanos = alert.timeNanos();
        }

        /** Returns whether the incident is still open at a time, in nanoseconds since the epoch. */
        boolean open(long nanos) {
            return nanos - lastNanos <= rule.quiet().toNanos();
        }

        void count(IncidentAlert incidentAlert) {
            Alert alert = incidentAlert.alert();
            if (!open(alert.timeNanos())) {
                episode++;
            }
            count += incidentAlert.count();
            verifiedCount += incidentAlert.verifiedCount();
            tactics.addAll(incidentAlert.enrichment().tactics());
            priority = alert.priority().atLeast(priority) ? alert.priority() : priority;
            firstNanos = Math.min(firstNanos, alert.timeNanos());
            lastNanos = Math.max(lastNanos, incidentAlert.lastNanos());
        }

        IncidentFields fields() {
            return new IncidentFields(
                    id,
                    cause,
                    count,
                    verifiedCount,
                    rule.escalation().reached(count, tactics.size()).isEmpty() ? "open" : "escalated",
                    priority.label(),
                    priority.ordinal(),
                    List.copyOf(tactics),
                    (lastNanos - firstNanos) / 1_000_000_000);
        }
    }

    private @Nullable PlanContext context(String incidentId) {
        ReplayedIncident incident = incidents.get(incidentId);
        if (incident == null) {
            return null;
        }
        AffectedTargets.ObservedTargets observed = targets.list(incidentId, incident.episode);
        return new PlanContext(
                incidentId,
                true,
                incident.episode,
                observed.targets(),
                observed.more(),
                key -> targets.find(incidentId, key),
                incident.fields(),
                "{}");
    }

    /** Replays one recorded alert. Counts documents that are not valid alerts. */
    public void add(@Nullable JsonNode document) {
        try {
            switch (enrichStage.enrich(document)) {
                case EnrichStage.Result.Health _ -> {}
                case EnrichStage.Result.Enriched(var alerts) -> alerts.forEach(this::add);
            }
        } catch (AlertRejected e) {
            rejected++;
        }
    }

    private void add(EnrichedAlert recorded) {
        EnrichedAlert enriched = new EnrichedAlert(
                recorded.alert(), recorded.fingerprint(), SimulatedSources.confirm(recorded.enrichment()));
        if (!alertIds.add(recorded.toIncidentAlert().alertId())) {
            return;
        }
        Alert alert = enriched.alert().alert();
        Instant time = Instant.ofEpochSecond(0, alert.timeNanos());
        now = time.isAfter(now) ? time : now;
        ReplayedIncident incident = incident(enriched.fingerprint(), alert);
        incident.count(enriched.toIncidentAlert());
        if (incident.cause.folded()) {
            incident.foldedCauses.add(enriched.fingerprint().incidentId());
        }
        targets.add(incident.id, incident.episode, enriched);
        responder.respond(incident.id);
    }

    /** Returns the incident of an alert, or that of further causes if too many incidents of its rule and workload are open. */
    private ReplayedIncident incident(Fingerprint own, Alert alert) {
        IncidentRule rule = rules.forRule(own.rule());
        ReplayedIncident known = incidents.get(own.incidentId());
        List<ReplayedIncident> others = slots.computeIfAbsent(own.slotKey(), _ -> new ArrayList<>());
        boolean needsSlot = known == null || !known.open(alert.timeNanos());
        boolean folds = needsSlot
                && others.stream()
                                .filter(other -> other != known && other.open(alert.timeNanos()))
                                .count()
                        >= rule.maxOpen();
        Fingerprint cause = folds ? own.others(true) : own;
        ReplayedIncident incident =
                incidents.computeIfAbsent(cause.incidentId(), id -> new ReplayedIncident(id, cause, rule, alert));
        if (!folds && known == null) {
            others.add(incident);
        }
        return incident;
    }

    /** Returns the incidents and their plans, line by line. */
    public List<String> report() {
        List<String> lines = new ArrayList<>();
        for (ReplayedIncident incident : incidents.values()) {
            lines.add("incident " + incident.id.substring(0, 8) + "  count " + incident.count + "  "
                    + (incident.episode == 1 ? "" : "episode " + incident.episode + "  ")
                    + incident.priority.label() + "  " + incident.cause.rule() + "  [" + incident.cause.workload() + "]"
                    + (incident.cause.folded()
                            ? "  and others: " + Quantity.of(incident.foldedCauses.size(), "cause")
                            : "")
                    + (incident.tactics.isEmpty() ? "" : "  (" + String.join(", ", incident.tactics) + ")"));
            plans.plan(incident.id).ifPresent(plan -> plan.steps().forEach(step -> lines.add("  " + line(step))));
        }
        lines.add(Quantity.of(incidents.size(), "incident") + " from " + Quantity.of(alertIds.size(), "alert")
                + (rejected == 0 ? "" : "; " + Quantity.of(rejected, "document") + " rejected"));
        return List.copyOf(lines);
    }

    private static String line(PlanStep step) {
        String state = step.state() == StepState.APPLIED
                ? "would be applied"
                : step.state().label();
        return step.action() + "  " + (step.target() == null ? "-" : step.target()) + "  " + state + "  ("
                + step.policy() + ")"
                + (step.notes().isEmpty() ? "" : "  " + step.notes().getLast());
    }
}
