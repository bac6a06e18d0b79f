package io.tiercel.functions.respond.overlap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;

/** The real actions under several incidents, crashes, throttling, pauses and people. */
@Tag("unit")
class OverlappingIncidentsPropertyTest {
    @Provide
    Arbitrary<Scenario> scenarios() {
        return Scenarios.any();
    }

    @Provide
    Arbitrary<Scenario> alone() {
        return Scenarios.alone();
    }

    @Property(tries = 300)
    void targets_stay_closed_until_the_last_release_and_are_then_as_before(@ForAll("scenarios") Scenario scenario) {
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
            assertEquals(true, java.util.Set.of("applied", "partial").contains(step.state()), world::story);
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
