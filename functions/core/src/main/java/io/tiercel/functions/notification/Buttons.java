package io.tiercel.functions.notification;

import java.util.Optional;

/** Makes the values of buttons: what pressing one asks for, signed so that nobody else can ask for it. */
@FunctionalInterface
public interface Buttons {
    /** No buttons. */
    Buttons NONE = (wish, incidentId, planId) -> Optional.empty();

    /** What a button asks for. */
    enum Wish {
        APPROVE,
        RELEASE,
        ACKNOWLEDGE
    }

    /**
     * The value of a button; empty if the channel shall not have it.
     *
     * @param planId the plan that is shown; empty if the wish is not about one
     */
    Optional<String> value(Wish wish, String incidentId, String planId);
}
