package io.tiercel.functions.respond.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.enrich.PodEniAnnotation;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.PartKeys;
import io.tiercel.functions.respond.action.SoleHolder;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.ec2.FakeEc2Api;
import io.tiercel.functions.respond.hold.HoldRegistry;
import io.tiercel.functions.respond.kubernetes.HeldSteps.HeldStep;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Selector;
import io.tiercel.functions.respond.plan.ActionContexts;
import io.tiercel.functions.respond.plan.AffectedTargetFacts;
import io.tiercel.functions.respond.plan.AffectedTargetFacts.Answer;
import io.tiercel.functions.respond.plan.CrashPoint;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.plan.ResponderFixture;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A pod has a branch interface, and the step that isolates it does not hold exactly these two parts: the pod cannot be held, another
 * step has taken it over, or the step also holds an earlier pod of the same name.
 */
@Tag("unit")
class PartlyHeldPodTest extends BranchPodFixture {
    private static final String NEXT_UID = "uid-of-the-next-pod";
    private static final String NEXT_ENI = "eni-0000000000000000c";
    private static final String NOT_HELD =
            "the labels and the NetworkPolicy of the pod stay as they are: the step does not hold them";

    /** Why the step cannot hold the pod. */
    private enum Obstacle {
        /** The pod's owner has set the label of Tiercel and created the policy of Tiercel and another one that allows traffic. */
        LOOKS_ISOLATED(
                "the pod is isolated already, but no step holds it", "NetworkPolicy allow-all still selects the pod"),
        /** Too many steps label the pod. */
        FULL("too many steps hold pod/" + UID, "the pod does not have the label that the policy selects");

        final String reason;
        final String exposure;

        Obstacle(String reason, String exposure) {
            this.reason = reason;
            this.exposure = exposure;
        }
    }

    private PlannedResponder process() {
        return process(CrashPoint.none());
    }

    private void prepare(Obstacle obstacle) {
        switch (obstacle) {
            case LOOKS_ISOLATED -> {
                cluster.changeLabels(POD, Map.of(PodPart.ISOLATED_LABEL, UID));
                cluster.write(PodPart.denyPolicy("shop", UID));
                cluster.policies.put("allow-all", new Selector("NetworkPolicy", "allow-all", Map.of(), List.of()));
            }
            case FULL -> {
                HeldSteps steps = new HeldSteps(fixture.store);
                IntStream.range(0, HoldRegistry.MAX_HOLDERS).forEach(i -> steps.apply(label("label-" + i)));
            }
        }
    }

    private HeldStep label(String incident) {
        return new HeldStep(
                incident,
                new LabelPod(cluster),
                ActionKind.LABEL_POD,
                Target.pod("shop", "cart-5f7", UID),
                Map.of("key", "suspect", "value", "true"));
    }

    private List<String> groups(String eni) {
        return Objects.requireNonNull(ec2.interfaces.get(eni)).groups();
    }

    private boolean inQuarantine(String eni) {
        return groups(eni).equals(List.of(Objects.requireNonNull(ec2.groups.get("vpc-a/tiercel-quarantine"))));
    }

    /** Lets the step run until it ends. */
    private void respond(String incident) {
        process().respond(incident);
        fixture.advance(Duration.ofMinutes(10));
        process().respond(incident);
    }

    private void release(String incident) {
        fixture.open = false;
        PlannedResponder responder = process();
        responder.release(incident, "ann");
        fixture.handleRequests(responder);
        fixture.open = true;
    }

    private void assertNotes(String... expected) {
        for (String note : expected) {
            assertTrue(
                    fixture.notes("a1").lines().anyMatch(line -> line.startsWith(note)),
                    note + " is missing:\n" + fixture.notes("a1"));
        }
    }

    private void assertNothingHeld(List<String> keys) {
        new HoldRegistry(fixture.store, InstantSource.system())
                .incidents(keys)
                .forEach((key, incidents) -> assertFalse(incidents.contains("a1"), key));
    }

