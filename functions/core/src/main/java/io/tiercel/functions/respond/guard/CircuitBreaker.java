package io.tiercel.functions.respond.guard;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.util.Optional;

/**
 * Stops automatic steps after {@link #MAX_FAILURES} consecutive failures. While the circuit is open, every step requires
 * approval. The first step that succeeds closes the circuit.
 */
public final class CircuitBreaker {
    /** Number of consecutive failures that opens the circuit. */
    public static final int MAX_FAILURES = 5;

    private static final String KEY = "circuit-breaker";
    private static final int MAX_ATTEMPTS = 100;

    private final StateStore store;

    public CircuitBreaker(StateStore store) {
        this.store = store;
    }

    private record FailureCount(int failures) {}

    /** Returns whether the circuit is open, so that steps require approval. */
    public boolean open() {
        return failures(store.read(KEY)) >= MAX_FAILURES;
    }

    /** Records the result of a step. */
    public void record(boolean success) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Versioned> current = store.read(KEY);
            int failures = failures(current);
            int next = success ? 0 : Math.min(failures + 1, MAX_FAILURES);
            if (next == failures
                    || store.write(
                            KEY,
                            current.map(Versioned::version).orElse(0L),
                            Json.write(new FailureCount(next)),
                            null)) {
                return;
            }
        }
    }

    private static int failures(Optional<Versioned> current) {
        return current.map(versioned -> versioned.parse(FailureCount.class).failures())
                .orElse(0);
    }
}
