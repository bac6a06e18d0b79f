package io.tiercel.functions.respond.guard;

/** Stops all responses at once. The responder checks it before each step and treats a switch that it cannot read as engaged. */
public interface KillSwitch {
    /** A switch that is never engaged, for deployments without one. */
    KillSwitch NONE = () -> false;

    /**
     * Returns whether the switch is engaged.
     *
     * @throws RuntimeException if the switch cannot be read
     */
    boolean engaged();

    /** Returns whether the switch is engaged or cannot be read. */
    default boolean engagedOrUnreadable() {
        try {
            return engaged();
        } catch (RuntimeException e) {
            return true;
        }
    }
}
