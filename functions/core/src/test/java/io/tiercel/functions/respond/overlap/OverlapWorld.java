package io.tiercel.functions.respond.overlap;

import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.audit.InMemoryAuditLog;
import io.tiercel.functions.enrich.TargetLookup;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.IncidentFields;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.functions.respond.ec2.AutoScalingApi;
import io.tiercel.functions.respond.ec2.Ec2Api;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.ec2.Ec2BranchInterfaces;
import io.tiercel.functions.respond.ec2.EvidenceStore;
import io.tiercel.functions.respond.ec2.FakeEc2Api;
import io.tiercel.functions.respond.ec2.LoadBalancingApi;
import io.tiercel.functions.respond.iam.IamApi;
import io.tiercel.functions.respond.iam.PodIdentityApi;
import io.tiercel.functions.respond.kubernetes.FakeKubernetesApi;
import io.tiercel.functions.respond.kubernetes.KubernetesApi;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.overlap.ObservedCalls.Service;
import io.tiercel.functions.respond.plan.ActionHandlers;
import io.tiercel.functions.respond.plan.AffectedTarget;
import io.tiercel.functions.respond.plan.AffectedTargetFacts;
import io.tiercel.functions.respond.plan.CrashPoint.Crash;
import io.tiercel.functions.respond.plan.PlanContext;
import io.tiercel.functions.respond.plan.PlanStore;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.plan.RunLimits;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import io.tiercel.functions.respond.state.StateStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** The responder with its real actions over an emulated account and cluster, for the incidents of a {@link Scenario}. */
final class OverlapWorld {
    /** The pods. The first two are on the first instance, and the first has a branch interface. */
    static final List<String> PODS = List.of("cart-1", "cart-2", "cart-3");

    private static final List<AffectedTarget> TARGETS = IntStream.range(0, PODS.size())
            .mapToObj(pod -> AffectedTargetFacts.confirmed(PODS.get(pod), WorldSetup.instanceOf(pod))
                    .target())
            .toList();

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(800);
    private static final int MAX_NESTED = 2;
    private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(16);
    private static final int SWEEPS_UNTIL_QUIET = 40;

    final FakeEc2Api ec2 = new FakeEc2Api();
    final FakeKubernetesApi kubernetes = new FakeKubernetesApi();
    final FakeRoles roles = new FakeRoles();
    final FakeScalingGroups scalingGroups = new FakeScalingGroups();
    final FakeTargetGroups targetGroups = new FakeTargetGroups();
    final InMemoryStateStore store = new InMemoryStateStore();
    final Scenario scenario;

    private final InMemoryAuditLog audit = new InMemoryAuditLog();
    private final Policies policies;
    private final Deque<String> requests = new ArrayDeque<>();
    private final Map<String, AffectedTarget> targets = new HashMap<>();
    private final Containment containment;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private boolean calm;
    private boolean closed;
    private int processes;

    OverlapWorld(Scenario scenario) {
        this.scenario = scenario;
        this.policies = Policies.parse("test.yaml", scenario.policies());
        // A fixed time, so that a failure can be repeated: the time between attempts has a random part.
        ec2.pauses = _ -> advance(BETWEEN_ATTEMPTS);
        WorldSetup.fill(this);
        this.containment = new Containment(this);
    }

    Containment containment() {
        return containment;
    }

    void advance(Duration time) {
        now = now.plus(time);
    }

    Instant now() {
        return now;
    }

    /** Returns whether no further disturbance happens. */
    boolean isCalm() {
        return calm;
    }

    /** Lets an event happen while a process runs. */
    void runWithin(Move move) {
        if (processes < MAX_NESTED) {
            run(move);
        }
    }

    /** Lets an event happen. */
    void run(Move move) {
        switch (move) {
            case Move.Respond respond ->
                process(respond.disturbances(), responder -> responder.respond(Scenario.id(respond.incident())));
            case Move.Sweep sweep -> sweep(sweep.disturbances());
            case Move.Approve approve -> approve(Scenario.id(approve.incident()));
            case Move.Release release ->
                process(List.of(), responder -> responder.release(Scenario.id(release.incident()), "ada"));
            case Move.ReleaseAtOnce release -> {
                run(new Move.Release(release.incident()));
                run(new Move.Respond(release.incident(), List.of()));
            }
            case Move.Wait wait -> advance(wait.time());
            case Move.LabelByOthers label -> {
                String name = PODS.get(label.pod());
                Pod pod = kubernetes.pods.get("shop/" + name);
                if (pod != null) {
                    kubernetes.write(new KubernetesApi.Write.SetMetadata(
                            "shop", name, pod.uid(), null, Map.of("team", label.value()), Map.of()));
                    containment.labeled("shop/" + name, "team=" + label.value());
                }
            }
            case Move.DetachInterface detach -> ec2.attachments.remove(detach.id());
            case Move.DeletePod delete -> {
                String key = "shop/" + PODS.get(delete.pod());
                kubernetes.pods.remove(key);
                containment.gone(key);
            }
        }
    }

