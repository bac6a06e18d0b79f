package io.tiercel.functions.respond.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Steps that hang, fail or end their process do not keep others from running. */
@Tag("unit")
class StepDeadlinesTest {
    private static final String ISOLATE_AND_CORDON = """
            - policy: P
              desc: D
              match: {priority: debug}
              mode: auto
              cap: {max: 99}
              actions: [k8s:cordon, ec2:isolate]
            """;

    private final List<String> applied = new ArrayList<>();
    private final RecordingHandler recording =
            new RecordingHandler(context -> applied.add(context.target().text()));
    private final ResponderFixture fixture = new ResponderFixture(ISOLATE_AND_CORDON);

    /** Returns handlers of which {@code ec2:isolate} does something else first. */
    private Map<ActionKind, ActionHandler> isolating(Consumer<ActionContext> first) {
        Map<ActionKind, ActionHandler> handlers = new EnumMap<>(recording.forAllTargets());
        handlers.put(ActionKind.ISOLATE_INSTANCE, new ActionHandler() {
            @Override
            public CapturedState capture(ActionContext context) {
                return recording.capture(context);
            }

            @Override
            public List<String> preview(ActionContext context) {
                return recording.preview(context);
            }

            @Override
            public ActionResult apply(ActionContext context, HeldParts parts) {
                first.accept(context);
                return recording.apply(context, parts);
            }

            @Override
            public ActionResult release(ActionContext context, HeldParts parts) {
                first.accept(context);
                return recording.release(context, parts);
            }
        });
        return handlers;
    }

    private PlannedResponder process(Consumer<ActionContext> first) {
        return fixture.process(isolating(first), CrashPoint.none());
    }

    private String state(String action) {
        return fixture.plan("a1").steps().stream()
                .filter(step -> step.action().equals(action))
                .findFirst()
                .orElseThrow()
                .state()
                .label();
    }

    @Test
    void steps_run_by_urgency_and_not_in_the_order_of_the_policy() {
        process(context -> {}).respond("a1");
        assertEquals(List.of("instance " + ResponderFixture.INSTANCE, "node node-7"), applied);
    }

    @Test
    void a_step_that_hangs_until_its_deadline_fails_by_itself_and_others_run() {
        PlannedResponder responder = process(context -> {
            assertEquals(RunLimits.STEP, context.deadline().remaining());
            fixture.advance(RunLimits.STEP);
            context.deadline().check();
        });
        responder.respond("a1");
        assertEquals("applying", state("ec2:isolate"));
        assertEquals("applied", state("k8s:cordon"));
        for (int i = 0; i < StepExecutor.MAX_ATTEMPTS; i++) {
            fixture.advance(Duration.ofMinutes(5));
            fixture.sweep(responder);
        }
        assertEquals("failed", state("ec2:isolate"));
        assertTrue(fixture.notes("a1").contains("exceeded its time"), fixture.notes("a1"));
    }

    @Test
    void no_call_is_made_after_the_deadline() {
        List<String> calls = new ArrayList<>();
        PlannedResponder responder = process(context -> {
            fixture.advance(RunLimits.STEP);
            context.calls().run("call", () -> calls.add("call"));
        });
        responder.respond("a1");
        assertEquals(List.of(), calls);
        assertEquals("applying", state("ec2:isolate"));
    }

    @Test
    void a_step_whose_process_ends_every_time_fails_by_itself_and_others_run() {
        PlannedResponder dying = process(context -> {
            throw new CrashPoint.Crash();
        });
        int crashes = 0;
        for (int run = 0; run < 10; run++) {
            try {
                dying.respond("a1");
            } catch (CrashPoint.Crash e) {
                crashes++;
            }
            fixture.advance(Duration.ofMinutes(5));
            if (crashes == 3) {
                assertEquals("applied", state("k8s:cordon"), "a step that was interrupted twice comes last");
            }
        }
        assertEquals(StepExecutor.MAX_ATTEMPTS, crashes);
        assertEquals("failed", state("ec2:isolate"));
        PlannedResponder working = process(context -> {});
        working.release("a1", "ann");
        fixture.handleRequests(working);
        assertEquals("released", state("ec2:isolate"), "its writes may have happened");
    }

