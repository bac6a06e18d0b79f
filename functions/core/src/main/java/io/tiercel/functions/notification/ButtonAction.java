package io.tiercel.functions.notification;

/** An action that a button in a message triggers. */
public enum ButtonAction {
    APPROVE,
    RELEASE,
    ACKNOWLEDGE,
    /** Ends a silence; the button has its id in place of a plan. */
    END_SILENCE
}
