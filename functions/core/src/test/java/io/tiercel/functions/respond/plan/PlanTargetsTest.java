package io.tiercel.functions.respond.plan;

import static io.tiercel.functions.respond.plan.ResponderFixture.INSTANCE;
import static io.tiercel.functions.respond.plan.ResponderFixture.scene;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.TargetFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** One incident that is seen at several places, and one that comes back. */
class PlanTargetsTest {
    private static final String OTHER = "i-0123456789abcdef1";

    /** How often each target is acted on, less how often that is undone. */
    private final Map<String, Integer> inPlace = new TreeMap<>();

    private final List<String> done = new ArrayList<>();

    private Map<ActionKind, ActionHandler> remedies(CrashPoint fuse) {
        ActionHandler remedy = new ActionHandler() {
            @Override
            public CapturedState capture(ActionContext work) {
                return new CapturedState("{}", new TargetFacts(Map.of(), Map.of(), "role"));
            }

            @Override
            public List<String> preview(ActionContext work) {
                return List.of();
            }

            @Override
            public ActionResult apply(ActionContext work, String prior) {
                // As every real one: what is so already is not done again.
                return fuse.pass(() -> {
                    if (!done.contains(work.stepId())) {
                        done.add(work.stepId());
                        inPlace.merge(work.target().text(), 1, Integer::sum);
                    }
                    return ActionResult.done(List.of());
                });
            }

            @Override
            public ActionResult release(ActionContext work, String prior) {
                return fuse.pass(() -> {
                    if (done.remove(work.stepId())) {
                        inPlace.merge(work.target().text(), -1, Integer::sum);
                    }
                    return ActionResult.done(List.of());
                });
            }
        };
        return Map.of(
                ActionKind.ISOLATE_POD, remedy,
                ActionKind.ISOLATE_INSTANCE, remedy,
                ActionKind.DELETE_POD, remedy,
                ActionKind.INVOKE_FUNCTION, remedy);
    }

    private static String policy(String lines) {
        return "- policy: P\n  desc: D\n  match: {priority: debug}\n" + lines.indent(2);
    }

    private static List<String> steps(ResponderFixture bench) {
        return bench.plan("a1").steps().stream()
                .map(step -> step.action() + " " + step.target() + " " + step.state())
                .toList();
    }

    private PlannedResponder on(ResponderFixture bench) {
        return bench.process(remedies(CrashPoint.none()), CrashPoint.none());
    }

