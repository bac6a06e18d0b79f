package io.tiercel.functions.notification;

import java.util.Optional;

/** Creates the signed values of buttons, so that only buttons that we sent can trigger an action. */
@FunctionalInterface
public interface ButtonSigner {
    /** Messages get no buttons. */
    ButtonSigner NO_BUTTONS = (action, incidentId, planId) -> Optional.empty();

    /**
     * Returns the value of a button; empty if the message must not have this button.
     *
     * @param planId the plan that the message shows; empty if the action does not concern a plan
     */
    Optional<String> sign(ButtonAction action, String incidentId, String planId);
}
