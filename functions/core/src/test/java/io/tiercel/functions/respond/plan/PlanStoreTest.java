package io.tiercel.functions.respond.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.hold.Acquisition;
import io.tiercel.functions.respond.hold.HoldRegistry;
import io.tiercel.functions.respond.hold.Holder;
import io.tiercel.functions.respond.plan.PlanStore.PlanConflict;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Plans with one document for each step. */
@Tag("unit")
class PlanStoreTest {
    private static final Instant FAR = Instant.parse("2027-01-01T00:00:00Z");
    private static final String POLICY = """
            - policy: P
              desc: D
              match: {priority: debug}
              mode: auto
              cap: {max: 99}
              actions: [k8s:isolate-pod, ec2:isolate, k8s:cordon, notify]
            """;

    private final ResponderFixture fixture = new ResponderFixture(POLICY);
    private final RecordingHandler handler = new RecordingHandler(context -> {});

    private PlannedResponder process(CrashPoint crashPoint) {
        return fixture.process(handler.forAllTargets(), crashPoint);
    }

    @Property(tries = 300)
    void a_crash_between_any_two_documents_is_recovered(
            @ForAll @IntRange(max = 90) int first,
            @ForAll @IntRange(max = 90) int second,
            @ForAll boolean afterEffect,
            @ForAll boolean closes) {
        PlanStoreTest run = new PlanStoreTest();
        run.crashAt(first, afterEffect);
        run.crashAt(second, !afterEffect);
        run.fixture.open = !closes;
        PlannedResponder responder = run.process(CrashPoint.none());
        responder.respond("a1");
        for (int i = 0; i < 5; i++) {
            run.fixture.advance(Duration.ofMinutes(5));
            run.fixture.sweep(responder);
        }
        Set<StepState> states = closes ? Set.of(StepState.APPLIED, StepState.SKIPPED) : Set.of(StepState.APPLIED);
        PlanStore plans = new PlanStore(run.fixture.store);
        plans.plan("a1")
                .ifPresent(plan ->
                        plan.steps().forEach(step -> assertTrue(states.contains(step.state()), plan.toString())));
        for (DueKind kind : DueKind.values()) {
            assertEquals(List.of(), run.fixture.store.due(kind, FAR, 10), "a document that no plan has");
        }
    }

    private void crashAt(int calls, boolean afterEffect) {
        try {
            process(new CrashPoint(calls, afterEffect)).respond("a1");
        } catch (CrashPoint.Crash e) {
            // Expected: the process ends here.
        }
        fixture.advance(Duration.ofMinutes(5));
    }

    @Test
    void of_two_processes_one_adds_steps() {
        PlanStore plans = new PlanStore(fixture.store);
        PlanStore.StoredPlan before = plans.read("a1");
        process(CrashPoint.none()).respond("a1");
        Plan stored = plans.read("a1").plan();
        assertEquals(4, stored.steps().size());
        assertThrows(PlanConflict.class, () -> plans.write(before, stored));
        assertEquals(stored, plans.read("a1").plan());
    }

    @Test
    void the_longest_texts_of_a_step_fit_into_a_document() {
        StateStore store = fixture.store;
        String longest = "\ud83d\ude00\"\\".repeat(1000);
        RecordingHandler verbose = new RecordingHandler(context -> {});
        verbose.onRelease = List.copyOf(Collections.nCopies(1000, longest));
        process(CrashPoint.none()).respond("a1");
        Step step = new PlanStore(store).read("a1").plan().steps().getFirst();
        for (int i = 0; i < 2 * StepProgress.MAX_NOTES; i++) {
            step = step.withNotes(List.of(i + longest));
        }
        String document = Json.write(step.withOnRelease(verbose.onRelease));
        assertTrue(document.length() < StateStore.MAX_CHARACTERS / 2, () -> "" + document.length());
    }

    @Test
    void a_step_waits_while_another_process_works_on_its_target() {
        HoldRegistry holds = new HoldRegistry(fixture.store, () -> Instant.parse("2026-01-01T00:00:00Z"));
        Acquisition.Held other = assertInstanceOf(
                Acquisition.Held.class,
                holds.acquire(
                        new Holder("b1", "b1-0", null),
                        List.of(new CapturedPart("target/shop/cart-5f7", "{}", "{}", null))));
        PlannedResponder responder = process(CrashPoint.none());
        responder.respond("a1");
        assertEquals(List.of("planned", "applied", "applied", "applied"), fixture.states("a1"));
        assertTrue(fixture.notes("a1").contains(StepExecutor.BUSY), fixture.notes("a1"));
        other.parts().keep();
        fixture.advance(StepExecutor.BUSY_DELAY);
        fixture.sweep(responder);
        assertEquals("applied", fixture.states("a1").getFirst());
        assertTrue(fixture.notes("a1").contains("already isolated by incident b1, held by 2"), fixture.notes("a1"));
    }

    @Test
    void only_a_person_releases_a_target_that_more_incidents_wanted_than_can_be_counted() {
        PlannedResponder responder = process(CrashPoint.none());
        fixture.setPolicies(POLICY.replace("cap:", "time_limit: 1h\n  cap:")
                .replace("[k8s:isolate-pod, ec2:isolate, k8s:cordon, notify]", "[k8s:isolate-pod]"));
        responder.respond("a1");
        String key = "hold/target/shop/cart-5f7";
        StateStore.Versioned hold = fixture.store.read(key).orElseThrow();
        fixture.store.write(
                key, hold.version(), hold.document().replace("\"full\":false", "\"full\":true"), Schedule.NONE);
        fixture.advance(Duration.ofHours(2));
        fixture.sweep(responder);
        assertEquals(List.of("drifted"), fixture.states("a1"));
        assertTrue(fixture.notes("a1").contains("not released automatically"), fixture.notes("a1"));
        assertEquals(1, handler.inForce.size());
        responder.release("a1", "ann");
        fixture.handleRequests(responder);
        assertEquals(List.of("released"), fixture.states("a1"));
        assertEquals(List.of(), handler.inForce);
    }

    @Test
    void releases_are_requested_before_retries() {
        fixture.store.write("step/retry/0", 0, "{}", Schedule.of(DueKind.RETRY, Instant.EPOCH));
        fixture.store.write("step/release/0", 0, "{}", Schedule.of(DueKind.RELEASE, Instant.EPOCH.plusSeconds(1)));
        fixture.store.write("commands/command", 0, "{}", Schedule.of(DueKind.RELEASE, Instant.EPOCH.plusSeconds(2)));
        process(CrashPoint.none()).sweep();
        assertEquals(List.of("release", "command", "retry"), fixture.requests());
    }
}
