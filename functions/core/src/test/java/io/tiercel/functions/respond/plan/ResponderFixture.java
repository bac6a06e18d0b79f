package io.tiercel.functions.respond.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.InMemoryAuditLog;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.incident.IncidentFields;
import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import io.tiercel.rules.alert.Alert;
import java.time.Duration;
import java.time.Instant;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A responder with everything around it, whose processes can be ended and whose clock can be set. */
public final class ResponderFixture {
    private static final Enricher ENRICHER = new Enricher("prod", AttackTechniques.load());
    public static final String INSTANCE = "i-0123456789abcdef0";

    public final InMemoryStateStore store = new InMemoryStateStore();
    public final InMemoryAuditLog audit = new InMemoryAuditLog();
    public boolean killed;
    public long count = 1;
    public boolean open = true;
    public int episode = 1;
    public boolean more;

    /** Where the incident is seen in this episode. */
    public List<AffectedTarget> scenes = List.of(scene("cart-5f7", INSTANCE));

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final Policies policies;
    private final Map<String, AffectedTarget> known = new ConcurrentHashMap<>();
    private final Deque<String> rung = new ConcurrentLinkedDeque<>();

    public ResponderFixture(String yaml) {
        this.policies = Policies.of("test.yaml", yaml);
    }

    /** A process. */
    public PlannedResponder process(Map<ActionKind, ActionHandler> remedies, CrashPoint fuse) {
        KillSwitch killSwitch = () -> killed;
        return new PlannedResponder(
                () -> policies,
                this::grounds,
                fuse.around(store),
                remedies,
                killSwitch,
                audit,
                new PlannedResponder.Bells() {
                    @Override
                    public void again(String incidentId) {
                        rung.add(incidentId);
                    }

                    @Override
                    public void changed(String incidentId) {}
                },
                now::get);
    }

    /** An alert from a pod of the namespace shop, on an instance of EC2. */
    public static AffectedTarget scene(String pod, String instance) {
        ObjectNode text = AlertText.with(AlertText.shellInPod(), "ec2.instance.id", instance);
        Alert alert = AlertText.read(AlertText.with(text, "k8s.pod.name", pod)).alert();
        return AffectedTarget.of(alert, ENRICHER.enrich(alert));
    }

    public @Nullable PlanContext grounds(String incidentId) {
        scenes.forEach(scene -> known.put(scene.key(), scene));
        return new PlanContext(
                incidentId,
                open,
                episode,
                scenes,
                more,
                known::get,
                new IncidentFields(count, "open", "Warning", 4, List.of("Execution"), 0),
                "{\"incident\":\"" + incidentId + "\"}");
    }

    public void pass(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    /** What a scheduled sweep and the queue behind it lead to. */
    public void sweep(PlannedResponder responder) {
        responder.sweep();
        answerBells(responder);
    }

    public void answerBells(PlannedResponder responder) {
        while (!rung.isEmpty()) {
            responder.respond(rung.remove());
        }
    }

    public void loseBells() {
        rung.clear();
    }

    public ResponsePlan plan(String incidentId) {
        return new PlanStore(store).plan(incidentId).orElseThrow();
    }

    public String planId(String incidentId) {
        return Optional.ofNullable(plan(incidentId).id()).orElseThrow();
    }

    public List<String> states(String incidentId) {
        return plan(incidentId).steps().stream().map(PlanStep::state).toList();
    }

    public String notes(String incidentId) {
        return String.join(
                "\n",
                plan(incidentId).steps().stream()
                        .flatMap(step -> step.notes().stream())
                        .toList());
    }

    public List<String> recorded() {
        return audit.entries().stream().map(AuditEntry::summary).toList();
    }
}
