package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.state.StateStore;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Ends a simulated process at a given call, before or after the effect of the call. Later calls of the process have no effect. */
public final class CrashPoint {
    /** Ends a process; no production code catches it. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final int successfulCalls;
    private final boolean afterEffect;
    private int calls;
    private boolean crashed;

    /**
     * Creates a crash point.
     *
     * @param successfulCalls how many calls succeed before the crash
     * @param afterEffect whether the call that crashes has its effect
     */
    public CrashPoint(int successfulCalls, boolean afterEffect) {
        this.successfulCalls = successfulCalls;
        this.afterEffect = afterEffect;
    }

    /** Returns the crash point of a process that never crashes. */
    public static CrashPoint none() {
        return new CrashPoint(Integer.MAX_VALUE, false);
    }

    public synchronized <T> T call(Supplier<T> call) {
        if (crashed) {
            throw new Crash();
        }
        boolean last = calls++ == successfulCalls;
        if (last) {
            crashed = true;
            if (afterEffect) {
                var _ = call.get();
            }
            throw new Crash();
        }
        return call.get();
    }

    /** Wraps a store for the process that ends here. */
    public StateStore wrap(StateStore store) {
        return new StateStore() {
            @Override
            public Optional<Versioned> read(String key) {
                return CrashPoint.this.call(() -> store.read(key));
            }

            @Override
            public Map<String, Versioned> readAll(Collection<String> keys) {
                return CrashPoint.this.call(() -> store.readAll(keys));
            }

            @Override
            public boolean write(String key, long expectedVersion, String document, Schedule schedule) {
                return CrashPoint.this.call(() -> store.write(key, expectedVersion, document, schedule));
            }

            @Override
            public List<String> due(DueKind kind, Instant now, int limit) {
                return CrashPoint.this.call(() -> store.due(kind, now, limit));
            }
        };
    }
}
