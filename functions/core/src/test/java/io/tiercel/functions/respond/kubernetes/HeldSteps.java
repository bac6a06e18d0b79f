package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionParameters;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.AuditedCalls;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.hold.Acquisition;
import io.tiercel.functions.respond.hold.HoldRegistry;
import io.tiercel.functions.respond.hold.Holder;
import io.tiercel.functions.respond.hold.LockedParts;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import io.tiercel.functions.respond.state.StateStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Applies and releases single steps of several incidents, which share their parts through a registry. */
public final class HeldSteps {
    private final HoldRegistry registry;
    private final Map<String, List<String>> keys = new HashMap<>();

    /** Whether releases restore what other clients have changed. */
    public boolean restoreDrift;

    public HeldSteps() {
        this(new InMemoryStateStore());
    }

    public HeldSteps(StateStore store) {
        this.registry = new HoldRegistry(store, InstantSource.system());
    }

    /** A step of an incident. */
    public record HeldStep(
            String incident, ActionHandler handler, ActionKind kind, Target target, Map<String, String> params) {
        public String id() {
            return incident + "-" + kind.label() + params;
        }
    }

    private ActionContext context(HeldStep step) {
        return new ActionContext(
                step.incident(),
                step.id(),
                step.target(),
                ActionParameters.withDefaults(step.kind(), step.params()),
                "{}",
                null,
                new AuditedCalls() {
                    @Override
                    public <T> T call(String description, Supplier<T> call) {
                        return call.get();
                    }
                },
                Deadline.after(Duration.ofMinutes(1), InstantSource.system()),
                registry::priorState,
                restoreDrift);
    }

    /**
     * Captures, holds and applies. A failed step keeps its hold, as that of a step that is tried again.
     *
     * @throws ActionException if the action fails, or if the step can hold no part
     */
    public ActionResult apply(HeldStep step) {
        ActionContext context = context(step);
        List<CapturedPart> captured = step.handler().capture(context).parts();
        LockedParts parts = switch (registry.acquire(new Holder(step.incident(), step.id(), null), captured)) {
            case Acquisition.Held held -> held.parts();
            case Acquisition.Refused refused ->
                throw ActionException.notApplicable(String.join("; ", refused.problems()));
            case Acquisition.Busy busy -> throw new AssertionError(busy.key() + " is busy");
        };
        keys.put(step.id(), parts.keys());
        try {
            ActionResult result = step.handler().apply(context, parts);
            if (result.status() == ActionResult.Status.SKIPPED) {
                parts.drop();
                keys.remove(step.id());
            } else {
                parts.keep();
            }
            return result;
        } catch (ActionException e) {
            parts.keep();
            throw e;
        }
    }

    /** Releases a step. A failed release keeps the hold. */
    public ActionResult release(HeldStep step) {
        LockedParts parts = lock(step);
        try {
            ActionResult result = step.handler().release(context(step), parts);
            boolean done =
                    result.status() == ActionResult.Status.DONE || result.status() == ActionResult.Status.SKIPPED;
            if (done) {
                parts.drop();
                keys.remove(step.id());
            } else {
                parts.drift();
            }
            return result;
        } catch (ActionException e) {
            parts.keep();
            throw e;
        }
    }

    /** Returns whether a step holds its parts. */
    boolean isHeld(HeldStep step) {
        return keys.containsKey(step.id());
    }

    List<String> previewRelease(HeldStep step) {
        return with(step, step.handler()::previewRelease);
    }

    /** Reads the parts of a step. */
    <T> T with(HeldStep step, BiFunction<ActionContext, LockedParts, T> read) {
        LockedParts parts = lock(step);
        try {
            return read.apply(context(step), parts);
        } finally {
            parts.keep();
        }
    }

    private LockedParts lock(HeldStep step) {
        return switch (registry.lock(step.id(), keys.getOrDefault(step.id(), List.of()))) {
            case Acquisition.Held held -> held.parts();
            case Acquisition.Refused refused -> throw new AssertionError(refused.problems());
            case Acquisition.Busy busy -> throw new AssertionError(busy.key() + " is busy");
        };
    }
}