    private void approve(String incident) {
        plan(incident).map(ResponsePlan::id).ifPresent(id -> {
            process(List.of(), responder -> responder.approve(incident, id, "ada"));
        });
    }

    private void sweep(List<Disturbance> disturbances) {
        process(disturbances, PlannedResponder::sweep);
        for (int i = requests.size(); i > 0 && !requests.isEmpty(); i--) {
            String incident = requests.remove();
            process(disturbances, responder -> responder.respond(incident));
        }
    }

    /** Stops all disturbances and sweeps until nothing is due any more. */
    void settle() {
        calm = true;
        for (int i = 0; i < SWEEPS_UNTIL_QUIET; i++) {
            advance(BETWEEN_SWEEPS);
            sweep(List.of());
        }
    }

    /** Closes all incidents, so that nothing is requested again. */
    void closeIncidents() {
        closed = true;
    }

    private void process(List<Disturbance> disturbances, Consumer<PlannedResponder> operation) {
        processes++;
        try {
            operation.accept(responder(new ObservedCalls(this, disturbances, containment.observer())));
        } catch (Crash | StoreUnavailable e) {
            // The process ends. The request is delivered again, or a sweep continues.
        } catch (RuntimeException e) {
            if (!e.getClass().getSimpleName().equals("PlanConflict")) {
                throw e;
            }
        } finally {
            processes--;
        }
    }

    private PlannedResponder responder(ObservedCalls calls) {
        Ec2Api observedEc2 = calls.observe(Ec2Api.class, ec2, Service.EC2);
        ActionHandlers handlers = new ActionHandlers(ec2.pause())
                .kubernetes(
                        calls.observe(KubernetesApi.class, kubernetes, Service.API),
                        new Ec2BranchInterfaces(observedEc2, ec2.pause()))
                .aws(
                        observedEc2,
                        calls.observe(AutoScalingApi.class, scalingGroups, Service.API),
                        calls.observe(LoadBalancingApi.class, targetGroups, Service.API),
                        calls.observe(EvidenceStore.class, (name, document) -> "file:" + name, Service.API),
                        calls.observe(IamApi.class, roles, Service.API),
                        PodIdentityApi.NONE,
                        this::now);
        return new PlannedResponder(
                () -> policies,
                this::context,
                TargetLookup.STORED,
                calls.observe(StateStore.class, store, Service.STORE),
                handlers.all(),
                () -> false,
                calls.observe(AuditLog.class, audit, Service.STORE),
                new PlannedResponder.PlanListener() {
                    @Override
                    public void responseRequested(String incidentId) {
                        requests.add(incidentId);
                    }

                    @Override
                    public void planChanged(String incidentId) {
                        // People are not notified here.
                    }
                },
                this::now,
                RunLimits.SERVER);
    }

    private PlanContext context(String incidentId) {
        int number = Integer.parseInt(incidentId.substring(incidentId.indexOf('-') + 1));
        List<AffectedTarget> affected = scenario.incidents().get(number).pods().stream()
                .map(TARGETS::get)
                .toList();
        affected.forEach(target -> targets.put(target.key(), target));
        long alerts = Scenario.alerts(number);
        return new PlanContext(
                incidentId,
                !closed,
                1,
                affected,
                false,
                targets::get,
                new IncidentFields(
                        incidentId,
                        new Fingerprint("", "Rule", "workload", "", ""),
                        alerts,
                        alerts,
                        "open",
                        "Warning",
                        4,
                        List.of("Execution"),
                        0),
                "{}");
    }

    /** Returns the plan of an incident, as people see it. */
    Optional<ResponsePlan> plan(String incident) {
        return new PlanStore(store).plan(incident);
    }

    /** Returns the only group of an interface if it has exactly one; else an empty text. */
    String onlyGroup(NetworkInterface networkInterface) {
        return networkInterface.groups().size() == 1 ? networkInterface.groups().getFirst() : "";
    }

    /** Returns everything that people need to understand a failure. */
    String story() {
        StringBuilder story = new StringBuilder(scenario.toString()).append("\n");
        for (int i = 0; i < scenario.incidents().size(); i++) {
            String id = Scenario.id(i);
            plan(id).ifPresent(plan -> plan.steps()
                    .forEach(step -> story.append(id).append(": ").append(step).append("\n")));
        }
        audit.entries()
                .forEach(entry -> story.append(entry.incidentId())
                        .append(" ")
                        .append(entry.summary())
                        .append("\n"));
        return story.toString();
    }
}
