package io.tiercel.functions.respond.outside;

import io.tiercel.functions.respond.action.Captured;
import io.tiercel.functions.respond.action.Outcome;
import io.tiercel.functions.respond.action.Remedy;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.action.Work;
import java.util.List;

/**
 * {@code lambda:invoke} and {@code webhook}: hands the incident to a receiver, at most once, with the step's id by which the
 * receiver can tell.
 */
public final class CallReceiver implements Remedy {
    private final Receiver receiver;

    public CallReceiver(Receiver receiver) {
        this.receiver = receiver;
    }

    /** Who is called. */
    @FunctionalInterface
    public interface Receiver {
        /**
         * Calls once.
         *
         * @return what it answered, in a few words
         * @throws io.tiercel.functions.respond.action.ActionFailed if it has not taken it
         */
        String call(Work work);
    }

    @Override
    public Captured capture(Work work) {
        return new Captured("{}", TargetFacts.NONE);
    }

    @Override
    public List<String> preview(Work work) {
        return List.of("would be called once: " + work.target().text());
    }

    @Override
    public Outcome apply(Work work, String prior) {
        return Outcome.done(List.of(work.calls().call("call " + work.target().text(), () -> receiver.call(work))));
    }

    @Override
    public Outcome release(Work work, String prior) {
        return Outcome.skipped("a call cannot be undone");
    }
}
