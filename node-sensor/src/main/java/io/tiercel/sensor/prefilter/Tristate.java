package io.tiercel.sensor.prefilter;

/** Three-valued logic (Kleene) for conditions on events that are only partly known. */
enum Tristate {
    FALSE,
    UNKNOWN,
    TRUE;

    static Tristate of(boolean holds) {
        return holds ? TRUE : FALSE;
    }

    Tristate negated() {
        return switch (this) {
            case FALSE -> TRUE;
            case UNKNOWN -> UNKNOWN;
            case TRUE -> FALSE;
        };
    }

    /** Returns the common value, or {@link #UNKNOWN} if the values differ. */
    Tristate merge(Tristate other) {
        return this == other ? this : UNKNOWN;
    }
}
