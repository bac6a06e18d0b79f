package io.tiercel.functions.respond.guard;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.policy.Cap;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Limits how many holders may act within a sliding window. The count is exact under concurrency: each count is one document
 * that lists its holders, and every write is a compare-and-set. A holder that acquires a slot again is not counted again.
 */
public final class ActionCaps {
    /** A write fails only if another writer took a slot, and there are at most 100 slots. */
    private static final int MAX_ATTEMPTS = 2 * 100;

    private final StateStore store;
    private final InstantSource clock;

    public ActionCaps(StateStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** The holders, each with its time of acquisition in milliseconds since the epoch. */
    private record Holders(Map<String, Long> since) {}

    /** Returns a slot; does nothing if the holder has none. */
    public void release(String name, String holder) {
        String key = "cap/" + name;
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Versioned> current = store.read(key);
            if (current.isEmpty()) {
                return;
            }
            Map<String, Long> since =
                    new TreeMap<>(current.get().parse(Holders.class).since());
            if (since.remove(holder) == null
                    || store.write(key, current.get().version(), Json.write(new Holders(since)), Schedule.NONE)) {
                return;
            }
        }
    }

    /**
     * Acquires a slot under a cap.
     *
     * @param name the name of the count
     * @param holder the holder; acquiring twice takes one slot
     * @return whether the holder has a slot, from this call or an earlier one
     */
    public boolean acquire(String name, Cap cap, String holder) {
        String key = "cap/" + name;
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Versioned> current = store.read(key);
            Map<String, Long> since = new TreeMap<>();
            current.ifPresent(
                    versioned -> since.putAll(versioned.parse(Holders.class).since()));
            Instant now = clock.instant();
            long windowStart = now.minus(cap.within()).toEpochMilli();
            since.values().removeIf(time -> time <= windowStart);
            if (since.containsKey(holder)) {
                return true;
            }
            if (since.size() >= cap.max()) {
                return false;
            }
            since.put(holder, now.toEpochMilli());
            if (store.write(
                    key, current.map(Versioned::version).orElse(0L), Json.write(new Holders(since)), Schedule.NONE)) {
                return true;
            }
        }
        return false;
    }
}