    @ParameterizedTest
    @EnumSource
    void the_interface_of_a_pod_that_cannot_be_held_is_isolated_and_released(Obstacle obstacle) {
        prepare(obstacle);
        Pod pod = cluster.pods.get(POD);
        Map<String, Selector> policies = Map.copyOf(cluster.policies);

        respond("a1");
        assertEquals(List.of("partial"), fixture.states("a1"), fixture.notes("a1"));
        assertTrue(inQuarantine(ENI), fixture.notes("a1"));
        assertNotes(
                obstacle.reason, NOT_HELD, obstacle.exposure, "on release: " + NOT_HELD, "on release: gives " + ENI);
        assertFalse(fixture.notes("a1").contains("no longer exists"), fixture.notes("a1"));

        release("a1");
        assertEquals(List.of("released"), fixture.states("a1"), fixture.notes("a1"));
        assertEquals(List.of("sg-cart"), groups(ENI));
        assertNotes(NOT_HELD);
        assertEquals(pod, cluster.pods.get(POD), "the step does not hold the pod");
        assertEquals(policies, cluster.policies);
        assertNothingHeld(List.of(PartKeys.interfaceGroups(ENI), PartKeys.podLabels(UID)));
    }

    /** What happens to a pod between two attempts. */
    private enum PodChange {
        /** The owner of the pod can write its annotations. */
        ANNOTATION_REPLACED,
        DELETED,
        REPLACED
    }

    @ParameterizedTest
    @EnumSource
    void a_step_that_holds_only_the_interface_continues_if_the_pod_exists(PodChange change) {
        prepare(Obstacle.LOOKS_ISOLATED);
        ec2.faults = call -> fault(call, FakeEc2Api.Fault.THROTTLED);
        respond("a1");
        assertEquals(List.of("applying"), fixture.states("a1"), fixture.notes("a1"));
        ec2.faults = call -> FakeEc2Api.Fault.NONE;
        switch (change) {
            case ANNOTATION_REPLACED -> cluster.annotate(POD, PodEniAnnotation.KEY, "[]");
            case DELETED -> cluster.pods.remove(POD);
            case REPLACED -> startPod(NEXT_UID, NEXT_ENI, "10.0.0.8");
        }
        fixture.advance(Duration.ofMinutes(10));
        process().respond("a1");
        boolean exists = change == PodChange.ANNOTATION_REPLACED;
        assertEquals(List.of(exists ? "partial" : "failed"), fixture.states("a1"), fixture.notes("a1"));
        assertEquals(exists, inQuarantine(ENI), fixture.notes("a1"));
        release("a1");
        assertEquals(List.of("released"), fixture.states("a1"), fixture.notes("a1"));
        assertEquals(List.of("sg-cart"), groups(ENI));
    }

    private static FakeEc2Api.Fault fault(FakeEc2Api.Call call, FakeEc2Api.Fault ofMoves) {
        return call.name().equals("SetSecurityGroups") ? ofMoves : FakeEc2Api.Fault.NONE;
    }

    @Test
    void a_step_that_isolates_nothing_fails() {
        prepare(Obstacle.LOOKS_ISOLATED);
        ec2.faults = call -> fault(call, FakeEc2Api.Fault.DENIED);
        respond("a1");
        assertEquals(List.of("failed"), fixture.states("a1"), fixture.notes("a1"));
        assertNotes(NOT_HELD, ENI + " is not isolated");
    }

