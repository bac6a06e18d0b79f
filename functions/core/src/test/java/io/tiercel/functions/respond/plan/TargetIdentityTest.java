package io.tiercel.functions.respond.plan;

import static io.tiercel.functions.respond.plan.ResponderFixture.INSTANCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.TargetLookup;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.plan.AffectedTargetFacts.Answer;
import io.tiercel.rules.alert.Alert;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests what happens to steps whose target is not confirmed, and to steps that forged alerts request. */
@Tag("unit")
class TargetIdentityTest {
    private static final String POD = "cart-5f7";
    private static final AffectedTargetFacts GENUINE = AffectedTargetFacts.confirmed(POD, INSTANCE);

    private final List<ActionContext> writes = new ArrayList<>();
    private final RecordingHandler handler = new RecordingHandler(writes::add);

    private static String policy(String mode, String actions) {
        return "- policy: P\n  desc: D\n  match: {priority: debug}\n  mode: " + mode + "\n  actions: [" + actions
                + "]\n";
    }

    private PlannedResponder responder(ResponderFixture fixture) {
        return fixture.process(handler.forAllTargets(), CrashPoint.none());
    }

    private void approve(ResponderFixture fixture, PlannedResponder responder) {
        responder.approve("a1", fixture.planId("a1"), "ann");
        fixture.handleRequests(responder);
    }

    @Test
    void a_forged_alert_waits_for_approval_and_the_notes_name_each_missing_link() {
        ResponderFixture fixture = new ResponderFixture(policy("auto", "ec2:isolate"));
        fixture.targets = List.of(GENUINE.forged()
                .withNode(Answer.absent())
                .withInstance(Answer.notAsked())
                .target());
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        assertEquals(List.of("waiting"), fixture.states("a1"));
        assertEquals(List.of(), writes);
        for (String link : List.of(
                "the sender is not verified: it sent no credential",
                "lookup at source \"kubernetes node\": absent",
                "no lookup at source \"ec2\"")) {
            assertTrue(fixture.notes("a1").contains("not confirmed: " + link), fixture.notes("a1"));
        }
        approve(fixture, responder);
        assertEquals(List.of("applied"), fixture.states("a1"), "a person decided");
    }

    @Test
    void a_contradicted_target_is_never_acted_on() {
        ResponderFixture fixture = new ResponderFixture(policy("approve", "ec2:isolate"));
        fixture.targets = List.of(GENUINE.from(Sender.ofNode("node-8")).target());
        responder(fixture).respond("a1");
        PlanStep step = fixture.plan("a1").steps().getFirst();
        assertEquals(StepState.SKIPPED, step.state());
        assertNull(step.target());
        assertTrue(fixture.notes("a1").contains("its sender is the sensor of node node-8"), fixture.notes("a1"));
    }

    @Test
    void alerts_of_unverified_senders_that_can_never_act_cause_no_lookup_and_without_a_policy_no_write() {
        ResponderFixture fixture = new ResponderFixture(policy("auto", "ec2:isolate"));
        fixture.lookup = (alert, stored) -> fail("looked up");
        fixture.targets = List.of(GENUINE.forged()
                .withNode(Answer.found(AffectedTargetFacts.node(AffectedTargetFacts.NODE, "i-0123456789abcdef1")))
                .target());
        responder(fixture).respond("a1");
        assertEquals(List.of("skipped"), fixture.states("a1"));
        assertTrue(fixture.notes("a1").contains("the sources contradict each other"), fixture.notes("a1"));

        fixture.setPolicies(policy("auto", "ec2:isolate").replace("{priority: debug}", "{rules: [Another]}"));
        responder(fixture).respond("a2");
        assertTrue(fixture.store.read("lease/a2").isEmpty());
    }

