package io.tiercel.functions.respond.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.guard.CircuitBreaker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Caps and circuit breaker count what actions really did. */
@Tag("unit")
class RealOutcomesTest {
    private static final String POLICY = """
            - policy: P
              desc: D
              match: {priority: debug}
              mode: auto
              cap: {max: 1}
              actions: [ec2:isolate]
            """;

    private final ResponderFixture fixture = new ResponderFixture(POLICY);

    /** An action with the given results. */
    private record Scripted(Supplier<CapturedState> captured, Supplier<ActionResult> result) implements ActionHandler {
        @Override
        public CapturedState capture(ActionContext context) {
            return captured.get();
        }

        @Override
        public List<String> preview(ActionContext context) {
            return List.of();
        }

        @Override
        public ActionResult apply(ActionContext context, HeldParts parts) {
            return result.get();
        }

        @Override
        public ActionResult release(ActionContext context, HeldParts parts) {
            return ActionResult.done(List.of());
        }
    }

    private static CapturedState state() {
        return state("target/1");
    }

    private static CapturedState state(String part) {
        return CapturedState.of(CapturedPart.of(part, TargetFacts.NONE), TargetFacts.ofTags(Map.of("team", "shop")));
    }

    private String respond(String incident, Supplier<CapturedState> captured, Supplier<ActionResult> result) {
        fixture.process(Map.of(ActionKind.ISOLATE_INSTANCE, new Scripted(captured, result)), CrashPoint.none())
                .respond(incident);
        return fixture.states(incident).getFirst();
    }

    private static ActionException failure(ActionException.Kind kind) {
        return switch (kind) {
            case PERMANENT -> ActionException.permanent("denied");
            case RETRYABLE -> ActionException.retryable("throttled", null);
            case NOT_FOUND -> ActionException.notFound("deleted");
            case NOT_APPLICABLE -> ActionException.notApplicable("garbage");
            case UNREADABLE -> ActionException.unreadable("garbage", new IllegalArgumentException());
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_FOUND", "NOT_APPLICABLE", "UNREADABLE"})
    void what_a_target_causes_neither_opens_the_circuit_nor_uses_up_the_cap(ActionException.Kind kind) {
        for (int i = 0; i < 2 * CircuitBreaker.MAX_FAILURES; i++) {
            respond(
                    "capture-" + i,
                    () -> {
                        throw failure(kind);
                    },
                    () -> ActionResult.done(List.of()));
            assertEquals("skipped", respond("apply-" + i, RealOutcomesTest::state, () -> {
                throw failure(kind);
            }));
        }
        assertEquals("applied", respond("real", RealOutcomesTest::state, () -> ActionResult.done(List.of())));
        fixture.targets = List.of(ResponderFixture.affectedTarget("pay-1", "i-0fedcba9876543210"));
        assertEquals(
                "waiting",
                respond("next", () -> state("target/2"), () -> ActionResult.done(List.of())),
                "the cap counts the one that did something");
    }

    /** Each step takes snapshots, whether or not the instance is held already. */
    @Test
    void the_incidents_of_one_instance_preserve_it_as_often_as_the_cap_permits() {
        ResponderFixture preserving = new ResponderFixture(
                POLICY.replace("ec2:isolate", "ec2:preserve").replace("max: 1", "max: 2"));
        AtomicInteger snapshots = new AtomicInteger();
        PlannedResponder responder = preserving.process(
                Map.of(ActionKind.PRESERVE_INSTANCE, new Scripted(RealOutcomesTest::state, () -> {
                    snapshots.incrementAndGet();
                    return ActionResult.done(List.of());
                })),
                CrashPoint.none());
        for (int i = 0; i < 10; i++) {
            responder.respond("noise" + i);
        }
        assertEquals(2, snapshots.get());
        preserving.targets = List.of(ResponderFixture.affectedTarget("pay-1", "i-0fedcba9876543210"));
        responder.respond("genuine");
        assertEquals(List.of("applied"), preserving.states("genuine"), preserving.notes("genuine"));
    }

    @Test
    void a_step_that_had_nothing_to_do_uses_up_no_cap_and_holds_nothing() {
        for (int i = 0; i < 3; i++) {
            assertEquals(
                    "skipped", respond("a" + i, RealOutcomesTest::state, () -> ActionResult.skipped("nothing to do")));
        }
        assertEquals("applied", respond("b", RealOutcomesTest::state, () -> ActionResult.done(List.of())));
    }

    @Test
    void a_target_with_something_of_ours_stops_the_step_and_uses_up_no_cap() {
        Supplier<CapturedState> ours = () -> CapturedState.of(
                CapturedPart.of("target/1", TargetFacts.NONE).ours("it is in quarantine already"),
                TargetFacts.ofTags(Map.of()));
        assertEquals("planned", respond("a", ours, () -> ActionResult.done(List.of())), "it may be released by now");
        fixture.advance(Duration.ofSeconds(10));
        assertEquals("failed", respond("a", ours, () -> ActionResult.done(List.of())));
        assertTrue(fixture.notes("a").contains("it is in quarantine already"), fixture.notes("a"));
        assertEquals("applied", respond("b", RealOutcomesTest::state, () -> ActionResult.done(List.of())));
    }

    @Test
    void calls_that_an_api_denies_open_the_circuit() {
        fixture.setPolicies(POLICY.replace("max: 1", "max: 99"));
        for (int i = 0; i < CircuitBreaker.MAX_FAILURES; i++) {
            assertEquals("failed", respond("a" + i, RealOutcomesTest::state, () -> {
                throw failure(ActionException.Kind.PERMANENT);
            }));
        }
        assertEquals("waiting", respond("b", RealOutcomesTest::state, () -> ActionResult.done(List.of())));
    }

    @Test
    void a_second_incident_holds_a_target_that_needs_no_change() {
        fixture.setPolicies(POLICY.replace("max: 1", "max: 99"));
        assertEquals("applied", respond("a", RealOutcomesTest::state, () -> ActionResult.done(List.of())));
        assertEquals(
                "applied", respond("b", RealOutcomesTest::state, () -> ActionResult.skipped("it is closed already")));
        assertTrue(fixture.notes("b").contains("already isolated by incident a, held by 2"), fixture.notes("b"));
        assertTrue(fixture.notes("a").contains("also held by incident b"), fixture.notes("a"));
        PlannedResponder responder = fixture.process(
                Map.of(
                        ActionKind.ISOLATE_INSTANCE,
                        new Scripted(RealOutcomesTest::state, () -> ActionResult.done(List.of()))),
                CrashPoint.none());
        responder.release("a", "ann");
        fixture.handleRequests(responder);
        assertTrue(fixture.notes("a").contains("still held by incident b"), fixture.notes("a"));
        responder.release("b", "ann");
        fixture.handleRequests(responder);
        assertEquals(List.of("released"), fixture.states("b"));
    }
}
