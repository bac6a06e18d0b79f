package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.TargetFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** An action handler that reports each write. Idempotent, like every real handler. */
public final class RecordingHandler implements ActionHandler {
    /** The ids of the steps that are in force. */
    public final List<String> inForce = new ArrayList<>();

    /** What releasing a step will do. */
    public List<String> onRelease = List.of();

    private final Consumer<ActionContext> onWrite;

    /** @param onWrite called for each step that is applied for the first time */
    public RecordingHandler(Consumer<ActionContext> onWrite) {
        this.onWrite = onWrite;
    }

    /** Returns this handler for one action on each type of target, and for calls to receivers. */
    public Map<ActionKind, ActionHandler> forAllTargets() {
        return Map.of(
                ActionKind.ISOLATE_POD,
                this,
                ActionKind.CORDON_NODE,
                this,
                ActionKind.ISOLATE_INSTANCE,
                this,
                ActionKind.INVOKE_FUNCTION,
                this);
    }

    @Override
    public CapturedState capture(ActionContext context) {
        return new CapturedState(
                List.of(CapturedPart.of("target/" + context.target().name(), new TargetFacts(null, null, null))),
                new TargetFacts(Map.of(), Map.of(), "role"));
    }

    @Override
    public List<String> preview(ActionContext context) {
        return List.of("would change " + context.target().text());
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        if (!inForce.contains(context.stepId())) {
            inForce.add(context.stepId());
            onWrite.accept(context);
        }
        return ActionResult.done(List.of("changed " + context.target().text()));
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        // After a crash before the first write there is nothing to undo.
        inForce.remove(context.stepId());
        return ActionResult.done(List.of("restored " + context.target().text()));
    }

    @Override
    public List<String> previewRelease(ActionContext context, HeldParts parts) {
        return onRelease;
    }
}