    @Test
    void a_process_that_ends_while_it_reads_the_target_counts_too() {
        Map<ActionKind, ActionHandler> handlers = new EnumMap<>(recording.forAllTargets());
        int[] captures = {0};
        handlers.put(ActionKind.ISOLATE_INSTANCE, new ActionHandler() {
            @Override
            public CapturedState capture(ActionContext context) {
                captures[0]++;
                throw new CrashPoint.Crash();
            }

            @Override
            public List<String> preview(ActionContext context) {
                return List.of();
            }

            @Override
            public ActionResult apply(ActionContext context, HeldParts parts) {
                throw new IllegalStateException("not captured");
            }

            @Override
            public ActionResult release(ActionContext context, HeldParts parts) {
                throw new IllegalStateException("not captured");
            }
        });
        PlannedResponder dying = fixture.process(handlers, CrashPoint.none());
        for (int run = 0; run < 10; run++) {
            try {
                dying.respond("a1");
            } catch (CrashPoint.Crash e) {
                // Expected: the process ends here.
            }
            fixture.advance(Duration.ofMinutes(5));
        }
        assertEquals(StepExecutor.MAX_ATTEMPTS, captures[0]);
        assertEquals("failed", state("ec2:isolate"));
        assertEquals("applied", state("k8s:cordon"));
    }

    @Test
    void an_unexpected_exception_fails_its_step_only_and_is_reported() {
        PlannedResponder responder = process(context -> {
            throw new IllegalArgumentException("secret text of the target");
        });
        assertThrows(IllegalArgumentException.class, () -> responder.respond("a1"));
        assertEquals("applied", state("k8s:cordon"));
        assertTrue(fixture.notes("a1").contains("internal error: IllegalArgumentException"), fixture.notes("a1"));
        assertFalse(fixture.notes("a1").contains("secret"), fixture.notes("a1"));
        for (int i = 0; i < StepExecutor.MAX_ATTEMPTS; i++) {
            fixture.advance(Duration.ofMinutes(5));
            try {
                responder.respond("a1");
            } catch (IllegalArgumentException e) {
                // Expected until the step has failed.
            }
        }
        assertEquals("failed", state("ec2:isolate"));
        responder.respond("a1");
    }

    @Test
    void a_run_without_time_for_another_step_requests_another_run() {
        fixture.limits = new RunLimits(Duration.ofSeconds(30), Duration.ofSeconds(35));
        PlannedResponder responder = process(context -> fixture.advance(Duration.ofSeconds(29)));
        responder.respond("a1");
        assertEquals("applied", state("ec2:isolate"));
        assertEquals("planned", state("k8s:cordon"));
        fixture.handleRequests(responder);
        assertEquals("applied", state("k8s:cordon"));
    }

    @Test
    void a_throttled_release_is_repeated_without_end() {
        boolean[] throttled = {false};
        PlannedResponder responder = process(context -> {
            if (throttled[0]) {
                throw ActionException.retryable("throttled", null);
            }
        });
        responder.respond("a1");
        throttled[0] = true;
        responder.release("a1", "ann");
        fixture.handleRequests(responder);
        for (int i = 0; i < 200; i++) {
            fixture.advance(Duration.ofMinutes(1));
            fixture.sweep(responder);
        }
        assertEquals("releasing", state("ec2:isolate"));
        throttled[0] = false;
        fixture.advance(Duration.ofMinutes(15));
        fixture.sweep(responder);
        assertEquals("released", state("ec2:isolate"));
    }

    @Test
    void a_policy_chooses_whether_a_release_restores_what_others_changed() {
        List<Boolean> restores = new ArrayList<>();
        PlannedResponder responder = process(context -> restores.add(context.restoreDrift()));
        responder.respond("a1");
        fixture.setPolicies(ISOLATE_AND_CORDON.replace("mode: auto", "mode: auto\n  on_drift: restore"));
        responder.respond("b1");
        assertEquals(List.of(false, true), restores);
    }

    @Test
    void a_call_that_is_requested_again_and_again_ends_and_asks_for_another() {
        PlannedResponder responder = process(_ -> {});
        PlannedResponder other = process(_ -> {});
        responder.respond("a1");
        List<String> runs = new ArrayList<>();
        fixture.onRun = () -> {
            runs.add("a1");
            other.respond("a1");
        };
        responder.respond("a1");
        int served = runs.size();
        assertTrue(served < 100, () -> "served " + served);
        fixture.onRun = () -> runs.add("a1");
        fixture.handleRequests(responder);
        assertEquals(served + 1, runs.size(), "the last request is not lost");
    }
}
