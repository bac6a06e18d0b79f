package io.tiercel.functions.respond.overlap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.action.ActionKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

/** The real actions under several incidents, crashes, throttling, pauses and people. */
@Tag("unit")
class OverlappingIncidentsPropertyTest {
    /** More than the calls that a step makes until its first write. */
    private static final int MAX_CALLS = 60;

    @Provide
    Arbitrary<Scenario> scenarios() {
        return Scenarios.any();
    }

    @Provide
    Arbitrary<Scenario> alone() {
        return Scenarios.alone();
    }

    /** The node was captured while another incident held it. Its release, before the second hold, uncordons the node. */
    @Example
    void a_state_captured_before_the_last_release_is_not_the_state_before() {
        Disturbance release = new Disturbance(12, Disturbance.Kind.PAUSED, new Move.ReleaseAtOnce(0));
        check(new Scenario(
                List.of(
                        incident(ActionKind.CORDON_NODE),
                        incident(ActionKind.ISOLATE_POD, ActionKind.LABEL_POD, ActionKind.CORDON_NODE)),
                true,
                List.of(new Move.Release(1), new Move.Sweep(List.of(release)))));
    }

    /**
     * The first incident crashes when it holds the first of three interfaces. The second one isolates all three. Its time limit passes, and
     * it leaves the first interface isolated, because the first incident holds it.
     */
    @Example
    void a_step_that_starts_again_keeps_the_hold_of_a_part_that_another_one_left_as_it_is() {
        Disturbance crash = new Disturbance(39, Disturbance.Kind.CRASHED_AFTER, null);
        Disturbance other = new Disturbance(0, Disturbance.Kind.PREEMPTED, new Move.Respond(0, List.of(crash)));
        Disturbance second = new Disturbance(0, Disturbance.Kind.PREEMPTED, new Move.Respond(2, List.of()));
        Disturbance end = new Disturbance(0, Disturbance.Kind.CRASHED_BEFORE, null);
        check(new Scenario(
                List.of(
                        incident(ActionKind.ISOLATE_INSTANCE, ActionKind.LABEL_POD),
                        incident(ActionKind.ISOLATE_POD),
                        incident(5, ActionKind.ISOLATE_INSTANCE)),
                true,
                List.of(
                        new Move.Respond(0, List.of(other)),
                        new Move.Respond(0, List.of()),
                        new Move.Respond(0, List.of()),
                        new Move.Respond(0, List.of()),
                        new Move.Wait(Duration.ofMinutes(2)),
                        new Move.Respond(0, List.of(second, end)))));
    }

    /**
     * The first incident crashes at any call, for example when it holds the first of three interfaces. The second one isolates all
     * three and is released. It leaves those isolated that the first incident holds. Then the first interface is detached.
     */
    @Example
    void a_step_that_starts_again_keeps_the_hold_of_a_part_that_the_target_has_lost() {
        for (int calls = 0; calls < MAX_CALLS; calls++) {
            check(new Scenario(
                    List.of(incident(ActionKind.ISOLATE_INSTANCE), incident(ActionKind.ISOLATE_INSTANCE)),
                    true,
                    List.of(
                            new Move.Respond(0, List.of(new Disturbance(calls, Disturbance.Kind.CRASHED_AFTER, null))),
                            new Move.Wait(Duration.ofMinutes(2)),
                            new Move.Respond(1, List.of()),
                            new Move.ReleaseAtOnce(1),
                            new Move.DetachInterface(WorldSetup.TRUNK))));
        }
    }

    private static Scenario.Incident incident(ActionKind... kinds) {
        return incident(null, kinds);
    }

    private static Scenario.Incident incident(@Nullable Integer minutes, ActionKind... kinds) {
        return new Scenario.Incident(
                List.of(0),
                true,
                minutes,
                false,
                Stream.of(kinds)
                        .map(kind -> new Scenario.Action(kind, Map.of()))
                        .toList());
    }

    @Property(tries = 300)
    void targets_stay_closed_until_the_last_release_and_are_then_as_before(@ForAll("scenarios") Scenario scenario) {
        check(scenario);
    }

    private static void check(Scenario scenario) {
        OverlapWorld world = new OverlapWorld(scenario);
        scenario.moves().forEach(world::run);
        world.settle();
        world.containment().checkSettled();
        releaseAll(world);
        world.containment().checkRestored();
    }

    @Property(tries = 100)
    void one_incident_applies_all_its_steps_and_restores_all(@ForAll("alone") Scenario scenario) {
        OverlapWorld world = new OverlapWorld(scenario);
        world.run(new Move.Respond(0, java.util.List.of()));
        world.run(new Move.Approve(0));
        world.run(new Move.Sweep(java.util.List.of()));
        for (var step : world.plan(Scenario.id(0)).orElseThrow().steps()) {
            assertEquals(
                    true, java.util.Set.of(StepState.APPLIED, StepState.PARTIAL).contains(step.state()), world::story);
        }
        releaseAll(world);
        world.containment().checkRestored();
    }

    private static void releaseAll(OverlapWorld world) {
        world.closeIncidents();
        for (int i = 0; i < world.scenario.incidents().size(); i++) {
            world.run(new Move.Release(i));
        }
        world.settle();
    }
}
