package io.tiercel.functions.respond;

import java.util.Locale;

/** The state of a step. */
public enum StepState {
    /** A policy requests the step; the responder has not decided yet. */
    PLANNED,
    /** Tested with calls that change nothing. The mode of the policy allows no more. */
    DRY_RUN,
    /** Waiting for approval. */
    WAITING,
    /** Approved and not started. */
    APPROVED,
    /** Started: the prior state is stored. The calls are in progress or were interrupted. */
    APPLYING,
    /** Done, confirmed by reading the target back. */
    APPLIED,
    /** Partly done. The notes name the parts that failed. */
    PARTIAL,
    /** Failed. */
    FAILED,
    /** Interrupted during a call to a receiver. The receiver may have got the call, and it is not repeated. */
    UNCERTAIN,
    /** Nothing to do: no target, no access, or the target already is in the desired state. */
    SKIPPED,
    /** A policy excludes the target, or the exclusions cannot be evaluated. */
    EXCLUDED,
    /** The step was not approved in time. */
    EXPIRED,
    /** The plan was released before the step started. */
    CANCELLED,
    /** The step is to be undone or is being undone. */
    RELEASING,
    /** Undone, confirmed by reading the target back. */
    RELEASED,
    /** Not completely undone, because another client changed the target. The notes name the parts. */
    DRIFTED;

    /** Returns the name in JSON. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
