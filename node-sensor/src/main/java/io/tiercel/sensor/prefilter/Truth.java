package io.tiercel.sensor.prefilter;

/** Whether a condition holds for an event of which little is known (the three values of Kleene). */
enum Truth {
    NO,
    MAYBE,
    YES;

    static Truth of(boolean holds) {
        return holds ? YES : NO;
    }

    Truth negated() {
        return switch (this) {
            case NO -> YES;
            case MAYBE -> MAYBE;
            case YES -> NO;
        };
    }

    /** What is known if the event is one of two. */
    Truth either(Truth other) {
        return this == other ? this : MAYBE;
    }
}
