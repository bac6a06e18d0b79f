package io.tiercel.functions.respond.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.PartKeys;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.ec2.FakeEc2Api;
import io.tiercel.functions.respond.guard.CircuitBreaker;
import io.tiercel.functions.respond.hold.HoldRegistry;
import io.tiercel.functions.respond.kubernetes.FakeKubernetesApi.Fault;
import io.tiercel.functions.respond.kubernetes.HeldSteps.HeldStep;
import io.tiercel.functions.respond.plan.CrashPoint;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.policy.Confidence;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A pod has a branch interface, and the step that isolates it holds both, but cannot write the labels or the policy of the pod. */
@Tag("unit")
class UnwritablePodTest extends BranchPodFixture {
    private static final String QUOTA = "HTTP 403: exceeded quota: count/networkpolicies.networking.k8s.io=0";
    private static final String FORBIDDEN = "HTTP 403: forbidden";
    private static final Function<String, Fault> NO_FAULT = call -> Fault.NONE;

    /** A call to the API server that always fails in the same way. */
    private enum Obstacle {
        QUOTA_ON_POLICIES("CreateDenyPolicy", ActionException.permanent(QUOTA)),
        POLICY_INVALID("CreateDenyPolicy", ActionException.notApplicable("HTTP 422: invalid")),
        LABELS_FORBIDDEN("SetMetadata", ActionException.permanent(FORBIDDEN)),
        LABELS_REJECTED("SetMetadata", ActionException.notApplicable("HTTP 422: rejected by a webhook")),
        SERVICES_FORBIDDEN("list services", ActionException.permanent(FORBIDDEN));

        final String call;
        final ActionException failure;

        Obstacle(String call, ActionException failure) {
            this.call = call;
            this.failure = failure;
        }

        Function<String, Fault> faults() {
            return failing(call, failure);
        }
    }

    private static Function<String, Fault> failing(String call, ActionException failure) {
        return made -> {
            if (made.equals(call)) {
                throw failure.withMessage(failure.getMessage());
            }
            return Fault.NONE;
        };
    }

    private void respond() {
        process(CrashPoint.none()).respond("a1");
    }

    private void retry() {
        fixture.advance(Duration.ofMinutes(10));
        respond();
    }

    private void release() {
        fixture.open = false;
        PlannedResponder responder = process(CrashPoint.none());
        responder.release("a1", "ann");
        fixture.handleRequests(responder);
    }

    private List<String> groups() {
        return Objects.requireNonNull(ec2.interfaces.get(ENI)).groups();
    }

    private boolean inQuarantine() {
        return groups().equals(List.of(ec2.groups.getOrDefault("vpc-a/tiercel-quarantine", "none")));
    }

    private Map<String, String> labels() {
        return Objects.requireNonNull(cluster.pods.get(POD)).labels();
    }

    private void denyMoves() {
        ec2.faults = call -> call.name().equals("SetSecurityGroups") ? FakeEc2Api.Fault.DENIED : FakeEc2Api.Fault.NONE;
    }

    private void assertState(String expected) {
        assertEquals(List.of(expected), fixture.states("a1"), fixture.notes("a1"));
    }

    private void assertNotes(String... expected) {
        for (String note : expected) {
            assertTrue(
                    fixture.notes("a1").lines().anyMatch(line -> line.startsWith(note)),
                    note + " is missing:\n" + fixture.notes("a1"));
        }
    }

    private String firstNote() {
        return fixture.notes("a1").lines().findFirst().orElseThrow();
    }

    private void assertAllRestored(String story) {
        assertEquals(List.of("released"), fixture.states("a1"), story);
        assertEquals(List.of("sg-cart"), groups(), story);
        assertEquals(Map.of("app", "cart"), labels(), story);
        assertEquals(Map.of(), cluster.policies, story);
        new HoldRegistry(fixture.store, InstantSource.system())
                .incidents(List.of(PartKeys.interfaceGroups(ENI), PartKeys.podLabels(UID)))
                .forEach((key, incidents) -> assertFalse(incidents.contains("a1"), key + " " + story));
    }

    @ParameterizedTest
    @EnumSource
    void the_interface_is_isolated_and_released(Obstacle obstacle) {
        cluster.faults = obstacle.faults();
        respond();
        assertState("partial");
        assertTrue(inQuarantine(), fixture.notes("a1"));
        assertEquals(obstacle.failure.getMessage(), firstNote());
        assertNotes("the pod does not have the label that the policy selects", "on release: gives " + ENI);

        cluster.faults = NO_FAULT;
        release();
        assertAllRestored(fixture.notes("a1"));
    }

