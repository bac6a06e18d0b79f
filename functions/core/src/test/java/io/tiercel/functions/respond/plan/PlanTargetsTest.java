package io.tiercel.functions.respond.plan;

import static io.tiercel.functions.respond.plan.ResponderFixture.INSTANCE;
import static io.tiercel.functions.respond.plan.ResponderFixture.affectedTarget;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.TargetFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;

/** Tests plans of incidents with several affected targets and of incidents that reopen. */
@Tag("unit")
class PlanTargetsTest {
    private static final String OTHER = "i-0123456789abcdef1";

    /** The number of actions in effect, by target. */
    private final Map<String, Integer> inEffect = new TreeMap<>();

    private final List<String> appliedSteps = new ArrayList<>();

    private Map<ActionKind, ActionHandler> handlers(CrashPoint crashPoint) {
        ActionHandler handler = new ActionHandler() {
            @Override
            public CapturedState capture(ActionContext context) {
                return new CapturedState(
                        List.of(CapturedPart.of(
                                "target/" + context.target().name(), new TargetFacts(null, null, null))),
                        new TargetFacts(Map.of(), Map.of(), "role"));
            }

            @Override
            public List<String> preview(ActionContext context) {
                return List.of();
            }

            @Override
            public ActionResult apply(ActionContext context, HeldParts parts) {
                // Idempotent, like every real handler.
                return crashPoint.call(() -> {
                    if (!appliedSteps.contains(context.stepId())) {
                        appliedSteps.add(context.stepId());
                        inEffect.merge(context.target().text(), 1, Integer::sum);
                    }
                    return ActionResult.done(List.of());
                });
            }

            @Override
            public ActionResult release(ActionContext context, HeldParts parts) {
                return crashPoint.call(() -> {
                    if (appliedSteps.remove(context.stepId())) {
                        inEffect.merge(context.target().text(), -1, Integer::sum);
                    }
                    return ActionResult.done(List.of());
                });
            }
        };
        return Map.of(
                ActionKind.ISOLATE_POD, handler,
                ActionKind.ISOLATE_INSTANCE, handler,
                ActionKind.DELETE_POD, handler,
                ActionKind.INVOKE_FUNCTION, handler);
    }

    private static String policy(String lines) {
        return "- policy: P\n  desc: D\n  match: {priority: debug}\n" + lines.indent(2);
    }

    private static List<String> steps(ResponderFixture fixture) {
        return fixture.plan("a1").steps().stream()
                .map(step ->
                        step.action() + " " + step.target() + " " + step.state().label())
                .toList();
    }

    private PlannedResponder responder(ResponderFixture fixture) {
        return fixture.process(handlers(CrashPoint.none()), CrashPoint.none());
    }

    @Example
    void each_target_gets_its_own_steps_and_a_receiver_is_called_once() {
        ResponderFixture fixture = new ResponderFixture(policy(
                "mode: auto\ncap: {max: 9}\nactions: [k8s:isolate-pod, ec2:isolate, lambda:invoke: {function: f}]"));
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        fixture.targets = List.of(
                affectedTarget("cart-5f7", INSTANCE),
                affectedTarget("cart-9x2", INSTANCE),
                affectedTarget("cart-0a1", OTHER));
        responder.respond("a1");
        responder.respond("a1");
        assertEquals(
                List.of(
                        "k8s:isolate-pod pod shop/cart-5f7 applied",
                        "ec2:isolate instance " + INSTANCE + " applied",
                        "lambda:invoke function f applied",
                        "k8s:isolate-pod pod shop/cart-9x2 applied",
                        "k8s:isolate-pod pod shop/cart-0a1 applied",
                        "ec2:isolate instance " + OTHER + " applied"),
                steps(fixture));
        responder.release("a1", "ann");
        fixture.handleRequests(responder);
        assertEquals(
                5,
                steps(fixture).stream()
                        .filter(step -> step.endsWith("released"))
                        .count());
        responder.respond("a1");
        assertEquals(6, steps(fixture).size(), "a released step is not repeated in the same episode");
    }

