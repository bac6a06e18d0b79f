package io.tiercel.functions.respond.plan;

import java.util.Locale;

/** Where a step stands. */
public enum StepState {
    /** Wanted by a policy; nothing is decided. */
    PLANNED,
    /** Tried with calls that change nothing; that is all its policy allows. */
    DRY_RUN,
    /** For approval. */
    WAITING,
    /** Approved and not begun. */
    APPROVED,
    /** Begun: its target's prior state is stored, its calls are being made or were interrupted. */
    APPLYING,
    /** Done, as reading back has shown. */
    APPLIED,
    /** Done in part; the notes name the rest. */
    PARTIAL,
    /** Not done. */
    FAILED,
    /** Interrupted while a receiver was called; nobody can tell whether the call arrived, and it is not repeated. */
    UNCERTAIN,
    /** Nothing to do: no target, no access, or the target is so already. */
    SKIPPED,
    /** Its target is never touched, or it cannot be told whether it may be. */
    EXCLUDED,
    /** Nobody has approved it in time. */
    EXPIRED,
    /** Somebody has released the plan before this was done. */
    CANCELLED,
    /** To be undone, or being undone. */
    RELEASING,
    /** Undone, as reading back has shown. */
    RELEASED,
    /** Not or not wholly undone, since somebody else has changed the target; the notes name it. */
    DRIFTED;

    /** The word in JSON. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
