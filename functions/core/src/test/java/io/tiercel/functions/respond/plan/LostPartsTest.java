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
import io.tiercel.functions.respond.action.HeldPart;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.hold.HoldRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A step crashes at any call while it begins to hold its parts. Another incident closes all parts and is released. The parts that the
 * first step holds stay closed. Then the target loses the first part. However the first step continues, its release opens the part.
 */
@Tag("unit")
class LostPartsTest {
    private static final List<String> PARTS = List.of("part/1", "part/2", "part/3");
    private static final String LOST = "part/1";
    private static final Duration TIME_LIMIT = Duration.ofHours(1);
    private static final String POLICY = """
            - policy: P
              desc: D
              match: {priority: debug}
              mode: auto
              cap: {max: 99}
              actions: [ec2:isolate]
            """;

    /** How the step continues after the target has lost the part. */
    private enum Continuation {
        CLOSES_ALL,
        NOTHING_TO_DO,
        TARGET_DELETED,
        TARGET_NOT_READABLE,
        TARGET_WITHOUT_PARTS,
        WRITES_DENIED,
        NO_OTHER_PART_CAN_BE_HELD,
        ANOTHER_PART_CANNOT_BE_HELD,
        CRASHES_AGAIN
    }

    /** Closes and opens the parts that the target has. */
    private static final class ClosedParts implements ActionHandler {
        final Set<String> attached = new TreeSet<>(PARTS);
        final Set<String> closed = new TreeSet<>();
        Continuation continuation = Continuation.CLOSES_ALL;

        @Override
        public CapturedState capture(ActionContext context) {
            if (continuation == Continuation.TARGET_NOT_READABLE) {
                throw ActionException.permanent("denied");
            }
            return new CapturedState(attached.stream().map(this::part).toList(), TargetFacts.NONE);
        }

        private CapturedPart part(String key) {
            boolean ours = continuation == Continuation.NO_OTHER_PART_CAN_BE_HELD
                    || continuation == Continuation.ANOTHER_PART_CANNOT_BE_HELD && key.equals(PARTS.getLast());
            return CapturedPart.of(key, TargetFacts.NONE).ours(ours ? key + " is closed already" : null);
        }

        @Override
        public List<String> preview(ActionContext context) {
            return List.of();
        }

        @Override
        public ActionResult apply(ActionContext context, HeldParts parts) {
            switch (continuation) {
                case NOTHING_TO_DO -> {
                    return ActionResult.skipped("closed already");
                }
                case TARGET_DELETED -> throw ActionException.notFound("deleted");
                case WRITES_DENIED -> throw ActionException.permanent("denied");
                default -> {
                    for (HeldPart part : parts.all()) {
                        parts.record(part.key(), "{}", false);
                        closed.add(part.key());
                    }
                    return ActionResult.done(List.of());
                }
            }
        }

        @Override
        public ActionResult release(ActionContext context, HeldParts parts) {
            parts.all().stream().filter(HeldPart::isLastHold).forEach(part -> closed.remove(part.key()));
            return ActionResult.done(List.of());
        }
    }

    private final ClosedParts target = new ClosedParts();
    private ResponderFixture fixture = new ResponderFixture(POLICY);

    @ParameterizedTest
    @EnumSource
    void a_person_releases_the_lost_part(Continuation continuation) {
        afterAnyCrash(POLICY, continuation, () -> {
            PlannedResponder responder = process(CrashPoint.none());
            responder.release("a1", "ann");
            fixture.handleRequests(responder);
        });
    }

    @ParameterizedTest
    @EnumSource
    void the_time_limit_releases_the_lost_part(Continuation continuation) {
        String policy = POLICY + "  time_limit: " + TIME_LIMIT.toMinutes() + "m\n";
        afterAnyCrash(policy, continuation, () -> {
            fixture.advance(TIME_LIMIT.plusMinutes(1));
            fixture.sweep(process(CrashPoint.none()));
        });
    }

    private void afterAnyCrash(String policy, Continuation continuation, Runnable release) {
        int left = 0;
        for (int calls = 0; crashes(policy, calls); calls++) {
            if (target.closed.contains(LOST)) {
                left++;
            }
            target.attached.remove(LOST);
            target.continuation = continuation;
            if (continuation == Continuation.TARGET_WITHOUT_PARTS) {
                target.attached.clear();
            }
            if (continuation == Continuation.CRASHES_AGAIN) {
                fixture.advance(HoldRegistry.LOCK_TIME.multipliedBy(2));
                crash(calls);
            }
            for (int i = 0; i < 10; i++) {
                fixture.advance(Duration.ofMinutes(5));
                process(CrashPoint.none()).respond("a1");
            }
            target.continuation = Continuation.CLOSES_ALL;
            fixture.open = false;
            release.run();
            String story = "after " + calls + " calls: " + fixture.plan("a1");
            assertEquals(Set.of(), target.closed, story);
            HoldRegistry holds = new HoldRegistry(fixture.store, InstantSource.system());
            holds.incidents(PARTS).forEach((key, incidents) -> assertEquals(List.of(), incidents, key + " " + story));
        }
        assertTrue(left >= 3, "the part stayed closed " + left + " times");
    }

    /**
     * Lets the first incident crash and the second one come and go. Returns false if the first one did not crash because it made no
     * more calls.
     */
    private boolean crashes(String policy, int calls) {
        fixture = new ResponderFixture(policy);
        target.attached.addAll(PARTS);
        target.closed.clear();
        boolean crashed = crash(calls);
        fixture.advance(HoldRegistry.LOCK_TIME.multipliedBy(2));
        PlannedResponder responder = process(CrashPoint.none());
        responder.respond("b2");
        fixture.open = false;
        responder.release("b2", "ann");
        fixture.handleRequests(responder);
        fixture.open = true;
        assertEquals(List.of("released"), fixture.states("b2"));
        return crashed;
    }

    /** Lets a process work on the first incident that ends after a number of calls to its store. Returns whether it made so many. */
    private boolean crash(int calls) {
        try {
            process(new CrashPoint(calls, true)).respond("a1");
            return false;
        } catch (CrashPoint.Crash e) {
            return true;
        }
    }

    private PlannedResponder process(CrashPoint crashPoint) {
        return fixture.process(Map.of(ActionKind.ISOLATE_INSTANCE, target), crashPoint);
    }
}
