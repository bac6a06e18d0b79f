package io.tiercel.functions.respond.action;

import java.util.function.Supplier;

/** Makes the writing calls of actions, each of which is put on record with what came of it. */
public interface AuditedCalls {
    /**
     * Makes a call.
     *
     * @param what the call and its arguments, in a line, without secrets
     * @throws ActionException as the call does
     */
    <T> T call(String what, Supplier<T> call);

    /** Makes a call without an answer. */
    default void run(String what, Runnable call) {
        call(what, () -> {
            call.run();
            return true;
        });
    }
}
