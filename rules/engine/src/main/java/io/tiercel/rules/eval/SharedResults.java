package io.tiercel.rules.eval;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.event.Event;

/** Caches the results of shared subexpressions for the current event. Instances are not thread-safe. */
public final class SharedResults {
    private static final byte UNKNOWN = 0;
    private static final byte FALSE = 1;
    private static final byte TRUE = 2;

    /** Result of each subexpression. It is valid if the event number at the same index is the current one. */
    private final byte[] results;

    private final long[] eventNumbers;
    private long eventNumber;

    /**
     * Creates a cache for one rule set.
     *
     * @param count number of shared subexpressions
     */
    public SharedResults(int count) {
        this.results = new byte[count];
        this.eventNumbers = new long[count];
    }

    /** Invalidates all results. Call this before the first condition of each event. */
    public void nextEvent() {
        eventNumber++;
    }

    /** Returns whether the condition is true. The event must be the same since the last {@link #nextEvent}. */
    public boolean matches(CheckedExpr condition, Event event) {
        return Interpreter.matches(condition, event, this);
    }

    boolean matches(CheckedExpr.Shared shared, Event event) {
        int slot = shared.slot();
        byte known = eventNumbers[slot] == eventNumber ? results[slot] : UNKNOWN;
        if (known == UNKNOWN) {
            known = Interpreter.matches(shared.body(), event, this) ? TRUE : FALSE;
            results[slot] = known;
            eventNumbers[slot] = eventNumber;
        }
        return known == TRUE;
    }
}
