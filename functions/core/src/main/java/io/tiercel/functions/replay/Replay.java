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
import java.time.Instant;
import java.util.ArrayList;
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

        void count(IncidentAlert incidentAlert) {
            Alert alert = incidentAlert.alert();
            if (alert.timeNanos() - lastNanos > rule.quiet().toNanos()) {
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
        Fingerprint cause = enriched.fingerprint();
        ReplayedIncident incident = incidents.computeIfAbsent(
                cause.incidentId(), id -> new ReplayedIncident(id, cause, rules.forRule(cause.rule()), alert));
        incident.count(enriched.toIncidentAlert());
        targets.add(incident.id, incident.episode, enriched);
        responder.respond(incident.id);
    }

    /** Returns the incidents and their plans, line by line. */
    public List<String> report() {
        List<String> lines = new ArrayList<>();
        for (ReplayedIncident incident : incidents.values()) {
            lines.add("incident " + incident.id.substring(0, 8) + "  count " + incident.count + "  "
                    + (incident.episode == 1 ? "" : "episode " + incident.episode + "  ")
                    + incident.priority.label() + "  " + incident.cause.rule() + "  [" + incident.cause.workload() + "]"
                    + (incident.tactics.isEmpty() ? "" : "  (" + String.join(", ", incident.tactics) + ")"));
            plans.plan(incident.id).ifPresent(plan -> plan.steps().forEach(step -> lines.add("  " + line(step))));
        }
        lines.add(incidents.size() + " incidents from " + alertIds.size() + " alerts"
                + (rejected == 0 ? "" : "; " + rejected + " documents rejected"));
        return List.copyOf(lines);
    }

    private static String line(PlanStep step) {
        String state = step.state().equals("applied") ? "would be applied" : step.state();
        return step.action() + "  " + (step.target() == null ? "-" : step.target()) + "  " + state + "  ("
                + step.policy() + ")"
                + (step.notes().isEmpty() ? "" : "  " + step.notes().getLast());
    }
}
