package io.tiercel.functions.respond.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.hold.HoldRegistry;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;

/** Several incidents whose steps act on one pod, in any order, with crashes and failing calls at any point. */
@Tag("unit")
class SharedTargetsPropertyTest {
    private static final List<String> INCIDENTS = List.of("a1", "b2", "c3");
    private static final String POLICY = """
            - policy: P
              desc: D
              match: {priority: debug}
              mode: auto
              cap: {max: 99}
              time_limit: 1h
              actions: [k8s:label, k8s:isolate-pod]
            """;

    /** States in which a step changes nothing any more. */
    private static final Set<StepState> ENDED =
            Set.of(StepState.RELEASED, StepState.FAILED, StepState.SKIPPED, StepState.CANCELLED);

    /** One event. */
    sealed interface Event {
        /** A process responds to an incident, and ends after some calls. */
        record Respond(String incident, int calls, boolean afterEffect) implements Event {}

        record Release(String incident) implements Event {}

        record Wait(int seconds) implements Event {}

        record Faults(List<GuardedPod.Fault> next) implements Event {}
    }

    @Provide
    Arbitrary<Event> events() {
        Arbitrary<String> incidents = Arbitraries.of(INCIDENTS);
        Arbitrary<Integer> calls = Arbitraries.oneOf(
                Arbitraries.just(Integer.MAX_VALUE), Arbitraries.integers().between(0, 90));
        Arbitrary<Event> respond = Combinators.combine(incidents, calls, Arbitraries.of(true, false))
                .as(Event.Respond::new);
        Arbitrary<Event> release = incidents.map(Event.Release::new);
        Arbitrary<Event> wait = Arbitraries.of(1, 6, 100, 400, 4000).map(Event.Wait::new);
        Arbitrary<Event> faults = Arbitraries.of(GuardedPod.Fault.class)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8)
                .map(Event.Faults::new);
        return Arbitraries.frequencyOf(
                Tuple.of(5, respond), Tuple.of(2, release), Tuple.of(3, wait), Tuple.of(1, faults));
    }

    private final GuardedPod pod = new GuardedPod();
    private final ResponderFixture fixture = new ResponderFixture(POLICY);

    @Property(tries = 200)
    void the_pod_is_as_closed_as_the_strictest_incident_wants_and_in_the_end_as_before(
            @ForAll @Size(min = 1, max = 25) List<@From("events") Event> events) {
        SharedTargetsPropertyTest run = new SharedTargetsPropertyTest();
        run.pod.afterWrite = run::checkClosed;
        for (Event event : events) {
            run.apply(event);
            run.checkClosed();
        }
        run.settle();
    }

    private PlannedResponder process(CrashPoint crashPoint) {
        return fixture.process(pod.handlers(crashPoint), crashPoint);
    }

    private void apply(Event event) {
        switch (event) {
            case Event.Respond(String incident, int calls, boolean afterEffect) -> {
                try {
                    process(new CrashPoint(calls, afterEffect)).respond(incident);
                } catch (CrashPoint.Crash e) {
                    // Expected: the process ends here.
                }
            }
            case Event.Release(String incident) -> process(CrashPoint.none()).release(incident, "ann");
            case Event.Wait(int seconds) -> fixture.advance(Duration.ofSeconds(seconds));
            case Event.Faults(List<GuardedPod.Fault> next) -> pod.faults.addAll(next);
        }
        fixture.discardRequests();
    }

    private List<PlanStep> steps() {
        PlanStore plans = new PlanStore(fixture.store);
        return INCIDENTS.stream()
                .map(plans::plan)
                .flatMap(Optional::stream)
                .map(ResponsePlan::steps)
                .flatMap(List::stream)
                .toList();
    }

    private void checkClosed() {
        List<PlanStep> steps = steps();
        int wanted = steps.stream()
                .filter(step -> step.state() == StepState.APPLIED)
                .mapToInt(step ->
                        step.action().equals(ActionKind.ISOLATE_POD.label()) ? GuardedPod.ISOLATED : GuardedPod.LABELED)
                .max()
                .orElse(0);
        assertTrue(pod.level >= wanted, () -> "the level is " + pod.level + ": " + steps);
    }

    private void settle() {
        pod.faults.clear();
        PlannedResponder responder = process(CrashPoint.none());
        for (int i = 0; i < 3; i++) {
            fixture.advance(Duration.ofMinutes(20));
            fixture.sweep(responder);
        }
        INCIDENTS.forEach(incident -> responder.release(incident, "ann"));
        for (int i = 0; i < 4; i++) {
            fixture.advance(Duration.ofMinutes(20));
            fixture.sweep(responder);
        }
        assertEquals(0, pod.level, () -> steps().toString());
        for (PlanStep step : steps()) {
            assertTrue(ENDED.contains(step.state()), step::toString);
        }
        assertEquals(
                Map.of(GuardedPod.KEY, List.of()),
                withoutMissing(new HoldRegistry(fixture.store, Instant::now).incidents(List.of(GuardedPod.KEY))));
        for (DueKind kind : DueKind.values()) {
            assertEquals(List.of(), fixture.store.due(kind, Instant.parse("2027-01-01T00:00:00Z"), 10), kind.label());
        }
    }

    private static Map<String, List<String>> withoutMissing(Map<String, List<String>> incidents) {
        return incidents.isEmpty() ? Collections.singletonMap(GuardedPod.KEY, List.of()) : incidents;
    }
}