    @Example
    void each_pod_and_each_instance_has_its_steps_and_a_receiver_is_called_once() {
        ResponderFixture bench = new ResponderFixture(policy(
                "mode: auto\ncap: {most: 9}\nactions: [k8s:isolate-pod, ec2:isolate, lambda:invoke: {function: f}]"));
        PlannedResponder responder = on(bench);
        responder.respond("a1");
        bench.scenes = List.of(scene("cart-5f7", INSTANCE), scene("cart-9x2", INSTANCE), scene("cart-0a1", OTHER));
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
                steps(bench));
        responder.release("a1", "ann");
        bench.answerBells(responder);
        assertEquals(
                5,
                steps(bench).stream().filter(step -> step.endsWith("released")).count());
        responder.respond("a1");
        assertEquals(6, steps(bench).size(), "released, it is not done again in the same episode");
    }

    @Example
    void each_place_counts_under_the_cap() {
        ResponderFixture bench =
                new ResponderFixture(policy("mode: auto\ncap: {most: 3}\nactions: [k8s:isolate-pod, ec2:isolate]"));
        bench.scenes = IntStream.range(0, 5)
                .mapToObj(i -> scene("cart-" + i, id(i % 2)))
                .toList();
        on(bench).respond("a1");
        assertEquals(
                List.of("cart-0", "cart-1", "cart-2"),
                bench.plan("a1").steps().stream()
                        .filter(step -> step.action().equals("k8s:isolate-pod")
                                && step.state().equals("applied"))
                        .map(step -> String.valueOf(step.target()).substring("pod shop/".length()))
                        .toList());
        assertEquals(
                2,
                bench.states("a1").stream().filter("waiting"::equals).count(),
                steps(bench).toString());
    }

    @Example
    void an_exclusion_is_asked_of_the_place_that_the_step_is_for() {
        ResponderFixture bench = new ResponderFixture(
                policy("mode: auto\nactions: [k8s:isolate-pod]\nexclude: {conditions: [k8s.pod.name = cart-9x2]}"));
        bench.scenes = List.of(scene("cart-5f7", INSTANCE), scene("cart-9x2", INSTANCE));
        on(bench).respond("a1");
        assertEquals(List.of("applied", "excluded"), bench.states("a1"));
    }

    @Example
    void what_is_beyond_a_limit_is_said() {
        ResponderFixture bench = new ResponderFixture(
                policy("actions: [k8s:isolate-pod, ec2:isolate, k8s:delete-pod, " + "lambda:invoke: {function: f}]"));
        bench.scenes =
                IntStream.range(0, 10).mapToObj(i -> scene("cart-" + i, id(i))).toList();
        bench.more = true;
        on(bench).respond("a1");
        on(bench).respond("a1");
        assertEquals(31, bench.states("a1").size());
        assertTrue(bench.notes("a1").contains(PlanBuilder.MORE_PLACES), bench.notes("a1"));
        ResponderFixture full =
                new ResponderFixture(policy("actions: [k8s:isolate-pod, ec2:isolate, k8s:delete-pod, k8s:label]"));
        full.scenes = bench.scenes;
        on(full).respond("a1");
        assertEquals(Plan.MAX_STEPS, full.states("a1").size());
        assertTrue(full.notes("a1").contains(PlanBuilder.PLAN_FULL), full.notes("a1"));
    }

    private static String id(int number) {
        return "i-%017x".formatted(number);
    }

    @Example
    void an_incident_that_opens_again_is_responded_to_again_where_it_is_seen_again() {
        ResponderFixture bench = new ResponderFixture(
                policy("mode: auto\ncap: {most: 9}\nactions: [k8s:isolate-pod, lambda:invoke: {function: f}]"));
        PlannedResponder responder = on(bench);
        bench.scenes = List.of(scene("cart-5f7", INSTANCE), scene("cart-9x2", INSTANCE));
        responder.respond("a1");
        responder.release("a1", "ann");
        bench.answerBells(responder);
        assertEquals(0, inPlace.get("pod shop/cart-5f7"));

        bench.episode = 2;
        bench.scenes = List.of(scene("cart-9x2", INSTANCE));
        responder.respond("a1");
        assertEquals(0, inPlace.get("pod shop/cart-5f7"), "not seen again");
        assertEquals(1, inPlace.get("pod shop/cart-9x2"));
        assertEquals(2, inPlace.get("function f"), "called for each episode");
        responder.release("a1", "ann");
        bench.answerBells(responder);
        responder.respond("a1");
        assertEquals(0, inPlace.get("pod shop/cart-9x2"), "once released, it stays so for this episode too");
    }

    @Example
    void what_is_still_in_place_holds_for_the_next_episode() {
        ResponderFixture bench = new ResponderFixture(policy("mode: auto\nactions: [k8s:isolate-pod]"));
        PlannedResponder responder = on(bench);
        responder.respond("a1");
        bench.episode = 2;
        responder.respond("a1");
        assertEquals(List.of("applied"), bench.states("a1"));
        responder.release("a1", "ann");
        bench.answerBells(responder);
        responder.respond("a1");
        assertEquals(List.of("released"), bench.states("a1"), "it was wanted in this episode, and released in it");
    }

    @Example
    void an_incident_that_opens_again_and_again_forgets_the_oldest_steps_of_which_nothing_is_left() {
        ResponderFixture bench = new ResponderFixture(policy("mode: auto\ncap: {most: 99}\nactions: [k8s:delete-pod]"));
        PlannedResponder responder = on(bench);
        for (int i = 1; i <= 40; i++) {
            bench.episode = i;
            bench.pass(Duration.ofHours(1));
            responder.respond("a1");
        }
        assertEquals(40, inPlace.get("pod shop/cart-5f7"));
        assertEquals(Plan.MAX_STEPS, bench.states("a1").size());
        assertEquals(40, done.stream().distinct().count(), "no two steps have the same id");
    }

    /** One turn in the life of an incident. */
    private enum Turn {
        ALERT,
        AGAIN,
        RELEASE,
        REOPEN
    }

    @Property(tries = 500)
    void no_target_is_acted_on_twice(
            @ForAll @Size(max = 12) List<Turn> turns,
            @ForAll @Size(12) List<@IntRange(max = 3) Integer> pods,
            @ForAll @IntRange(max = 120) int crash,
            @ForAll boolean afterEffect) {
        inPlace.clear();
        done.clear();
        ResponderFixture bench =
                new ResponderFixture(policy("mode: auto\ncap: {most: 99}\nactions: [k8s:isolate-pod, ec2:isolate]"));
        CrashPoint fuse = new CrashPoint(crash, afterEffect);
        for (int i = 0; i < turns.size(); i++) {
            bench.pass(Duration.ofMinutes(10));
            AffectedTarget seen = scene("cart-" + pods.get(i), id(pods.get(i) / 2));
            switch (turns.get(i)) {
                case ALERT -> bench.scenes = bench.scenes.contains(seen) ? bench.scenes : with(bench.scenes, seen);
                case AGAIN -> {}
                case RELEASE -> on(bench).release("a1", "ann");
                case REOPEN -> {
                    bench.episode++;
                    bench.scenes = List.of(seen);
                }
            }
            try {
                bench.process(remedies(fuse), fuse).respond("a1");
            } catch (CrashPoint.Crash e) {
                bench.pass(Duration.ofMinutes(5));
                fuse = CrashPoint.none();
                bench.process(remedies(fuse), fuse).respond("a1");
            }
            assertTrue(inPlace.values().stream().allMatch(times -> times == 0 || times == 1), inPlace.toString());
        }
        PlannedResponder last = on(bench);
        last.respond("a1");
        for (AffectedTarget scene : bench.scenes) {
            String pod = "pod shop/" + scene.enrichment().host().pod();
            assertTrue(
                    bench.plan("a1").steps().stream()
                            .filter(step -> pod.equals(step.target()))
                            .map(PlanStep::state)
                            .anyMatch(state ->
                                    state.equals("applied") || state.equals("released") || state.equals("cancelled")),
                    steps(bench).toString());
        }
        last.release("a1", "ann");
        bench.answerBells(last);
        assertTrue(inPlace.values().stream().allMatch(times -> times == 0), inPlace.toString());
    }

    private static List<AffectedTarget> with(List<AffectedTarget> scenes, AffectedTarget scene) {
        List<AffectedTarget> more = new ArrayList<>(scenes);
        more.add(scene);
        return List.copyOf(more);
    }
}