    @Test
    void a_release_leaves_a_pod_that_another_step_has_taken_over() {
        HeldSteps steps = new HeldSteps();
        HeldStep isolate =
                new HeldStep("a", isolatePod(), ActionKind.ISOLATE_POD, Target.pod("shop", "cart-5f7", UID), Map.of());
        steps.apply(isolate);
        cluster.changeLabels(POD, Map.of("app", "forensics"));
        assertEquals(ActionResult.Status.PARTIAL, steps.release(isolate).status(), "the label has drifted");
        steps.apply(label("b"));
        int writes = cluster.writes.size();
        assertTrue(steps.previewRelease(isolate).contains(NOT_HELD));
        ActionResult released = steps.release(isolate);
        assertEquals(ActionResult.Status.DONE, released.status(), released.toString());
        assertTrue(released.notes().contains(NOT_HELD), released.toString());
        assertEquals(writes, cluster.writes.size(), "another step holds the pod");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void of_two_pods_of_one_name_the_one_that_exists_is_isolated(boolean existingFirst) {
        IsolatePod isolate = isolatePod();
        ActionContext context =
                ActionContexts.of(ActionKind.ISOLATE_POD, Target.pod("shop", "cart-5f7", null), Map.of(), null);
        List<CapturedPart> captured = new ArrayList<>(isolate.capture(context).parts());
        startPod(NEXT_UID, NEXT_ENI, "10.0.0.8");
        captured.addAll(
                existingFirst ? 0 : captured.size(), isolate.capture(context).parts());
        SoleHolder parts = SoleHolder.of(new CapturedState(captured, TargetFacts.NONE));
        ActionResult result = isolate.apply(context, parts);
        assertFalse(result.notes().contains(NOT_HELD), result.toString());
        assertEquals(Set.of(PodPart.policyName(NEXT_UID)), cluster.policies.keySet());
        assertTrue(inQuarantine(NEXT_ENI));
        isolate.release(context, parts);
        assertEquals(Map.of(), cluster.policies);
    }

    /**
     * A step crashes at any call. Another incident isolates the pod and is released, so that the pod stays isolated if the step holds
     * it. Then the pod is replaced by one of the same name, which the step isolates, because it does not know the uid of its target.
     */
    @Test
    void a_release_also_ends_the_isolation_of_an_earlier_pod_of_the_same_name() {
        int both = 0;
        boolean crashed = true;
        for (int calls = 0; crashed; calls++) {
            PartlyHeldPodTest world = new PartlyHeldPodTest();
            crashed = world.crash(calls);
            world.fixture.advance(HoldRegistry.LOCK_TIME.multipliedBy(2));
            world.approve("b2", world.process());
            assertTrue(world.cluster.policies.containsKey(PodPart.policyName(UID)), world.fixture.notes("b2"));
            world.release("b2");
            boolean left = world.cluster.policies.containsKey(PodPart.policyName(UID));
            world.startPod(NEXT_UID, NEXT_ENI, "10.0.0.8");
            for (int i = 0; i < 5; i++) {
                world.fixture.advance(Duration.ofMinutes(10));
                world.process().respond("a1");
            }
            if (left && world.cluster.policies.containsKey(PodPart.policyName(NEXT_UID))) {
                both++;
                assertTrue(world.inQuarantine(NEXT_ENI));
                for (String uid : List.of(UID, NEXT_UID)) {
                    world.assertNotes("on release: deletes the policy " + PodPart.policyName(uid));
                }
            }
            world.release("a1");
            String story = "after " + calls + " calls: " + world.fixture.plan("a1");
            assertEquals(Map.of(), world.cluster.policies, story);
            assertEquals(
                    Map.of("app", "cart"),
                    Objects.requireNonNull(world.cluster.pods.get(POD)).labels(),
                    story);
            assertEquals(List.of("sg-cart"), world.groups(NEXT_ENI), story);
            world.assertNothingHeld(List.of(
                    PartKeys.podLabels(UID),
                    PartKeys.podLabels(NEXT_UID),
                    PartKeys.interfaceGroups(ENI),
                    PartKeys.interfaceGroups(NEXT_ENI)));
        }
        assertTrue(both >= 1, "the step held two pods " + both + " times");
    }

    /** Returns whether the process made so many calls. */
    private boolean crash(int calls) {
        fixture.targets = List.of(AffectedTargetFacts.confirmed("cart-5f7", ResponderFixture.INSTANCE)
                .withPodUid(null)
                .withPod(new Answer<>(null, null))
                .target());
        try {
            process().respond("a1");
            approve("a1", process(new CrashPoint(calls, true)));
            return false;
        } catch (CrashPoint.Crash e) {
            return true;
        }
    }

    private void approve(String incident, PlannedResponder responder) {
        process().respond(incident);
        responder.approve(incident, fixture.planId(incident), "ann");
        fixture.handleRequests(responder);
    }
}
