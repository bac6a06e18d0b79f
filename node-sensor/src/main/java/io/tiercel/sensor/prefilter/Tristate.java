package io.tiercel.sensor.prefilter;

/** Whether a condition holds for an event of which little is known (the three values of Kleene). */
enum Tristate {
    NO,
    MAYBE,
    YES;

    static Tristate of(boolean holds) {
        return holds ? YES : NO;
    }

    Tristate negated() {
        return switch (this) {
            case NO -> YES;
            case MAYBE -> MAYBE;
            case YES -> NO;
        };
    }

    /** What is known if the event is one of two. */
    Tristate either(Tristate other) {
        return this == other ? this : MAYBE;
    }
}
