package io.tiercel.functions.notification;

import java.time.Duration;
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

    /**
     * Returns the value of a menu option that silences an incident, at most {@link #MAX_OPTION} characters; empty if the message must not
     * have this menu.
     *
     * @param scope what the message shows
     * @param duration whole hours, 1 to 255
     */
    default Optional<String> signSilence(String incidentId, SilenceScope scope, Duration duration) {
        return Optional.empty();
    }

    /** Maximum length of the value of a menu option, which Slack's oldest clients accept. */
    int MAX_OPTION = 75;
}
