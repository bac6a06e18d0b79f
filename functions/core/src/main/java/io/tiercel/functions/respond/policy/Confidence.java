package io.tiercel.functions.respond.policy;

import java.util.Locale;

/**
 * How far the source of a request is confirmed, from the least to the most. A request never covers, replaces or crowds out one
 * with more confidence. Whether a step may run is not decided here, but when it is about to run.
 */
public enum Confidence {
    /** The sender of the alert is not verified, or the alert names another host, pod or instance than its sender's. It may be forged. */
    UNVERIFIED_SENDER,
    /** The sender is verified, and the target is not confirmed. */
    UNCONFIRMED_TARGET,
    /** The sender is verified, and so is the target of the action, if it has one. */
    CONFIRMED;

    /** Returns the name in audit entries, for example {@code unverified-sender}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
