package io.tiercel.functions.respond.hold;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.HeldPart;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.hold.HoldRegistry.Version;
import io.tiercel.functions.respond.hold.StoredHold.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The parts that a step holds and that this process has locked. One of {@link #keep}, {@link #drop} and {@link #drift} ends it. Not
 * thread-safe.
 */
public final class LockedParts implements HeldParts {
    private final HoldRegistry registry;
    private final String stepId;
    private final LinkedHashMap<String, Version> versions;
    private final Map<String, String> priors = new HashMap<>();
    private @Nullable ActionException lost;

    LockedParts(HoldRegistry registry, String stepId, Map<String, Version> versions) {
        this.registry = registry;
        this.stepId = stepId;
        this.versions = new LinkedHashMap<>(versions);
    }

    /** Returns the parts of an action that cannot be undone: none. */
    public static LockedParts none(HoldRegistry registry) {
        return new LockedParts(registry, "", Map.of());
    }

    /** Does some work. If it throws an exception, unlocks the parts; the step still holds them. */
    public void keepOnFailure(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            try {
                keep();
            } catch (RuntimeException unlocking) {
                e.addSuppressed(unlocking);
            }
            throw e;
        }
    }

    @Override
    public List<HeldPart> all() {
        List<HeldPart> parts = new ArrayList<>();
        versions.forEach((key, version) -> {
            StoredHold hold = version.hold();
            Entry own = own(hold);
            List<String> otherRequests = hold.others(stepId)
                    .map(entry -> hold.requests().get(entry.request()))
                    .distinct()
                    .toList();
            parts.add(new HeldPart(
                    key, prior(key, hold), hold.written(), hold.requests().get(own.request()), otherRequests));
        });
        return parts;
    }

    private String prior(String key, StoredHold hold) {
        return priors.computeIfAbsent(
                key, _ -> registry.prior(key, Objects.requireNonNull(hold.prior(), "a held part has a prior state")));
    }

    private Entry own(StoredHold hold) {
        return Objects.requireNonNull(hold.entry(stepId), "the step holds the part");
    }

    @Override
    public void record(String key, String written, boolean exposed) {
        checkLocked();
        Version version = versions.get(key);
        if (version == null) {
            throw ActionException.permanent("the step does not hold " + key);
        }
        if (written.length() > CapturedPart.MAX_REQUEST) {
            throw ActionException.permanent("the intended state of " + key + " is too large to be stored");
        }
        Long since = version.hold().exposedSince();
        Long newSince = exposed ? since == null ? Long.valueOf(registry.now().toEpochMilli()) : since : null;
        try {
            versions.put(key, registry.write(key, version, version.hold().withWritten(written, newSince)));
        } catch (ActionException e) {
            // An action may continue with another part after this failure, and the clock does not show that the lock is
            // lost.
            lost = e;
            throw e;
        }
    }

    /** Returns the keys of the parts, in the order in which they were captured. */
    public List<String> keys() {
        return List.copyOf(versions.keySet());
    }

    /** Returns whether the step holds no part. */
    public boolean isEmpty() {
        return versions.isEmpty();
    }

    /**
     * Checks that no other process may change the parts. Call it before each call that writes.
     *
     * @throws ActionException of kind {@code RETRYABLE} if a lock has expired or another process has taken one
     */
    public void checkLocked() {
        if (lost != null) {
            throw lost;
        }
        long now = registry.now().toEpochMilli();
        versions.forEach((key, version) -> {
            if (!version.hold().locked(now)) {
                throw HoldRegistry.lockLost(key);
            }
        });
    }

    /** Returns whether a part is recorded as more open than before. */
    public boolean exposed() {
        return versions.values().stream().anyMatch(version -> version.hold().exposedSince() != null);
    }

    /** Returns whether a write to a part was recorded, by any of its holders. */
    public boolean written() {
        return versions.values().stream().anyMatch(version -> version.hold().written() != null);
    }

    /** Returns whether a write to a part was recorded, and no other step will restore it. */
    public boolean mustBeRestored() {
        return versions.values().stream()
                .anyMatch(version -> version.hold().written() != null
                        && version.hold().others(stepId).findAny().isEmpty());
    }

    /** Returns whether a part has too many holders, so that only a person may release it. */
    public boolean full() {
        return versions.values().stream().anyMatch(version -> version.hold().full());
    }

    /** Returns the incidents of the other steps that hold any of the parts, without duplicates. */
    public List<String> otherIncidents() {
        return versions.values().stream()
                .flatMap(version -> version.hold().others(stepId))
                .map(Entry::incidentId)
                .distinct()
                .toList();
    }

    /** Unlocks the parts. The step still holds them. */
    public void keep() {
        versions.forEach(registry::unlock);
        versions.clear();
    }

    /** Ends the holds of the step and unlocks the parts. A part without holders has no stored state any more. */
    public void drop() {
        end(hold -> {
            StoredHold without = hold.without(stepId);
            return without.holders().isEmpty() ? StoredHold.NONE : without;
        });
    }

    /** Unlocks the parts. The step still holds them for another release by a person, but no longer wants anything. */
    public void drift() {
        end(hold -> hold.drifted(stepId));
    }

    /**
     * Ends the holds in the opposite order of the capture. After a crash in between, the first part is still held, which actions on
     * a pod need to continue.
     */
    private void end(UnaryOperator<StoredHold> change) {
        versions.reversed().forEach((key, version) -> {
            StoredHold changed = change.apply(version.hold()).withLock(null);
            registry.write(key, version, changed);
            if (changed.prior() == null) {
                registry.removePrior(key, version.hold().prior());
            }
        });
        versions.clear();
    }
}