    @Example
    void contradicted_claims_of_unverified_senders_share_one_step() {
        ResponderFixture fixture =
                new ResponderFixture(policy("mode: auto\ncap: {max: 9}\nactions: [k8s:isolate-pod, ec2:isolate]"));
        fixture.targets = Stream.concat(
                        IntStream.range(0, 9)
                                .mapToObj(
                                        i -> AffectedTargetFacts.confirmed("cart-f" + i, "i-0123456789abcdef" + (i + 2))
                                                .withPodUid("other")
                                                .forged()
                                                .target()),
                        Stream.of(affectedTarget("cart-5f7", INSTANCE)))
                .toList();
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        responder.respond("a1");
        List<String> steps = steps(fixture);
        assertTrue(steps.contains("k8s:isolate-pod pod shop/cart-5f7 applied"), steps.toString());
        assertEquals(
                1,
                steps.stream()
                        .filter(step -> step.startsWith("k8s:isolate-pod null"))
                        .count(),
                steps.toString());
        assertTrue(fixture.notes("a1").contains("further alerts of unverified senders claim"), fixture.notes("a1"));
    }

    @Example
    void a_step_that_another_step_of_the_incident_still_covers_does_not_name_the_incident() {
        ResponderFixture fixture = new ResponderFixture(policy(
                "mode: auto\ncap: {max: 9}\nactions: [k8s:isolate-pod, {k8s:isolate-pod: {cut_tracked: always}}]"));
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        responder.release("a1", "ann");
        fixture.handleRequests(responder);
        assertEquals(List.of("released", "released"), fixture.states("a1"));
        assertTrue(fixture.notes("a1").contains("still held by another step of this incident"), fixture.notes("a1"));
    }

    @Example
    void each_affected_target_counts_under_the_cap() {
        ResponderFixture fixture =
                new ResponderFixture(policy("mode: auto\ncap: {max: 3}\nactions: [k8s:isolate-pod, ec2:isolate]"));
        fixture.targets = IntStream.range(0, 5)
                .mapToObj(i -> affectedTarget("cart-" + i, id(i % 2)))
                .toList();
        responder(fixture).respond("a1");
        assertEquals(
                List.of("cart-0", "cart-1", "cart-2"),
                fixture.plan("a1").steps().stream()
                        .filter(step -> step.action().equals("k8s:isolate-pod") && step.state() == StepState.APPLIED)
                        .map(step -> String.valueOf(step.target()).substring("pod shop/".length()))
                        .toList());
        assertEquals(
                2,
                fixture.states("a1").stream().filter("waiting"::equals).count(),
                steps(fixture).toString());
    }

    @Example
    void exclusions_are_evaluated_for_the_target_of_the_step() {
        ResponderFixture fixture = new ResponderFixture(
                policy("mode: auto\nactions: [k8s:isolate-pod]\nexclude: {conditions: [k8s.pod.name = cart-9x2]}"));
        fixture.targets = List.of(affectedTarget("cart-5f7", INSTANCE), affectedTarget("cart-9x2", INSTANCE));
        responder(fixture).respond("a1");
        assertEquals(List.of("applied", "excluded"), fixture.states("a1"));
    }

    @Example
    void notes_report_an_exceeded_limit() {
        ResponderFixture fixture = new ResponderFixture(
                policy("actions: [k8s:isolate-pod, ec2:isolate, k8s:delete-pod, lambda:invoke: {function: f}]"));
        fixture.targets = IntStream.range(0, 10)
                .mapToObj(i -> affectedTarget("cart-" + i, id(i)))
                .toList();
        fixture.hasMoreTargets = true;
        responder(fixture).respond("a1");
        responder(fixture).respond("a1");
        assertEquals(31, fixture.states("a1").size());
        assertTrue(fixture.notes("a1").contains(PlanBuilder.MORE_TARGETS), fixture.notes("a1"));
        ResponderFixture full =
                new ResponderFixture(policy("actions: [k8s:isolate-pod, ec2:isolate, k8s:delete-pod, k8s:label]"));
        full.targets = fixture.targets;
        responder(full).respond("a1");
        assertEquals(Plan.MAX_STEPS, full.states("a1").size());
        assertTrue(full.notes("a1").contains(PlanBuilder.PLAN_FULL), full.notes("a1"));
    }

    private static String id(int number) {
        return "i-%017x".formatted(number);
    }

    @Example
    void a_reopened_incident_gets_new_steps_for_its_current_targets() {
        ResponderFixture fixture = new ResponderFixture(
                policy("mode: auto\ncap: {max: 9}\nactions: [k8s:isolate-pod, lambda:invoke: {function: f}]"));
        PlannedResponder responder = responder(fixture);
        fixture.targets = List.of(affectedTarget("cart-5f7", INSTANCE), affectedTarget("cart-9x2", INSTANCE));
        responder.respond("a1");
        responder.release("a1", "ann");
        fixture.handleRequests(responder);
        assertEquals(0, inEffect.get("pod shop/cart-5f7"));

        fixture.episode = 2;
        fixture.targets = List.of(affectedTarget("cart-9x2", INSTANCE));
        responder.respond("a1");
        assertEquals(0, inEffect.get("pod shop/cart-5f7"), "the target of the first episode gets no new step");
        assertEquals(1, inEffect.get("pod shop/cart-9x2"));
        assertEquals(2, inEffect.get("function f"), "called once per episode");
        responder.release("a1", "ann");
        fixture.handleRequests(responder);
        responder.respond("a1");
        assertEquals(0, inEffect.get("pod shop/cart-9x2"), "a released step is not repeated in the second episode");
    }

