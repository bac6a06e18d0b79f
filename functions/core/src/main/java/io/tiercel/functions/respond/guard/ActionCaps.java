package io.tiercel.functions.respond.guard;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.policy.Cap;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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

    /**
     * The holders, each with its time of acquisition in milliseconds since the epoch.
     *
     * @param users the user that acquired each slot, as long as it is the only one
     */
    private record Holders(
            Map<String, Long> since, @Nullable Map<String, String> users) {}

    /** Returns a slot. Does nothing if the holder has none, or if other users have acquired it too: they may have acted. */
    public void release(String name, String holder, @Nullable String user) {
        String key = "cap/" + name;
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Versioned> current = store.read(key);
            if (current.isEmpty()) {
                return;
            }
            Slots slots = new Slots(current);
            if (!slots.remove(holder, user) || write(key, current, slots)) {
                return;
            }
        }
    }

    /**
     * Acquires a slot under a cap.
     *
     * @param name the name of the count
     * @param holder the holder; acquiring twice takes one slot
     * @param user the caller, which may return the slot while it is the only one to have acquired it
     * @return whether the holder has a slot, from this call or an earlier one
     */
    public boolean acquire(String name, Cap cap, String holder, @Nullable String user) {
        String key = "cap/" + name;
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Versioned> current = store.read(key);
            Slots slots = new Slots(current);
            Instant now = clock.instant();
            slots.expire(now.minus(cap.within()));
            if (slots.since.containsKey(holder)) {
                if (!slots.share(holder, user) || write(key, current, slots)) {
                    return true;
                }
                continue;
            }
            if (slots.since.size() >= cap.max()) {
                return false;
            }
            slots.add(holder, user, now);
            if (write(key, current, slots)) {
                return true;
            }
        }
        return false;
    }

    private boolean write(String key, Optional<Versioned> current, Slots slots) {
        return store.write(
                key,
                current.map(Versioned::version).orElse(0L),
                Json.write(new Holders(slots.since, slots.users)),
                Schedule.NONE);
    }

    /** A copy of the holders that is being changed. */
    private static final class Slots {
        private final Map<String, Long> since = new TreeMap<>();
        private final Map<String, String> users = new TreeMap<>();

        Slots(Optional<Versioned> current) {
            current.map(versioned -> versioned.parse(Holders.class)).ifPresent(holders -> {
                since.putAll(holders.since());
                if (holders.users() != null) {
                    users.putAll(holders.users());
                }
            });
        }

        void expire(Instant windowStart) {
            since.values().removeIf(time -> time <= windowStart.toEpochMilli());
            users.keySet().retainAll(since.keySet());
        }

        void add(String holder, @Nullable String user, Instant now) {
            since.put(holder, now.toEpochMilli());
            if (user != null) {
                users.put(holder, user);
            }
        }

        /** Notes that a user needs the slot too. Returns whether this is new. */
        boolean share(String holder, @Nullable String user) {
            String known = users.get(holder);
            return known != null && !known.equals(user) && users.remove(holder) != null;
        }

        /** Removes the slot of a holder. Returns false if it has none, or not for this user only. */
        boolean remove(String holder, @Nullable String user) {
            return Objects.equals(users.remove(holder), user) && since.remove(holder) != null;
        }
    }
}
