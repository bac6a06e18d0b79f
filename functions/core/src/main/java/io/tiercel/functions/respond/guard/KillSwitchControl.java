package io.tiercel.functions.respond.guard;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A kill switch that operators set. A caller writes the audit log before it calls {@link #set}. All methods throw {@link
 * io.tiercel.functions.incident.StoreUnavailable} if the switch cannot be read or written.
 */
public interface KillSwitchControl {
    /**
     * The switch.
     *
     * @param on whether all responses are stopped
     * @param by the operator that set it; null if it was set in another way, or never
     * @param at when; null if {@code by} is null
     * @param reason why; null if none was given
     */
    record State(
            boolean on,
            @Nullable String by,
            @Nullable Instant at,
            @Nullable String reason) {}

    /** Returns the present state. */
    State state();

    /** Sets the switch. It takes effect before the next step of any response. */
    void set(State state);
}
