package io.tiercel.functions.respond.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.plan.SourceAnswers.RecordedWrite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;

/** Automatic steps whose process ends at any call, while the answers of the sources change. */
@Tag("unit")
class InterruptedStepPropertyTest {
    @Provide
    Arbitrary<AffectedTargetFacts> claims() {
        return SourceAnswers.claims();
    }

    @Provide
    Arbitrary<SourceAnswers> answers() {
        return SourceAnswers.any();
    }

    @Property(tries = 500)
    void no_crash_leads_to_a_write_on_an_unconfirmed_target_or_leaves_one_in_force(
            @ForAll("claims") AffectedTargetFacts claims,
            @ForAll @Size(min = 1, max = 6) List<@From("answers") SourceAnswers> answers,
            @ForAll @IntRange(max = 60) int crash,
            @ForAll boolean afterEffect) {
        ResponderFixture fixture =
                new ResponderFixture("- policy: P\n  desc: D\n  match: {priority: debug}\n  mode: auto\n"
                        + "  cap: {max: 99}\n  actions: [k8s:isolate-pod, ec2:isolate]\n");
        fixture.targets = List.of(claims.target());
        int[] lookups = {0};
        SourceAnswers[] current = {answers.getFirst()};
        fixture.lookup = (alert, stored) -> {
            current[0] = answers.get(lookups[0]++ % answers.size());
            return current[0].of(claims);
        };
        List<RecordedWrite> writes = new ArrayList<>();
        RecordingHandler handler =
                new RecordingHandler(context -> writes.add(new RecordedWrite(context.target(), current[0], false)));
        CrashPoint crashPoint = new CrashPoint(crash, afterEffect);
        try {
            fixture.process(crashing(handler, crashPoint), crashPoint).respond("a1");
        } catch (CrashPoint.Crash e) {
            // Expected: the process ends here.
        }
        fixture.advance(Duration.ofMinutes(5));
        PlannedResponder next = fixture.process(handler.forAllTargets(), CrashPoint.none());
        next.respond("a1");
        SourceAnswers.settle(fixture, next);

        for (RecordedWrite write : writes) {
            assertTrue(write.confirmation(write.answers().of(claims)).confirmed(), write + " of an unconfirmed target");
        }
        assertEquals(
                fixture.states("a1").stream().filter("applied"::equals).count(),
                handler.inForce.size(),
                () -> fixture.plan("a1").toString());
    }

    /** Ends the process at the crash point before or after the effect of a write. */
    private static Map<ActionKind, ActionHandler> crashing(RecordingHandler handler, CrashPoint crashPoint) {
        Map<ActionKind, ActionHandler> handlers = new EnumMap<>(ActionKind.class);
        handler.forAllTargets()
                .keySet()
                .forEach(kind -> handlers.put(kind, new ActionHandler() {
                    @Override
                    public CapturedState capture(ActionContext context) {
                        return handler.capture(context);
                    }

                    @Override
                    public List<String> preview(ActionContext context) {
                        return handler.preview(context);
                    }

                    @Override
                    public ActionResult apply(ActionContext context, HeldParts parts) {
                        return crashPoint.call(() -> handler.apply(context, parts));
                    }

                    @Override
                    public ActionResult release(ActionContext context, HeldParts parts) {
                        return crashPoint.call(() -> handler.release(context, parts));
                    }
                }));
        return handlers;
    }
}
