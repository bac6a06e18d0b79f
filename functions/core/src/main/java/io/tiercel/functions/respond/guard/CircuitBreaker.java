package io.tiercel.functions.respond.guard;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.policy.Confidence;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.util.Optional;

/**
 * Stops automatic steps after {@link #MAX_FAILURES} consecutive failures. While the circuit is open, every step requires
 * approval. The first step that succeeds closes the circuit. Steps of unverified senders have a circuit of their own, so that
 * forged alerts never stop the steps of verified senders.
 */
public final class CircuitBreaker {
    /** Number of consecutive failures that opens the circuit. */
    public static final int MAX_FAILURES = 5;

    private static final String KEY = "circuit-breaker";
    private static final String UNVERIFIED_KEY = KEY + "/unverified";
    private static final int MAX_ATTEMPTS = 100;

    private final StateStore store;

    public CircuitBreaker(StateStore store) {
        this.store = store;
    }

    private record FailureCount(int failures) {}

    private static String key(Confidence confidence) {
        return confidence == Confidence.UNVERIFIED_SENDER ? UNVERIFIED_KEY : KEY;
    }

    /** Returns whether the circuit for steps of this confidence is open, so that they require approval. */
    public boolean open(Confidence confidence) {
        return failures(store.read(key(confidence))) >= MAX_FAILURES;
    }

    /** Records the result of a step of this confidence. */
    public void record(Confidence confidence, boolean success) {
        String key = key(confidence);
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Versioned> current = store.read(key);
            int failures = failures(current);
            int next = success ? 0 : Math.min(failures + 1, MAX_FAILURES);
            if (next == failures
                    || store.write(
                            key,
                            current.map(Versioned::version).orElse(0L),
                            Json.write(new FailureCount(next)),
                            Schedule.NONE)) {
                return;
            }
        }
    }

    private static int failures(Optional<Versioned> current) {
        return current.map(versioned -> versioned.parse(FailureCount.class).failures())
                .orElse(0);
    }
}
