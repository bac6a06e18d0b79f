package io.tiercel.functions.respond.hold;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.hold.StoredHold.Entry;
import io.tiercel.functions.respond.hold.StoredHold.Lock;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The holds of all incidents on parts of targets. The state of a part before the first write is stored once, by the first step
 * that holds it. While any step holds the part, further steps add a hold and use the stored state.
 *
 * <p>Steps lock their parts in the order of the keys and do not wait for a lock, so that they never block each other. A lock expires
 * {@link #LOCK_TIME} after it was taken or extended, so that a crash blocks others for at most that long.
 */
public final class HoldRegistry {
    /** How long a lock lasts; longer than the time of a step and of one call together. */
    public static final Duration LOCK_TIME = Duration.ofSeconds(90);

    /**
     * The maximum number of steps that hold a part. A further step fails, and marks the part as full. Nothing releases a full part
     * automatically any more, because the step that found no room wants it closed. A person can release it.
     */
    public static final int MAX_HOLDERS = 200;

    /** The maximum size of a hold in UTF-8 bytes without what is written. At this limit the part is full. */
    static final int MAX_BYTES = 200_000;

    static final String PREFIX = "hold/";

    private final StateStore store;
    private final PriorStates priors;
    private final InstantSource clock;

    public HoldRegistry(StateStore store, InstantSource clock) {
        this.store = store;
        this.priors = new PriorStates(store);
        this.clock = clock;
    }

    /** A hold with its stored version. */
    record Version(long number, StoredHold hold) {}

    /**
     * Adds a hold to each part and locks the parts. The holds are stored when this method returns. A part that cannot be held is
     * left out and named in the result.
     *
     * @param parts the parts of the step as just captured
     */
    public Acquisition acquire(Holder holder, List<CapturedPart> parts) {
        return acquire(holder, parts, List.of(), () -> {}, () -> parts);
    }

    /**
     * Adds a hold to each part and locks the parts, see {@link #acquire(Holder, List)}.
     *
     * @param alreadyHeld keys of parts that the step may hold. The result has those that it holds, after the captured ones, even if
     *     the target has lost them. Otherwise no release would restore them
     * @param check throws an exception if this process no longer works on the step. It is called after the parts are locked and
     *     before the first hold is stored. A process that stood still for longer than its locks last therefore adds no hold that
     *     nothing would release: whatever took over the step has locked the parts since
     * @param captureAgain captures the parts again. It is called after the parts are locked, if a part may have been released since
     *     it was captured: its captured state could be one that Tiercel had set
     */
    public Acquisition acquire(
            Holder holder,
            List<CapturedPart> parts,
            Collection<String> alreadyHeld,
            Runnable check,
            Supplier<List<CapturedPart>> captureAgain) {
        String owner = UUID.randomUUID().toString();
        Map<String, CapturedPart> byKey = byKey(parts);
        Set<String> keys = new LinkedHashSet<>(byKey.keySet());
        keys.addAll(alreadyHeld);
        Map<String, Version> locked = new HashMap<>();
        String busy = lockAll(keys, owner, locked);
        if (busy != null) {
            return new Acquisition.Busy(busy);
        }
        try {
            check.run();
            if (locked.values().stream().anyMatch(HoldRegistry::mayHaveBeenReleased)) {
                Map<String, CapturedPart> now = byKey(captureAgain.get());
                if (!now.keySet().equals(byKey.keySet())) {
                    locked.forEach(this::unlock);
                    return new Acquisition.Busy(keys.iterator().next());
                }
                return hold(holder, now, keys, locked);
            }
            return hold(holder, byKey, keys, locked);
        } catch (RuntimeException e) {
            locked.forEach(this::unlock);
            throw e;
        }
    }

    private static Map<String, CapturedPart> byKey(List<CapturedPart> parts) {
        Map<String, CapturedPart> byKey = new LinkedHashMap<>();
        parts.forEach(part -> byKey.putIfAbsent(part.key(), part));
        return byKey;
    }

    /** Returns true if the captured state becomes the prior state of a part that was locked before. The first version is that of our lock. */
    private static boolean mayHaveBeenReleased(Version locked) {
        return locked.number() > 1
                && (locked.hold().prior() == null || locked.hold().onlyDrifted());
    }

    /** @param keys the keys of all locked parts: those that were captured, then those that the step may hold already */
    private Acquisition hold(
            Holder holder, Map<String, CapturedPart> byKey, Set<String> keys, Map<String, Version> locked) {
        List<String> problems = new ArrayList<>();
        Map<String, Version> held = new LinkedHashMap<>();
        byKey.forEach((key, part) -> {
            Version version = Objects.requireNonNull(locked.get(key));
            String problem = isHeldBy(holder, version) ? null : problem(version.hold(), part);
            if (problem == null) {
                Version added = addHolder(version, holder, part);
                if (added != null) {
                    locked.put(key, added);
                    held.put(key, added);
                    return;
                }
                problem =
                        "too many steps hold " + key + "; it stays as it is until an operator releases their incidents";
                version = write(key, version, version.hold().markFull());
            }
            problems.add(problem);
            unlock(key, version);
        });
        for (String key : keys) {
            Version version = Objects.requireNonNull(locked.get(key));
            if (!byKey.containsKey(key)) {
                if (isHeldBy(holder, version)) {
                    held.put(key, version);
                } else {
                    unlock(key, version);
                }
            }
        }
        return held.isEmpty() && !problems.isEmpty()
                ? new Acquisition.Refused(problems)
                : new Acquisition.Held(new LockedParts(this, holder.stepId(), held), problems);
    }

    /**
     * Locks the parts that a step holds. The result has no part that the step does not hold any more. The others are locked for a
     * moment too, so that another process that was about to add a hold of the step to them fails.
     */
    public Acquisition lock(String stepId, Collection<String> keys) {
        String owner = UUID.randomUUID().toString();
        Set<String> candidates = new LinkedHashSet<>(keys);
        Map<String, Version> locked = new HashMap<>();
        String busy = lockAll(candidates, owner, locked);
        if (busy != null) {
            return new Acquisition.Busy(busy);
        }
        Map<String, Version> held = new LinkedHashMap<>();
        for (String key : candidates) {
            Version version = Objects.requireNonNull(locked.get(key));
            if (version.hold().entry(stepId) == null) {
                unlock(key, version);
            } else {
                held.put(key, version);
            }
        }
        return new Acquisition.Held(new LockedParts(this, stepId, held), List.of());
    }

    /**
     * Returns the incidents that hold each part, the oldest first, without duplicates.
     *
     * @param keys at most {@link StateStore#MAX_KEYS}
     */
    public Map<String, List<String>> incidents(Collection<String> keys) {
        Map<String, List<String>> incidents = new HashMap<>();
        store.readAll(keys.stream().map(key -> PREFIX + key).toList())
                .forEach((key, found) -> incidents.put(
                        key.substring(PREFIX.length()),
                        found.parse(StoredHold.class)
                                .others("")
                                .map(Entry::incidentId)
                                .distinct()
                                .toList()));
        return incidents;
    }

    /**
     * Returns whether other steps hold every part in the way that a step requests.
     *
     * @param parts the parts of the step as just captured
     */
    public boolean alreadyHeld(String stepId, Collection<CapturedPart> parts) {
        return parts.stream().allMatch(part -> {
            StoredHold hold = read(part.key()).hold();
            return hold.others(stepId)
                    .anyMatch(other -> hold.requests().get(other.request()).equals(part.request()));
        });
    }

    /** Returns the prior state of a part, as JSON of its handler; null if no step holds the part. */
    public @Nullable String priorState(String key) {
        PriorState prior = read(key).hold().prior();
        return prior == null ? null : prior(key, prior);
    }

    /** Returns whether any part is recorded as more open than before. */
    public boolean exposed(Collection<String> keys) {
        return keys.stream().anyMatch(key -> read(key).hold().exposedSince() != null);
    }

    /** Locks parts in the order of their keys. Returns the key of a part that another process has locked; then none is locked. */
    private @Nullable String lockAll(Collection<String> keys, String owner, Map<String, Version> locked) {
        for (String key : keys.stream().sorted().toList()) {
            Version current = read(key);
            long now = clock.millis();
            Version version = current.hold().locked(now)
                    ? null
                    : tryWrite(key, current, current.hold().withLock(new Lock(owner, now + LOCK_TIME.toMillis())));
            if (version == null) {
                locked.forEach(this::unlock);
                return key;
            }
            locked.put(key, version);
        }
        return null;
    }

    private static boolean isHeldBy(Holder holder, Version version) {
        Entry entry = version.hold().entry(holder.stepId());
        return entry != null && !entry.drifted();
    }

    /** Returns why a captured state cannot be a prior state, as a message for operators; null if it can or need not. */
    private static @Nullable String problem(StoredHold hold, CapturedPart part) {
        if (hold.prior() == null && part.ours() != null) {
            return part.ours();
        }
        return part.request().length() > CapturedPart.MAX_REQUEST
                        || part.prior().length() > PriorStates.MAX_CHARACTERS
                ? "the state of " + part.key() + " is too large to be stored"
                : null;
    }

    /** Stores a holder. Returns null if there is no room. */
    private @Nullable Version addHolder(Version version, Holder holder, CapturedPart part) {
        StoredHold hold = version.hold();
        if (isHeldBy(holder, version)) {
            return version;
        }
        PriorState replaced = hold.prior();
        boolean startsAgain = replaced != null && hold.onlyDrifted();
        if (replaced == null || (startsAgain && part.ours() == null)) {
            hold = hold.startedWith(priors.write(part.key(), part.prior()));
        } else if (startsAgain) {
            // Something of ours is left, so the captured state is not the one before the first write.
            hold = hold.restarted();
        }
        StoredHold added = hold.withHolder(holder, part.request(), clock.millis());
        if (added.holders().size() > MAX_HOLDERS || size(added.withoutWritten()) > MAX_BYTES) {
            return null;
        }
        Version written = write(part.key(), version, added);
        if (replaced != null && !replaced.equals(added.prior())) {
            priors.remove(part.key(), replaced);
        }
        return written;
    }

    private static int size(StoredHold hold) {
        return Json.write(hold).getBytes(StandardCharsets.UTF_8).length;
    }

    String prior(String key, PriorState prior) {
        return priors.read(key, prior);
    }

    /** Removes the prior state of a part without holders. */
    void removePrior(String key, @Nullable PriorState prior) {
        if (prior != null) {
            priors.remove(key, prior);
        }
    }

    Instant now() {
        return clock.instant();
    }

    private Version read(String key) {
        return store.read(PREFIX + key)
                .map(found -> new Version(found.version(), found.parse(StoredHold.class)))
                .orElseGet(() -> new Version(0, StoredHold.NONE));
    }

    void unlock(String key, Version version) {
        var _ = tryWrite(key, version, version.hold().withLock(null));
    }

    /**
     * Replaces a hold that this process has locked, and extends the lock.
     *
     * @throws ActionException of kind {@code RETRYABLE} if the lock expired and another process took it
     */
    Version write(String key, Version current, StoredHold hold) {
        Lock lock = hold.lock();
        StoredHold extended =
                lock == null ? hold : hold.withLock(new Lock(lock.owner(), clock.millis() + LOCK_TIME.toMillis()));
        Version written = tryWrite(key, current, extended);
        if (written == null) {
            throw lockLost(key);
        }
        return written;
    }

    /** Replaces a hold. Returns null if another process has changed it. */
    private @Nullable Version tryWrite(String key, Version current, StoredHold hold) {
        Long exposed = hold.exposedSince();
        Schedule schedule = Schedule.of(DueKind.EXPOSED, exposed == null ? null : Instant.ofEpochMilli(exposed));
        String document = Json.write(hold);
        if (store.write(PREFIX + key, current.number(), document, hold.prior() == null ? schedule : schedule.keep())) {
            return new Version(current.number() + 1, hold);
        }
        // A store that repeats a write after a time-out finds its own version.
        return store.read(PREFIX + key)
                .filter(found -> found.version() == current.number() + 1
                        && found.document().equals(document))
                .map(found -> new Version(found.version(), hold))
                .orElse(null);
    }

    static ActionException lockLost(String key) {
        return ActionException.retryable("another process works on " + key + "; tried again", null);
    }
}
