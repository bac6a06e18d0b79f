package io.tiercel.functions.respond.receiver;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.TargetFacts;
import java.util.List;

/**
 * {@code lambda:invoke} and {@code webhook}: hands the incident to a receiver, at most once, with the step's id by which the
 * receiver can tell.
 */
public final class InvokeReceiver implements ActionHandler {
    private final Receiver receiver;

    public InvokeReceiver(Receiver receiver) {
        this.receiver = receiver;
    }

    /** Who is called. */
    @FunctionalInterface
    public interface Receiver {
        /**
         * Calls once.
         *
         * @return what it answered, in a few words
         * @throws io.tiercel.functions.respond.action.ActionException if it has not taken it
         */
        String call(ActionContext work);
    }

    @Override
    public CapturedState capture(ActionContext work) {
        return new CapturedState("{}", TargetFacts.NONE);
    }

    @Override
    public List<String> preview(ActionContext work) {
        return List.of("would be called once: " + work.target().text());
    }

    @Override
    public ActionResult apply(ActionContext work, String prior) {
        return ActionResult.done(
                List.of(work.calls().call("call " + work.target().text(), () -> receiver.call(work))));
    }

    @Override
    public ActionResult release(ActionContext work, String prior) {
        return ActionResult.skipped("a call cannot be undone");
    }
}
