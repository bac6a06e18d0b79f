package io.tiercel.functions.respond.plan;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.InMemoryAuditLog;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.TargetLookup;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.IncidentFields;
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
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A responder with its store, audit log, clock and request queue. Tests can crash its processes and advance its clock. */
public final class ResponderFixture {
    public static final String INSTANCE = "i-0123456789abcdef0";

    public final InMemoryStateStore store = new InMemoryStateStore();
    public final InMemoryAuditLog audit = new InMemoryAuditLog();
    public boolean killSwitchEngaged;
    public long count = 1;
    public boolean open = true;
    public int episode = 1;
    public boolean hasMoreTargets;

    /** The time limits of the next process. */
    public RunLimits limits = RunLimits.SERVER;

    /** Called at the beginning of every run over a plan. */
    public Runnable onRun = () -> {};

    /** Looks up the targets of steps again. */
    public TargetLookup lookup = TargetLookup.STORED;

    /** The affected targets of this episode. */
    public List<AffectedTarget> targets = List.of(affectedTarget("cart-5f7", INSTANCE));

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    /** The current policies. */
    public Policies policies;

    private final Map<String, AffectedTarget> targetsByKey = new ConcurrentHashMap<>();
    /** When an incident is to be processed again, as the last run reported it. */
    public final Map<String, Instant> dueAt = new ConcurrentHashMap<>();

    private final Deque<String> requests = new ConcurrentLinkedDeque<>();

    public ResponderFixture(String yaml) {
        this.policies = Policies.parse("test.yaml", yaml);
    }

    public void setPolicies(String yaml) {
        policies = Policies.parse("test.yaml", yaml);
    }

    /** Starts a process, which ends at the crash point. */
    public PlannedResponder process(Map<ActionKind, ActionHandler> handlers, CrashPoint crashPoint) {
        KillSwitch killSwitch = () -> killSwitchEngaged;
        return new PlannedResponder(
                () -> policies,
                this::context,
                currentLookup(),
                crashPoint.wrap(store),
                handlers,
                killSwitch,
                audit,
                new PlannedResponder.PlanListener() {
                    @Override
                    public void responseRequested(String incidentId) {
                        requests.add(incidentId);
                    }

                    @Override
                    public void responseDue(String incidentId, Instant due) {
                        dueAt.put(incidentId, due);
                    }

                    @Override
                    public void planChanged(String incidentId) {}
                },
                now::get,
                limits);
    }

    /** Returns a lookup that follows changes of {@link #lookup}. */
    private TargetLookup currentLookup() {
        return new TargetLookup() {
            @Override
            public Enrichment lookUpAgain(Alert alert, Enrichment stored) {
                return lookup.lookUpAgain(alert, stored);
            }

            @Override
            public Enrichment lookUpPodAgain(Alert alert, Enrichment stored) {
                return lookup.lookUpPodAgain(alert, stored);
            }
        };
    }

    /** Returns a confirmed affected target: a pod of the namespace shop on an EC2 instance. */
    public static AffectedTarget affectedTarget(String pod, String instance) {
        return AffectedTargetFacts.confirmed(pod, instance).target();
    }

    public @Nullable PlanContext context(String incidentId) {
        onRun.run();
        targets.forEach(target -> targetsByKey.put(target.key(), target));
        return new PlanContext(
                incidentId,
                open,
                episode,
                targets,
                hasMoreTargets,
                targetsByKey::get,
                new IncidentFields(
                        incidentId,
                        new Fingerprint("", "Rule", "workload", "", ""),
                        count,
                        count,
                        "open",
                        "Warning",
                        4,
                        List.of("Execution"),
                        0),
                "{\"incident\":\"" + incidentId + "\"}");
    }

    public Instant now() {
        return Objects.requireNonNull(now.get());
    }

    public void advance(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    /** Runs a sweep and handles the requests that it publishes. */
    public void sweep(PlannedResponder responder) {
        responder.sweep();
        handleRequests(responder);
    }

    public void handleRequests(PlannedResponder responder) {
        while (!requests.isEmpty()) {
            responder.respond(requests.remove());
        }
    }

    /** Returns the incidents that wait for a response. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    public void discardRequests() {
        requests.clear();
    }

    public ResponsePlan plan(String incidentId) {
        return new PlanStore(store).plan(incidentId).orElseThrow();
    }

    public String planId(String incidentId) {
        return Optional.ofNullable(plan(incidentId).id()).orElseThrow();
    }

    public List<String> states(String incidentId) {
        return plan(incidentId).steps().stream()
                .map(step -> step.state().label())
                .toList();
    }

    public String notes(String incidentId) {
        return String.join(
                "\n",
                plan(incidentId).steps().stream()
                        .flatMap(step -> step.notes().stream())
                        .toList());
    }

    public List<String> auditLog() {
        return audit.entries().stream().map(AuditEntry::summary).toList();
    }
}