    @Example
    void an_applied_step_covers_the_next_episode() {
        ResponderFixture fixture = new ResponderFixture(policy("mode: auto\nactions: [k8s:isolate-pod]"));
        PlannedResponder responder = responder(fixture);
        responder.respond("a1");
        fixture.episode = 2;
        responder.respond("a1");
        assertEquals(List.of("applied"), fixture.states("a1"));
        responder.release("a1", "ann");
        fixture.handleRequests(responder);
        responder.respond("a1");
        assertEquals(
                List.of("released"),
                fixture.states("a1"),
                "a step that was requested and released in this episode is not repeated");
    }

    @Example
    void a_full_plan_removes_the_oldest_finished_steps() {
        ResponderFixture fixture =
                new ResponderFixture(policy("mode: auto\ncap: {max: 99}\nactions: [k8s:delete-pod]"));
        PlannedResponder responder = responder(fixture);
        for (int i = 1; i <= 40; i++) {
            fixture.episode = i;
            fixture.advance(Duration.ofHours(1));
            responder.respond("a1");
        }
        assertEquals(40, inEffect.get("pod shop/cart-5f7"));
        assertEquals(Plan.MAX_STEPS, fixture.states("a1").size());
        assertEquals(40, appliedSteps.stream().distinct().count(), "step ids are unique");
    }

    /** An event in the lifecycle of an incident. */
    private enum Event {
        ALERT,
        REDELIVERY,
        RELEASE,
        REOPEN
    }

    @Property(tries = 500)
    void no_action_is_applied_twice_to_a_target(
            @ForAll @Size(max = 12) List<Event> events,
            @ForAll @Size(12) List<@IntRange(max = 3) Integer> pods,
            @ForAll @IntRange(max = 120) int crash,
            @ForAll boolean afterEffect) {
        inEffect.clear();
        appliedSteps.clear();
        ResponderFixture fixture =
                new ResponderFixture(policy("mode: auto\ncap: {max: 99}\nactions: [k8s:isolate-pod, ec2:isolate]"));
        CrashPoint crashPoint = new CrashPoint(crash, afterEffect);
        for (int i = 0; i < events.size(); i++) {
            fixture.advance(Duration.ofMinutes(10));
            AffectedTarget current = affectedTarget("cart-" + pods.get(i), id(pods.get(i) / 2));
            switch (events.get(i)) {
                case ALERT ->
                    fixture.targets =
                            fixture.targets.contains(current) ? fixture.targets : with(fixture.targets, current);
                case REDELIVERY -> {}
                case RELEASE -> responder(fixture).release("a1", "ann");
                case REOPEN -> {
                    fixture.episode++;
                    fixture.targets = List.of(current);
                }
            }
            try {
                fixture.process(handlers(crashPoint), crashPoint).respond("a1");
            } catch (CrashPoint.Crash e) {
                fixture.advance(Duration.ofMinutes(5));
                crashPoint = CrashPoint.none();
                fixture.process(handlers(crashPoint), crashPoint).respond("a1");
            }
            assertTrue(inEffect.values().stream().allMatch(times -> times == 0 || times == 1), inEffect.toString());
        }
        PlannedResponder last = responder(fixture);
        last.respond("a1");
        for (AffectedTarget target : fixture.targets) {
            String pod = "pod shop/" + target.enrichment().host().pod();
            assertTrue(
                    fixture.plan("a1").steps().stream()
                            .filter(step -> pod.equals(step.target()))
                            .map(PlanStep::state)
                            .anyMatch(Set.of(StepState.APPLIED, StepState.RELEASED, StepState.CANCELLED)::contains),
                    steps(fixture).toString());
        }
        last.release("a1", "ann");
        fixture.handleRequests(last);
        assertTrue(inEffect.values().stream().allMatch(times -> times == 0), inEffect.toString());
    }

    private static List<AffectedTarget> with(List<AffectedTarget> targets, AffectedTarget target) {
        List<AffectedTarget> extended = new ArrayList<>(targets);
        extended.add(target);
        return List.copyOf(extended);
    }
}
