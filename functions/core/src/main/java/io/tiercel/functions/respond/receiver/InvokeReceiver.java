package io.tiercel.functions.respond.receiver;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.TargetFacts;
import java.util.List;

/**
 * {@code lambda:invoke} and {@code webhook}: sends the incident to a receiver at most once. The id of the step identifies the
 * call.
 */
public final class InvokeReceiver implements ActionHandler {
    private final Receiver receiver;

    public InvokeReceiver(Receiver receiver) {
        this.receiver = receiver;
    }

    @Override
    public CapturedState capture(ActionContext context) {
        return new CapturedState(List.of(), TargetFacts.NONE);
    }

    @Override
    public List<String> preview(ActionContext context) {
        return List.of("would call " + context.target().text() + " once");
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        return ActionResult.done(
                List.of(context.calls().call("call " + context.target().text(), () -> receiver.call(context))));
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        return ActionResult.skipped("a call cannot be undone");
    }
}
