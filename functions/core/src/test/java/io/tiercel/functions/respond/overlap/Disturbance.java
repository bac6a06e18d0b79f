package io.tiercel.functions.respond.overlap;

import org.jspecify.annotations.Nullable;

/**
 * What goes wrong during a run of a process.
 *
 * @param calls how many calls succeed before it, since the last disturbance
 * @param kind what happens
 * @param other what another process does before the call of a {@link Kind#PREEMPTED} or {@link Kind#PAUSED} process; null for
 *     all other kinds
 */
record Disturbance(int calls, Kind kind, @Nullable Move other) {
    /** The kinds of disturbances. */
    enum Kind {
        /** The process ends before the call. */
        CRASHED_BEFORE,
        /** The process ends after the effect of the call. */
        CRASHED_AFTER,
        /** The call is rejected and has no effect. */
        THROTTLED,
        /** The call times out and has no effect. */
        REQUEST_LOST,
        /** The call times out and has its effect. */
        ANSWER_LOST,
        /** All calls to AWS and Kubernetes are rejected until the run ends. */
        THROTTLED_TO_THE_END,
        /** As soon as a call has opened an interface, all further calls to AWS and Kubernetes are rejected until the run ends. */
        THROTTLED_WHILE_OPEN,
        /** Another process runs before the call. */
        PREEMPTED,
        /** The process stands still for minutes before the call, until its locks have expired, and another process runs. */
        PAUSED
    }

    @Override
    public String toString() {
        return calls + ":" + kind + (other == null ? "" : "(" + other + ")");
    }
}