    @Test
    void a_release_needs_no_write_that_the_step_could_not_make() {
        cluster.faults = Obstacle.LABELS_FORBIDDEN.faults();
        respond();
        assertEquals(Set.of(PodPart.policyName(UID)), cluster.policies.keySet());
        assertNotes("on release: deletes the policy " + PodPart.policyName(UID));
        release();
        assertAllRestored(fixture.notes("a1"));
    }

    @Test
    void the_preview_of_a_release_does_not_claim_that_a_policy_exists() {
        cluster.faults = Obstacle.QUOTA_ON_POLICIES.faults();
        respond();
        assertNotes("the policy " + PodPart.policyName(UID) + " is not in place");
        assertNotes("on release: deletes the policy " + PodPart.policyName(UID) + ", if it was created");
    }

    @Test
    void a_step_that_may_not_delete_the_policy_still_restores_the_interface() {
        Function<String, Fault> create = Obstacle.QUOTA_ON_POLICIES.faults();
        Function<String, Fault> delete = failing("DeletePolicy", ActionException.permanent(FORBIDDEN));
        cluster.faults = call -> create.andThen(_ -> delete.apply(call)).apply(call);
        respond();
        assertTrue(inQuarantine(), fixture.notes("a1"));
        release();
        assertState("drifted");
        assertNotes(FORBIDDEN);
        assertEquals(List.of("sg-cart"), groups());

        cluster.faults = NO_FAULT;
        release();
        assertAllRestored(fixture.notes("a1"));
    }

    @Test
    void a_release_is_repeated_until_the_pod_is_restored_too() {
        respond();
        cluster.faults = call -> call.equals("SetMetadata") ? Fault.SERVER_ERROR : Fault.NONE;
        release();
        assertState("releasing");
        assertEquals(List.of("sg-cart"), groups());
        cluster.faults = NO_FAULT;
        retry();
        assertAllRestored(fixture.notes("a1"));
    }

    @ParameterizedTest
    @EnumSource(names = {"QUOTA_ON_POLICIES", "LABELS_FORBIDDEN"})
    void a_step_that_isolates_nothing_fails_and_counts_for_the_circuit_breaker(Obstacle obstacle) {
        cluster.faults = obstacle.faults();
        denyMoves();
        CircuitBreaker breaker = new CircuitBreaker(fixture.store);
        for (int i = 0; i < CircuitBreaker.MAX_FAILURES; i++) {
            assertFalse(breaker.open(Confidence.CONFIRMED));
            String incident = "a" + (i + 1);
            process(CrashPoint.none()).respond(incident);
            assertEquals(List.of("failed"), fixture.states(incident), fixture.notes(incident));
        }
        assertTrue(breaker.open(Confidence.CONFIRMED));
        assertEquals(obstacle.failure.getMessage(), firstNote());
        assertNotes(ENI + " is not isolated");
    }

    /** The owner of a pod can cause such a failure. */
    @Test
    void a_pod_that_cannot_be_written_does_not_count_for_the_circuit_breaker() {
        cluster.faults = Obstacle.LABELS_REJECTED.faults();
        denyMoves();
        for (int i = 0; i < CircuitBreaker.MAX_FAILURES; i++) {
            process(CrashPoint.none()).respond("a" + (i + 1));
        }
        assertState("failed");
        assertTrue(firstNote().startsWith("HTTP 422: rejected by a webhook; " + ENI + " is not isolated"), firstNote());
        assertFalse(new CircuitBreaker(fixture.store).open(Confidence.CONFIRMED));
    }

    @ParameterizedTest
    @EnumSource(names = {"THROTTLED", "CONFLICT", "SERVER_ERROR", "TIME_OUT", "TIME_OUT_AFTER_EFFECT"})
    void the_interface_does_not_wait_for_a_retry(Fault fault) {
        for (String call : List.of("CreateDenyPolicy", "SetMetadata", "list services")) {
            UnwritablePodTest world = new UnwritablePodTest();
            world.cluster.faults = made -> made.equals(call) ? fault : Fault.NONE;
            world.respond();
            String story = call + ": " + world.fixture.notes("a1");
            assertTrue(world.inQuarantine(), story);
            if (world.fixture.states("a1").equals(List.of("applying"))) {
                assertTrue(world.firstNote().contains("; branch interfaces of the pod are isolated"), story);
                world.cluster.faults = NO_FAULT;
                world.retry();
            }
            assertEquals(Set.of(PodPart.policyName(UID)), world.cluster.policies.keySet(), story);
            assertEquals(Map.of(PodPart.ISOLATED_LABEL, UID), world.labels(), story);
            assertTrue(world.inQuarantine(), story);
            world.release();
            world.assertAllRestored(story);
        }
    }

