package io.tiercel.functions.respond.plan;

import static io.tiercel.functions.respond.plan.ResponderFixture.INSTANCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.plan.AffectedTargetFacts.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests policies that change while their steps wait. */
@Tag("unit")
class PolicyChangeTest {
    private static final AffectedTargetFacts GENUINE = AffectedTargetFacts.confirmed("cart-5f7", INSTANCE);
    private static final String OTHER_POLICY =
            "- policy: Q\n  desc: D\n  match: {rules: [none]}\n  actions: [ec2:isolate]\n";

    private final List<String> writes = new ArrayList<>();

    private static String policy(String mode, String action) {
        return "- policy: P\n  desc: D\n  match: {priority: debug}\n  mode: " + mode + "\n  actions: [" + action
                + "]\n";
    }

    private PlannedResponder responder(ResponderFixture fixture) {
        return fixture.process(
                new RecordingHandler(context -> writes.add(context.target().text())).forAllTargets(),
                CrashPoint.none());
    }

    private static String changed(String change) {
        return switch (change) {
            case "dry-run" -> policy("dry-run", "ec2:isolate");
            case "removed" -> OTHER_POLICY;
            case "action" -> policy("auto", "k8s:cordon");
            default -> throw new IllegalArgumentException(change);
        };
    }

    @ParameterizedTest
    @CsvSource({"dry-run,dry-run", "removed,cancelled", "action,cancelled"})
    void a_change_stops_a_waiting_step(String change, String state) {
        ResponderFixture fixture = new ResponderFixture(policy("approve", "ec2:isolate"));
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        assertEquals(List.of("waiting"), fixture.states("a1"));
        fixture.setPolicies(changed(change));
        fixture.open = false;
        responder.respond("a1");
        assertEquals(List.of(state), fixture.states("a1"));
        assertTrue(fixture.notes("a1").contains("its policy"), fixture.notes("a1"));
        assertEquals(List.of(), writes);
    }

    @ParameterizedTest
    @CsvSource({"dry-run,dry-run", "removed,cancelled", "action,cancelled"})
    void a_change_stops_an_approved_step_that_has_not_begun(String change, String state) {
        ResponderFixture fixture = new ResponderFixture(policy("approve", "ec2:isolate"));
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        responder.approve("a1", fixture.planId("a1"), "ann");
        fixture.setPolicies(changed(change));
        fixture.open = false;
        fixture.handleRequests(responder);
        assertEquals(List.of(state), fixture.states("a1"));
        assertEquals(List.of(), writes);
    }

    @ParameterizedTest
    @CsvSource({"dry-run,dry-run", "removed,cancelled", "action,cancelled"})
    void a_change_stops_a_planned_step(String change, String state) {
        ResponderFixture fixture = new ResponderFixture(policy("auto", "ec2:isolate"));
        AffectedTargetFacts silent = GENUINE.withInstance(Answer.timedOut());
        fixture.targets = List.of(silent.target());
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        assertEquals(List.of("planned"), fixture.states("a1"));
        fixture.setPolicies(changed(change));
        fixture.lookup = (alert, stored) -> GENUINE.enrichment();
        fixture.open = false;
        fixture.advance(Duration.ofMinutes(1));
        fixture.sweep(responder);
        assertEquals(List.of(state), fixture.states("a1"), fixture.notes("a1"));
        assertEquals(List.of(), writes);
    }

    @Test
    void an_automatic_policy_that_now_requires_approval_does_not_start_a_planned_step() {
        ResponderFixture fixture = new ResponderFixture(policy("auto", "ec2:isolate"));
        fixture.targets = List.of(GENUINE.withInstance(Answer.timedOut()).target());
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        fixture.setPolicies(policy("approve", "ec2:isolate"));
        fixture.lookup = (alert, stored) -> GENUINE.enrichment();
        fixture.advance(Duration.ofMinutes(1));
        fixture.sweep(responder);
        assertEquals(List.of("waiting"), fixture.states("a1"));
    }

    @Test
    void a_step_that_began_stays_and_can_be_released_after_its_policy_was_removed() {
        ResponderFixture fixture = new ResponderFixture(policy("auto", "ec2:isolate"));
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        fixture.setPolicies(OTHER_POLICY);
        responder.respond("a1");
        assertEquals(List.of("applied"), fixture.states("a1"));
        responder.release("a1", "ann");
        fixture.handleRequests(responder);
        assertEquals(List.of("released"), fixture.states("a1"));
    }

    @Test
    void a_policy_that_is_restored_requests_its_actions_again() {
        ResponderFixture fixture = new ResponderFixture(policy("approve", "ec2:isolate"));
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        fixture.setPolicies(OTHER_POLICY);
        responder.respond("a1");
        fixture.setPolicies(policy("auto", "ec2:isolate"));
        responder.respond("a1");
        assertEquals(List.of("cancelled", "applied"), fixture.states("a1"));
    }
}
