package io.tiercel.functions.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.audit.MemoryAuditLog;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Fingerprints;
import io.tiercel.functions.incident.IncidentFields;
import io.tiercel.functions.intake.AlertIntake;
import io.tiercel.functions.intake.AlertRefused;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.Plans;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.plan.Grounds;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.plan.StoredPlans;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.state.MemoryStateStore;
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
 * Sends recorded alerts through deduplication and policies, by the clock of the alerts, with a store that ends with it. Actions
 * are foreseen as if every target were there, without tags and labels.
 */
public final class Replay {
    private final Enricher enricher;
    private final MemoryStateStore store = new MemoryStateStore();
    private final Plans plans = new StoredPlans(store);
    private final PlannedResponder responder;
    private final Map<String, Foreseeable> incidents = new LinkedHashMap<>();
    private final Set<String> alertIds = new HashSet<>();
    private Instant now = Instant.EPOCH;
    private int refused;

    public Replay(Policies policies, Enricher enricher) {
        this.enricher = enricher;
        this.responder = new PlannedResponder(
                policies,
                this::grounds,
                store,
                Foreseen.all(),
                KillSwitch.NONE,
                new MemoryAuditLog(),
                new PlannedResponder.Bells() {
                    @Override
                    public void again(String incidentId) {}

                    @Override
                    public void changed(String incidentId) {}
                },
                () -> now);
    }

    /** An incident while it grows. */
    private static final class Foreseeable {
        private final String id;
        private final Fingerprint cause;
        private final Alert first;
        private final Enrichment enrichment;
        private final Set<String> tactics = new TreeSet<>();
        private Priority priority;
        private long count;
        private long firstNanos;
        private long lastNanos;

        Foreseeable(String id, Fingerprint cause, Alert alert, Enrichment enrichment) {
            this.id = id;
            this.cause = cause;
            this.first = alert;
            this.enrichment = enrichment;
            this.priority = alert.priority();
            this.firstNanos = alert.timeNanos();
            this.lastNanos = alert.timeNanos();
        }

        void count(Alert alert, Enrichment more) {
            count++;
            tactics.addAll(more.tactics());
            priority = alert.priority().atLeast(priority) ? alert.priority() : priority;
            firstNanos = Math.min(firstNanos, alert.timeNanos());
            lastNanos = Math.max(lastNanos, alert.timeNanos());
        }
    }

    private @Nullable Grounds grounds(String incidentId) {
        Foreseeable incident = incidents.get(incidentId);
        return incident == null
                ? null
                : new Grounds(
                        incidentId,
                        true,
                        incident.first,
                        incident.enrichment,
                        new IncidentFields(
                                incident.count,
                                "open",
                                incident.priority.label(),
                                incident.priority.ordinal(),
                                List.copyOf(incident.tactics),
                                (incident.lastNanos - incident.firstNanos) / 1_000_000_000),
                        "{}");
    }

    /** Takes one recorded alert; what is none is counted. */
    public void take(@Nullable JsonNode document) {
        IdentifiedAlert identified;
        try {
            identified = AlertIntake.read(document);
        } catch (AlertRefused e) {
            refused++;
            return;
        }
        Alert alert = identified.alert();
        if (alert.source().equals(Alert.INTERNAL) || !alertIds.add(identified.id())) {
            return;
        }
        Instant time = Instant.ofEpochSecond(0, alert.timeNanos());
        now = time.isAfter(now) ? time : now;
        Enrichment enrichment = enricher.enrich(alert);
        Fingerprint cause = Fingerprints.of(alert, enrichment.host());
        Foreseeable incident =
                incidents.computeIfAbsent(cause.incidentId(), id -> new Foreseeable(id, cause, alert, enrichment));
        incident.count(alert, enrichment);
        responder.respond(incident.id);
    }

    /** What has come of it, in lines. */
    public List<String> report() {
        List<String> lines = new ArrayList<>();
        for (Foreseeable incident : incidents.values()) {
            lines.add("incident " + incident.id.substring(0, 8) + "  count " + incident.count + "  "
                    + incident.priority.label() + "  " + incident.cause.rule() + "  [" + incident.cause.workload() + "]"
                    + (incident.tactics.isEmpty() ? "" : "  (" + String.join(", ", incident.tactics) + ")"));
            plans.plan(incident.id).ifPresent(plan -> plan.steps().forEach(step -> lines.add("  " + line(step))));
        }
        lines.add(incidents.size() + " incidents from " + alertIds.size() + " alerts"
                + (refused == 0 ? "" : "; " + refused + " documents are no alerts"));
        return List.copyOf(lines);
    }

    private static String line(PlanStep step) {
        String state = step.state().equals("applied") ? "would be done" : step.state();
        return step.action() + "  " + (step.target() == null ? "-" : step.target()) + "  " + state + "  ("
                + step.policy() + ")"
                + (step.notes().isEmpty() ? "" : "  " + step.notes().getLast());
    }
}
