package io.tiercel.functions.respond.plan;

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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A pod in memory that actions close more or less: two kinds of actions change the same part. A level of 0 is open. Calls can fail
 * before or after their effect.
 */
final class GuardedPod {
    static final String KEY = "pod/uid-of-cart-5f7/labels";
    static final int ISOLATED = 3;
    static final int LABELED = 1;

    /** How closed the pod is. */
    int level;

    /** All levels that were written, the oldest first. */
    final List<Integer> writes = new ArrayList<>();

    /** The failures of the next calls. A call without one succeeds. */
    final Deque<Fault> faults = new ArrayDeque<>();

    /** Checks the level after each write. */
    Runnable afterWrite = () -> {};

    /** A failure of one call. */
    enum Fault {
        NONE,
        THROTTLED,
        TIMED_OUT_AFTER_EFFECT
    }

    /** A stored state of the part. */
    record Level(int level) {}

    /** Returns the handlers of a process that ends at a crash point. */
    Map<ActionKind, ActionHandler> handlers(CrashPoint crashPoint) {
        Map<ActionKind, ActionHandler> handlers = new EnumMap<>(ActionKind.class);
        handlers.put(ActionKind.ISOLATE_POD, new Handler(ISOLATED, crashPoint));
        handlers.put(ActionKind.LABEL_POD, new Handler(LABELED, crashPoint));
        return handlers;
    }

    private <T> T call(CrashPoint crashPoint, Supplier<T> call) {
        Fault fault = faults.poll();
        if (fault == Fault.THROTTLED) {
            throw ActionException.retryable("throttled", null);
        }
        T result = crashPoint.call(call);
        if (fault == Fault.TIMED_OUT_AFTER_EFFECT) {
            throw ActionException.retryable("timed out", null);
        }
        return result;
    }

    private final class Handler implements ActionHandler {
        private final int request;
        private final CrashPoint crashPoint;

        Handler(int request, CrashPoint crashPoint) {
            this.request = request;
            this.crashPoint = crashPoint;
        }

        @Override
        public CapturedState capture(ActionContext context) {
            int found = call(crashPoint, () -> level);
            String ours = found == 0 ? null : "the pod is already closed";
            return CapturedState.of(
                    CapturedPart.of(KEY, new Level(found), new Level(request)).ours(ours),
                    TargetFacts.ofLabels(Map.of()));
        }

        @Override
        public List<String> preview(ActionContext context) {
            return List.of();
        }

        @Override
        public ActionResult apply(ActionContext context, HeldParts parts) {
            HeldPart part = parts.only();
            write(context, parts, strictest(part, part.request(Level.class)));
            return ActionResult.done(List.of());
        }

        @Override
        public ActionResult release(ActionContext context, HeldParts parts) {
            HeldPart part = parts.only();
            int target = strictest(part, null);
            if (part.isLastHold()) {
                target = part.prior(Level.class).level();
            }
            write(context, parts, target);
            return ActionResult.done(List.of());
        }

        private static int strictest(HeldPart part, @Nullable Level own) {
            return Math.max(
                    own == null ? 0 : own.level(),
                    part.otherRequests(Level.class).stream()
                            .mapToInt(Level::level)
                            .max()
                            .orElse(0));
        }

        private void write(ActionContext context, HeldParts parts, int target) {
            if (call(crashPoint, () -> level) != target) {
                parts.record(KEY, String.valueOf(target), false);
                context.calls().run("set the level to " + target, () -> call(crashPoint, () -> set(target)));
            }
        }
    }

    private int set(int target) {
        level = target;
        writes.add(target);
        afterWrite.run();
        return target;
    }
}
