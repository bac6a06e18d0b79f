package io.tiercel.functions.respond.guard;

import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.policy.Cap;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Counts who has acted, exactly, whoever else counts at the same time: a count is a document that names its holders and the
 * times at which they came, and it is replaced only by who has read it. A holder that comes again is not counted again.
 */
public final class ActionCaps {
    /** A write loses only against one that has filled a place, so this is more than ever needed. */
    private static final int TRIES = 2 * 100;

    private final StateStore store;
    private final InstantSource clock;

    public ActionCaps(StateStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Holders and the milliseconds since the epoch at which they came. */
    private record Holders(Map<String, Long> since) {}

    /**
     * Takes a place under a cap.
     *
     * @param name of the count
     * @param holder who takes it
     * @return whether there is one for him, be it from an earlier call
     */
    public boolean take(String name, Cap cap, String holder) {
        String key = "cap/" + name;
        for (int tries = 0; tries < TRIES; tries++) {
            Optional<Versioned> present = store.read(key);
            Map<String, Long> since = new TreeMap<>();
            present.ifPresent(versioned -> since.putAll(
                    StateJson.read(versioned.document(), Holders.class).since()));
            Instant now = clock.instant();
            long from = now.minus(cap.within()).toEpochMilli();
            since.values().removeIf(time -> time <= from);
            if (since.containsKey(holder)) {
                return true;
            }
            if (since.size() >= cap.most()) {
                return false;
            }
            since.put(holder, now.toEpochMilli());
            if (store.write(
                    key, present.map(Versioned::version).orElse(0L), StateJson.write(new Holders(since)), null)) {
                return true;
            }
        }
        return false;
    }
}
