package io.tiercel.functions.respond.action;

import java.util.function.Supplier;

/** Makes the API calls with which actions change something, and writes each call and its result to the audit log. */
public interface AuditedCalls {
    /**
     * Makes a call and returns its result.
     *
     * @param description the call and its arguments, on one line, without secrets
     * @throws ActionException if the call throws it
     */
    <T> T call(String description, Supplier<T> call);

    /** Makes a call that returns nothing. */
    default void run(String description, Runnable call) {
        call(description, () -> {
            call.run();
            return true;
        });
    }
}