    @Test
    void a_step_without_further_attempts_is_partial_if_the_interface_is_isolated() {
        cluster.faults = call -> call.equals("SetMetadata") ? Fault.THROTTLED : Fault.NONE;
        respond();
        for (int attempts = 1; attempts < 5; attempts++) {
            assertState("applying");
            retry();
        }
        assertState("partial");
        assertTrue(inQuarantine(), fixture.notes("a1"));
        assertNotes("on release: gives " + ENI);
        cluster.faults = NO_FAULT;
        release();
        assertAllRestored(fixture.notes("a1"));
    }

    /** The pod cannot be read after the step has captured it. */
    @ParameterizedTest
    @EnumSource(names = {"THROTTLED", "TIME_OUT"})
    void the_interface_of_a_pod_that_cannot_be_read_is_isolated(Fault fault) {
        int[] reads = {0};
        cluster.faults = call -> call.equals("get pod") && ++reads[0] > 2 ? fault : Fault.NONE;
        respond();
        assertState("applying");
        assertTrue(inQuarantine(), fixture.notes("a1"));
        cluster.faults = NO_FAULT;
        retry();
        assertEquals(Map.of(PodPart.ISOLATED_LABEL, UID), labels());
        release();
        assertAllRestored(fixture.notes("a1"));
    }

    @Test
    void a_throttled_interface_is_tried_again_although_the_quota_is_permanent() {
        cluster.faults = Obstacle.QUOTA_ON_POLICIES.faults();
        ec2.faults =
                call -> call.name().equals("SetSecurityGroups") ? FakeEc2Api.Fault.THROTTLED : FakeEc2Api.Fault.NONE;
        respond();
        assertState("applying");
        assertTrue(firstNote().startsWith(QUOTA + "; " + ENI + " is not isolated"), firstNote());
        ec2.faults = call -> FakeEc2Api.Fault.NONE;
        retry();
        assertState("partial");
        assertTrue(inQuarantine(), fixture.notes("a1"));
    }

    @Test
    void the_interface_of_a_pod_that_was_deleted_is_not_touched() {
        cluster.faults = call -> {
            if (call.equals("CreateDenyPolicy")) {
                cluster.pods.remove(POD);
                throw ActionException.permanent(QUOTA);
            }
            return Fault.NONE;
        };
        respond();
        assertState("skipped");
        assertEquals(List.of("sg-cart"), groups());
    }

    /** Another process takes the lock of the pod, although the clock of this one does not show that its lock has expired. */
    @Test
    void a_process_that_lost_the_lock_of_the_pod_leaves_the_interface() {
        HeldStep step =
                new HeldStep("a", isolatePod(), ActionKind.ISOLATE_POD, Target.pod("shop", "cart-5f7", UID), Map.of());
        HeldSteps steps = new HeldSteps(fixture.store);
        cluster.before = () -> {
            String key = "hold/" + PartKeys.podLabels(UID);
            fixture.store
                    .read(key)
                    .ifPresent(hold -> fixture.store.write(key, hold.version(), hold.document(), Schedule.NONE));
        };
        ActionException failure = assertThrows(ActionException.class, () -> steps.apply(step));
        assertEquals(ActionException.Kind.RETRYABLE, failure.kind(), failure.getMessage());
        assertEquals(List.of("sg-cart"), groups());
        assertEquals(Map.of("app", "cart"), labels());
    }

    /** A step crashes at any call, is continued, and is released by a process that also crashes at any call. */
    @ParameterizedTest
    @EnumSource
    void after_a_crash_at_any_call_the_interface_is_isolated_and_everything_is_restored(Obstacle obstacle) {
        for (boolean afterEffect : List.of(false, true)) {
            boolean crashed = true;
            for (int calls = 0; crashed; calls++) {
                UnwritablePodTest world = new UnwritablePodTest();
                world.cluster.faults = obstacle.faults();
                crashed = world.crash(calls, afterEffect, responder -> responder.respond("a1"));
                world.retry();
                world.retry();
                String story = obstacle + " after " + calls + " calls: " + world.fixture.plan("a1");
                assertEquals(List.of("partial"), world.fixture.states("a1"), story);
                assertTrue(world.inQuarantine(), story);

                world.fixture.open = false;
                int releaseCalls = calls;
                world.crash(releaseCalls, afterEffect, responder -> {
                    responder.release("a1", "ann");
                    world.fixture.handleRequests(responder);
                });
                world.cluster.faults = NO_FAULT;
                world.fixture.advance(Duration.ofMinutes(10));
                world.release();
                world.retry();
                world.assertAllRestored(story);
            }
        }
    }

    /** Returns whether the process made so many calls. */
    private boolean crash(int calls, boolean afterEffect, Consumer<PlannedResponder> work) {
        try {
            work.accept(process(new CrashPoint(calls, afterEffect)));
            return false;
        } catch (CrashPoint.Crash e) {
            return true;
        }
    }
}