    @Test
    void the_next_pod_of_a_stateful_set_is_not_the_target_that_was_approved() {
        ResponderFixture fixture = new ResponderFixture(policy("approve", "k8s:isolate-pod"));
        fixture.targets = List.of(GENUINE.target());
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        AffectedTargetFacts replaced = GENUINE.withPod(
                Answer.found(AffectedTargetFacts.pod(POD, "uid-of-the-next", AffectedTargetFacts.NODE)));
        fixture.lookup = (alert, stored) -> replaced.enrichment();
        approve(fixture, responder);
        assertEquals(List.of("skipped"), fixture.states("a1"));
        assertTrue(fixture.notes("a1").contains("another one of the same name"), fixture.notes("a1"));

        // The same for an alert without a uid: the pod that was there at alert time is the target.
        ResponderFixture falco = new ResponderFixture(policy("approve", "k8s:isolate-pod"));
        falco.targets = List.of(GENUINE.forged().withPodUid(null).target());
        responder = responder(falco);
        responder.respond("a1");
        assertEquals(List.of("waiting"), falco.states("a1"));
        falco.lookup = (alert, stored) -> replaced.forged().withPodUid(null).enrichment();
        approve(falco, responder);
        assertEquals(List.of("skipped"), falco.states("a1"), falco.notes("a1"));
        assertEquals(List.of(), writes);
    }

    @Test
    void two_pods_of_one_name_are_two_targets() {
        ResponderFixture fixture = new ResponderFixture(policy("auto", "k8s:isolate-pod"));
        AffectedTargetFacts next = GENUINE.withPodUid("uid-of-the-next")
                .withPod(Answer.found(AffectedTargetFacts.pod(POD, "uid-of-the-next", AffectedTargetFacts.NODE)));
        fixture.targets = List.of(GENUINE.target());
        responder(fixture).respond("a1");
        fixture.targets = List.of(GENUINE.target(), next.target());
        responder(fixture).respond("a1");
        assertEquals(
                List.of(AffectedTargetFacts.uid(POD), "uid-of-the-next"),
                writes.stream().map(context -> context.target().uid()).toList());
    }

    @Test
    void lookups_are_repeated_up_to_a_limit_and_then_a_person_decides() {
        ResponderFixture fixture = new ResponderFixture(policy("auto", "ec2:isolate"));
        AffectedTargetFacts silent = GENUINE.withInstance(Answer.timedOut());
        fixture.targets = List.of(silent.target());
        int[] lookups = {0};
        fixture.lookup = (alert, stored) -> {
            lookups[0]++;
            return silent.enrichment();
        };
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        assertEquals(List.of("planned"), fixture.states("a1"));
        for (int i = 0; i < 20; i++) {
            fixture.advance(Duration.ofMinutes(1));
            fixture.sweep(responder);
        }
        assertEquals(List.of("waiting"), fixture.states("a1"));
        assertEquals(TargetCheck.MAX_LOOKUPS + 1, lookups[0]);
        assertEquals(List.of(), writes);
    }

    @Test
    void the_steps_of_one_target_wait_for_a_silent_source_once() {
        ResponderFixture fixture = new ResponderFixture(policy("auto", "k8s:cordon, k8s:isolate-pod, ec2:isolate"));
        AffectedTargetFacts silent =
                GENUINE.withPod(Answer.timedOut()).withNode(Answer.timedOut()).withInstance(Answer.timedOut());
        fixture.targets = List.of(GENUINE.target());
        int[] lookups = {0};
        fixture.lookup = (alert, stored) -> {
            lookups[0]++;
            return silent.enrichment();
        };
        responder(fixture).respond("a1");
        assertEquals(List.of("planned", "planned", "planned"), fixture.states("a1"));
        assertEquals(1, lookups[0]);
    }

