package io.tiercel.functions.respond.guard;

import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.util.Optional;

/**
 * Breaks the circuit after {@link #FAILURES} steps in a row that failed: from then on nothing is done without a person. The
 * first step that succeeds after that, which somebody must have approved, closes it.
 */
public final class CircuitBreaker {
    /** How many failures in a row are too many. */
    public static final int FAILURES = 5;

    private static final String KEY = "breaker";
    private static final int TRIES = 100;

    private final StateStore store;

    public CircuitBreaker(StateStore store) {
        this.store = store;
    }

    private record Row(int failures) {}

    /** Whether it is open, so that nothing may be done without a person. */
    public boolean open() {
        return failures(store.read(KEY)) >= FAILURES;
    }

    /** Notes how a step has ended. */
    public void note(boolean success) {
        for (int tries = 0; tries < TRIES; tries++) {
            Optional<Versioned> present = store.read(KEY);
            int failures = failures(present);
            int next = success ? 0 : Math.min(failures + 1, FAILURES);
            if (next == failures
                    || store.write(
                            KEY, present.map(Versioned::version).orElse(0L), StateJson.write(new Row(next)), null)) {
                return;
            }
        }
    }

    private static int failures(Optional<Versioned> present) {
        return present.map(versioned ->
                        StateJson.read(versioned.document(), Row.class).failures())
                .orElse(0);
    }
}
