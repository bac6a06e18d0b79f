package io.tiercel.functions.notification;

/** An action that a button in a message triggers. */
public enum ButtonAction {
    APPROVE,
    RELEASE,
    ACKNOWLEDGE
}