    @Test
    void the_step_of_a_pod_does_not_wait_for_the_instance_and_the_next_step_does() {
        ResponderFixture fixture = new ResponderFixture(policy("auto", "k8s:isolate-pod, ec2:isolate, k8s:cordon"));
        fixture.targets = List.of(GENUINE.withInstance(Answer.timedOut()).target());
        List<String> lookups = new ArrayList<>();
        fixture.lookup = new TargetLookup() {
            @Override
            public Enrichment lookUpAgain(Alert alert, Enrichment stored) {
                lookups.add("all");
                return stored;
            }

            @Override
            public Enrichment lookUpPodAgain(Alert alert, Enrichment stored) {
                lookups.add("pod");
                return stored;
            }
        };
        responder(fixture).respond("a1");
        assertEquals(List.of("applied", "planned", "applied"), fixture.states("a1"));
        assertEquals("pod", lookups.getFirst());
        assertEquals(1, lookups.stream().filter("all"::equals).count(), lookups.toString());
    }

    @Test
    void lookups_are_not_repeated_after_a_long_pause() {
        ResponderFixture fixture = new ResponderFixture(policy("auto", "ec2:isolate"));
        AffectedTargetFacts silent = GENUINE.withInstance(Answer.timedOut());
        fixture.targets = List.of(silent.target());
        fixture.lookup = (alert, stored) -> silent.enrichment();
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        fixture.advance(TargetCheck.MAX_TIME);
        fixture.sweep(responder);
        assertEquals(List.of("waiting"), fixture.states("a1"));
    }

    @Test
    void an_interrupted_step_whose_target_is_no_longer_confirmed_is_undone() {
        for (boolean afterEffect : List.of(true, false)) {
            writes.clear();
            handler.inForce.clear();
            ResponderFixture fixture = new ResponderFixture(policy("auto", "ec2:isolate"));
            fixture.targets = List.of(GENUINE.target());
            RecordingHandler crashing = new RecordingHandler(context -> {
                if (afterEffect) {
                    handler.inForce.add(context.stepId());
                }
                throw new CrashPoint.Crash();
            });
            try {
                fixture.process(crashing.forAllTargets(), CrashPoint.none()).respond("a1");
            } catch (CrashPoint.Crash e) {
                // Expected: the process ends here.
            }
            assertEquals(List.of("applying"), fixture.states("a1"));
            AffectedTargetFacts gone = GENUINE.withNode(Answer.absent());
            fixture.lookup = (alert, stored) -> gone.enrichment();
            fixture.advance(Duration.ofMinutes(5));
            PlannedResponder next = responder(fixture);
            fixture.sweep(next);
            assertEquals(List.of("released"), fixture.states("a1"), fixture.notes("a1"));
            assertTrue(fixture.notes("a1").contains("lookup at source \"kubernetes node\": absent"));
            assertEquals(List.of(), handler.inForce);
            assertEquals(List.of(), writes);
        }
    }

    @Test
    void an_interrupted_step_whose_target_is_confirmed_continues() {
        ResponderFixture fixture = new ResponderFixture(policy("auto", "ec2:isolate"));
        fixture.targets = List.of(GENUINE.target());
        RecordingHandler failing = new RecordingHandler(context -> {
            throw ActionException.retryable("EC2 throttles", null);
        });
        fixture.process(failing.forAllTargets(), CrashPoint.none()).respond("a1");
        assertEquals(List.of("applying"), fixture.states("a1"));
        fixture.advance(Duration.ofMinutes(1));
        fixture.sweep(responder(fixture));
        assertEquals(List.of("applied"), fixture.states("a1"), fixture.notes("a1"));
    }

