package io.tiercel.functions.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.audit.InMemoryAuditLog;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.TargetLookup;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentCounts;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.RecordResult;
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
import io.tiercel.rules.text.Quantity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
    private final ReplayedIncidents incidents = new ReplayedIncidents();
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

    private @Nullable PlanContext context(String incidentId) {
        ReplayedIncidents.Replayed incident = incidents.find(incidentId);
        if (incident == null) {
            return null;
        }
        int episode = incident.counts().lifecycle().episode();
        AffectedTargets.ObservedTargets observed = targets.list(incidentId, episode);
        return new PlanContext(
                incidentId,
                true,
                episode,
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
        IncidentAlert alert = enriched.toIncidentAlert();
        Instant time = Instant.ofEpochSecond(0, alert.alert().timeNanos());
        now = time.isAfter(now) ? time : now;
        RecordResult result =
                incidents.count(alert, rules.forRule(enriched.fingerprint().rule()), now);
        if (!result.duplicate()) {
            targets.add(result.incidentId(), result.summary().lifecycle().episode(), enriched);
            responder.respond(result.incidentId());
        }
    }

    /** Returns the incidents and their plans, line by line. */
    public List<String> report() {
        List<String> lines = new ArrayList<>();
        for (ReplayedIncidents.Replayed incident : incidents.all()) {
            lines.add(line(incident));
            plans.plan(incident.id()).ifPresent(plan -> plan.steps().forEach(step -> lines.add("  " + line(step))));
        }
        lines.add(Quantity.of(incidents.all().size(), "incident") + " from " + Quantity.of(incidents.alerts(), "alert")
                + (rejected == 0 ? "" : "; " + Quantity.of(rejected, "document") + " rejected"));
        return List.copyOf(lines);
    }

    private static String line(ReplayedIncidents.Replayed incident) {
        IncidentCounts counts = incident.counts();
        int episode = counts.lifecycle().episode();
        return "incident " + incident.id().substring(0, 8) + "  count " + counts.count() + "  "
                + (episode == 1 ? "" : "episode " + episode + "  ")
                + counts.priority().label() + "  " + incident.cause().rule() + "  ["
                + incident.cause().workload() + "]"
                + (incident.cause().folded() ? "  and others: " + Quantity.of(counts.foldedCauses(), "cause") : "")
                + (counts.tactics().isEmpty() ? "" : "  (" + String.join(", ", counts.tactics()) + ")");
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
