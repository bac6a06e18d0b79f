package io.tiercel.functions.respond.plan;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.plan.PlanStore.PlanConflict;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A lease that lets one process at a time work on an incident's plan.
 *
 * <p>A concurrent caller sets the rerun flag and returns. The lease holder checks the flag before it releases the lease and
 * runs again if the flag is set. A lease that is not renewed expires after {@link #DURATION}, so that a crash blocks
 * other processes for at most that long. If two processes ever believe that they hold the lease, the version of the
 * plan lets only one of them write.
 */
final class IncidentLease {
    static final Duration DURATION = Duration.ofSeconds(90);
    static final String PREFIX = "lease/";

    private static final int MAX_ATTEMPTS = 50;

    private final StateStore store;
    private final InstantSource clock;
    private final String key;
    private final String owner;

    private IncidentLease(StateStore store, InstantSource clock, String key, String owner) {
        this.store = store;
        this.clock = clock;
        this.key = key;
        this.owner = owner;
    }

    /**
     * The stored lease.
     *
     * @param owner null if the lease is free
     * @param expires milliseconds since the epoch
     * @param rerun whether a concurrent caller asked for another run
     */
    private record Lease(@Nullable String owner, long expires, boolean rerun) {
        private static final Lease FREE = new Lease(null, 0, false);
    }

    /** Acquires the lease of an incident. If another process holds it, sets the rerun flag and returns null. */
    static @Nullable IncidentLease tryAcquire(StateStore store, InstantSource clock, String incidentId) {
        String owner = UUID.randomUUID().toString();
        IncidentLease lease = new IncidentLease(store, clock, PREFIX + incidentId, owner);
        long now = clock.millis();
        Lease result = lease.update(current -> {
            if (current.owner() == null || current.expires() <= now) {
                return new Lease(owner, lease.newExpiry(), false);
            }
            return current.rerun() ? null : new Lease(current.owner(), current.expires(), true);
        });
        return result != null && owner.equals(result.owner()) ? lease : null;
    }

    /** Returns whether a process holds the lease of an incident, or ended while it held it. */
    static boolean isHeld(StateStore store, String incidentId) {
        return store.read(PREFIX + incidentId)
                .map(stored -> stored.parse(Lease.class).owner())
                .isPresent();
    }

    /**
     * Extends the lease by {@link #DURATION}.
     *
     * @return whether this process still holds it
     */
    boolean renew() {
        return update(current -> owner.equals(current.owner()) ? new Lease(owner, newExpiry(), current.rerun()) : null)
                != null;
    }

    /**
     * Extends the lease.
     *
     * @throws PlanConflict if this process no longer holds it
     */
    void check(String incidentId) {
        if (!renew()) {
            throw new PlanConflict(incidentId);
        }
    }

    /** Releases the lease unless the rerun flag is set. Returns true if it is set; then the holder must run again. */
    boolean rerunOrRelease() {
        Lease result = update(current -> {
            if (!owner.equals(current.owner())) {
                return null;
            }
            return current.rerun() ? new Lease(owner, newExpiry(), false) : Lease.FREE;
        });
        return result != null && result.owner() != null;
    }

    /** Releases the lease and drops the rerun flag. */
    void release() {
        update(current -> owner.equals(current.owner()) ? Lease.FREE : null);
    }

    private long newExpiry() {
        return clock.instant().plus(DURATION).toEpochMilli();
    }

    /** Updates the stored lease. Returns the new lease, or null if {@code update} returned null and nothing changed. */
    private @Nullable Lease update(Function<Lease, @Nullable Lease> update) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Versioned> current = store.read(key);
            Lease lease = current.map(versioned -> versioned.parse(Lease.class)).orElse(Lease.FREE);
            Lease next = update.apply(lease);
            if (next == null) {
                return null;
            }
            if (store.write(
                    key,
                    current.map(Versioned::version).orElse(0L),
                    Json.write(next),
                    Schedule.of(DueKind.RETRY, next.owner() == null ? null : Instant.ofEpochMilli(next.expires())))) {
                return next;
            }
        }
        throw new IllegalStateException("cannot update " + key + " after " + MAX_ATTEMPTS + " attempts; try again");
    }
}