    @Test
    void a_receiver_is_called_for_a_forged_alert_with_its_sender_and_again_for_a_genuine_one() throws Exception {
        ResponderFixture fixture = new ResponderFixture(policy("auto", "lambda:invoke: {function: f}"));
        PlannedResponder responder = responder(fixture);
        fixture.targets = List.of(GENUINE.forged().target());
        responder.respond("a1");
        fixture.targets = List.of(GENUINE.forged().target(), GENUINE.target());
        responder.respond("a1");
        responder.respond("a1");
        assertEquals(2, writes.size());
        JsonNode forged = Json.MAPPER.readTree(writes.getFirst().document());
        JsonNode genuine = Json.MAPPER.readTree(writes.getLast().document());
        assertFalse(forged.at("/sender/verified").asBoolean(true), forged.toString());
        assertTrue(genuine.at("/sender/verified").asBoolean(), genuine.toString());
        assertEquals("service-account", genuine.at("/sender/kind").asText());
        assertEquals(POD, genuine.at("/alert/output_fields/k8s.pod.name").asText());
    }

    @Test
    void forged_alerts_use_up_neither_caps_nor_the_circuit_breaker_of_verified_senders() {
        ResponderFixture fixture =
                new ResponderFixture(policy("auto", "k8s:isolate-pod, lambda:invoke: {function: f}"));
        RecordingHandler failing = new RecordingHandler(context -> {
            throw ActionException.permanent("the receiver refuses");
        });
        fixture.targets = List.of(GENUINE.forged().target());
        for (int i = 0; i < 20; i++) {
            fixture.process(failing.forAllTargets(), CrashPoint.none()).respond("f" + i);
        }
        assertEquals("failed", fixture.states("f0").getLast());
        assertEquals("waiting", fixture.states("f19").getLast(), "forged alerts have caps of their own");
        fixture.targets = List.of(GENUINE.target());
        responder(fixture).respond("a1");
        assertEquals(List.of("applied", "applied"), fixture.states("a1"), fixture.notes("a1"));
    }

    @Test
    void confirmed_steps_find_room_in_a_plan_full_of_forged_ones() {
        ResponderFixture fixture = new ResponderFixture(
                policy("auto", "k8s:isolate-pod, k8s:cordon, k8s:delete-pod, ec2:isolate, ec2:stop")
                        + "  cap: {max: 99}\n");
        List<AffectedTarget> forged = IntStream.range(0, 20)
                .mapToObj(i -> AffectedTargetFacts.confirmed("forged-" + i, INSTANCE)
                        .forged()
                        .target())
                .toList();
        fixture.targets = forged;
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        assertEquals(Plan.MAX_UNCONFIRMED_STEPS, fixture.states("a1").size());
        assertTrue(fixture.notes("a1").contains(PlanBuilder.PLAN_FULL));
        List<AffectedTarget> all = new ArrayList<>(forged);
        IntStream.range(0, 10)
                .mapToObj(i ->
                        AffectedTargetFacts.confirmed("cart-" + i, INSTANCE).target())
                .forEach(all::add);
        fixture.targets = List.copyOf(all);
        responder.respond("a1");
        responder.respond("a1");
        assertEquals(Plan.MAX_STEPS, fixture.states("a1").size());
        assertEquals(
                10,
                fixture.plan("a1").steps().stream()
                        .filter(step -> step.action().equals("k8s:isolate-pod")
                                && Objects.requireNonNull(step.target()).startsWith("pod shop/cart-"))
                        .filter(step -> step.state() == StepState.APPLIED)
                        .count(),
                fixture.plan("a1").toString());
    }

    @Test
    void a_plan_says_what_releasing_will_do_and_the_notes_after_release_describe_the_state_after_it() {
        ResponderFixture fixture = new ResponderFixture(policy("auto", "k8s:isolate-pod"));
        handler.onRelease = List.of("the ReplicaSet cart deletes one surplus pod");
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        assertEquals(
                List.of("changed pod shop/" + POD, "on release: the ReplicaSet cart deletes one surplus pod"),
                fixture.plan("a1").steps().getFirst().notes());
        responder.release("a1", "ann");
        fixture.handleRequests(responder);
        assertEquals(
                List.of("released by ann", "restored pod shop/" + POD),
                fixture.plan("a1").steps().getFirst().notes());
    }
}
