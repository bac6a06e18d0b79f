package io.tiercel.functions.respond.plan;

import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Lets one process at a time go on with an incident's plan. Who comes meanwhile leaves word and goes; whoever has the turn
 * looks once more for him. A turn that is not kept ends by itself, so that a crash holds nobody up for longer than
 * {@link #LENGTH}; and should two ever believe to have it, the plan's version lets only one of them write.
 */
final class IncidentLease {
    static final Duration LENGTH = Duration.ofSeconds(90);
    static final String PREFIX = "turn/";

    private static final int TRIES = 50;

    private final StateStore store;
    private final InstantSource clock;

    IncidentLease(StateStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * A turn as it lies in the store.
     *
     * @param owner null if nobody has it
     * @param until milliseconds since the epoch
     * @param again whether somebody has left word
     */
    private record Held(@Nullable String owner, long until, boolean again) {
        private static final Held FREE = new Held(null, 0, false);
    }

    /** A turn that was taken. */
    final class Turn {
        private final String key;
        private final String owner;

        private Turn(String key, String owner) {
            this.key = key;
            this.owner = owner;
        }

        /** Keeps it for another {@link #LENGTH}, if it is still there. */
        void keep() {
            change(held -> owner.equals(held.owner()) ? new Held(owner, fromNow(), held.again()) : null);
        }

        /** Ends it, unless somebody has left word; then it goes on, and this returns true. */
        boolean goesOn() {
            Held left = change(held ->
                    !owner.equals(held.owner()) ? null : held.again() ? new Held(owner, fromNow(), false) : Held.FREE);
            return left != null && left.owner() != null;
        }

        /** Ends it whatever was left. */
        void end() {
            change(held -> owner.equals(held.owner()) ? Held.FREE : null);
        }

        private @Nullable Held change(Change change) {
            return IncidentLease.this.change(key, change);
        }
    }

    /** Takes the turn; null if somebody else has it, who will look once more. */
    @Nullable
    Turn take(String incidentId) {
        String key = PREFIX + incidentId;
        String owner = UUID.randomUUID().toString();
        long now = clock.millis();
        Held left = change(
                key,
                held -> held.owner() == null || held.until() <= now
                        ? new Held(owner, fromNow(), false)
                        : held.again() ? null : new Held(held.owner(), held.until(), true));
        return left != null && owner.equals(left.owner()) ? new Turn(key, owner) : null;
    }

    private long fromNow() {
        return clock.instant().plus(LENGTH).toEpochMilli();
    }

    @FunctionalInterface
    private interface Change {
        /** What to write instead; null for nothing. */
        @Nullable
        Held of(Held held);
    }

    private @Nullable Held change(String key, Change change) {
        for (int tries = 0; tries < TRIES; tries++) {
            Optional<Versioned> present = store.read(key);
            Held held = present.map(versioned -> StateJson.read(versioned.document(), Held.class))
                    .orElse(Held.FREE);
            Held next = change.of(held);
            if (next == null) {
                return null;
            }
            if (store.write(
                    key,
                    present.map(Versioned::version).orElse(0L),
                    StateJson.write(next),
                    next.owner() == null ? null : Instant.ofEpochMilli(next.until()))) {
                return next;
            }
        }
        throw new IllegalStateException("no turn at " + key + " in " + TRIES + " tries; to be tried again");
    }
}
