package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.state.StateStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Ends a process in the middle: at a certain call, before or after its effect; no later call of the same process has any. */
public final class CrashPoint {
    /** How a process ends; nothing in the product catches it. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final int callsLeft;
    private final boolean afterEffect;
    private int calls;
    private boolean blown;

    /** @param callsLeft how many calls succeed; then one has its effect or not, and that is the end */
    public CrashPoint(int callsLeft, boolean afterEffect) {
        this.callsLeft = callsLeft;
        this.afterEffect = afterEffect;
    }

    /** A process that lives. */
    public static CrashPoint none() {
        return new CrashPoint(Integer.MAX_VALUE, false);
    }

    public synchronized <T> T pass(Supplier<T> call) {
        if (blown) {
            throw new Crash();
        }
        boolean last = calls++ == callsLeft;
        if (last) {
            blown = true;
            if (afterEffect) {
                var _ = call.get();
            }
            throw new Crash();
        }
        return call.get();
    }

    /** How many calls there were. */
    public int calls() {
        return calls;
    }

    /** The same store, for a process that ends with this. */
    public StateStore around(StateStore store) {
        return new StateStore() {
            @Override
            public Optional<Versioned> read(String key) {
                return pass(() -> store.read(key));
            }

            @Override
            public boolean write(String key, long replaced, String document, @Nullable Instant due) {
                return pass(() -> store.write(key, replaced, document, due));
            }

            @Override
            public List<String> due(Instant now, int limit) {
                return pass(() -> store.due(now, limit));
            }
        };
    }
}
