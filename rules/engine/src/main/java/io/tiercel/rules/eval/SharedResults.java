package io.tiercel.rules.eval;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.event.Event;

/**
 * Remembers, for one event at a time, the results of parts that several conditions share. For one thread.
 */
public final class SharedResults {
    private static final byte UNKNOWN = 0;
    private static final byte FALSE = 1;
    private static final byte TRUE = 2;

    /** Result of each part, valid if the event's number stands beside it. */
    private final byte[] results;

    private final long[] numbers;
    private long number;

    /**
     * Room for the parts of one rule set.
     *
     * @param parts number of shared parts
     */
    public SharedResults(int parts) {
        this.results = new byte[parts];
        this.numbers = new long[parts];
    }

    /** Forgets everything: to be called before the first condition of every event. */
    public void nextEvent() {
        number++;
    }

    /** Whether the condition holds for the event that {@link #nextEvent} announced. */
    public boolean holds(CheckedExpr condition, Event event) {
        return Interpreter.holds(condition, event, this);
    }

    boolean holds(CheckedExpr.Shared shared, Event event) {
        int slot = shared.slot();
        byte known = numbers[slot] == number ? results[slot] : UNKNOWN;
        if (known == UNKNOWN) {
            known = Interpreter.holds(shared.body(), event, this) ? TRUE : FALSE;
            results[slot] = known;
            numbers[slot] = number;
        }
        return known == TRUE;
    }
}
