package io.tiercel.functions.respond.hold;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The holds on one part of a target, as stored.
 *
 * @param prior where the state before the first write is; null if there are no holders
 * @param written what the last write was about to set; null before the first write
 * @param exposedSince since when the part is more open than before, in milliseconds since the epoch; null if it is not
 * @param requests what the holders want, without duplicates
 * @param holders the steps that hold the part, the oldest first
 * @param full whether a step could not become a holder, because the part has too many. Then no holder is released automatically
 * @param lock the process that may change the part; null if none
 */
record StoredHold(
        @Nullable PriorState prior,
        @Nullable String written,
        @Nullable Long exposedSince,
        List<String> requests,
        List<Entry> holders,
        boolean full,
        @Nullable Lock lock) {
    static final StoredHold NONE = new StoredHold(null, null, null, List.of(), List.of(), false, null);

    /**
     * A holder.
     *
     * @param expires milliseconds since the epoch; null for never
     * @param request the index of its request
     * @param drifted whether the step was released as far as possible, so that it no longer wants anything
     * @param since milliseconds since the epoch; null for a holder of an earlier version
     */
    record Entry(
            String incidentId,
            String stepId,
            @Nullable Long expires,
            int request,
            boolean drifted,
            @Nullable Long since) {
        Entry withRequest(int newRequest) {
            return new Entry(incidentId, stepId, expires, newRequest, drifted, since);
        }

        Entry asDrifted() {
            return new Entry(incidentId, stepId, expires, request, true, since);
        }
    }

    /**
     * A lock.
     *
     * @param owner random, different for each lock
     * @param expires milliseconds since the epoch
     */
    record Lock(String owner, long expires) {}

    boolean locked(long now) {
        return lock != null && lock.expires() > now;
    }

    boolean lockedBy(String owner) {
        return lock != null && lock.owner().equals(owner);
    }

    @Nullable
    Entry entry(String stepId) {
        return holders.stream()
                .filter(entry -> entry.stepId().equals(stepId))
                .findFirst()
                .orElse(null);
    }

    /** Returns the holders that want something, without one step. */
    Stream<Entry> others(String stepId) {
        return holders.stream()
                .filter(entry -> !entry.drifted() && !entry.stepId().equals(stepId));
    }

    /** Returns whether no holder wants anything any more. */
    boolean onlyDrifted() {
        return holders.stream().allMatch(Entry::drifted);
    }

    StoredHold withLock(@Nullable Lock newLock) {
        return new StoredHold(prior, written, exposedSince, requests, holders, full, newLock);
    }

    StoredHold withWritten(String newWritten, @Nullable Long newExposedSince) {
        return new StoredHold(prior, newWritten, newExposedSince, requests, holders, full, lock);
    }

    StoredHold withoutWritten() {
        return new StoredHold(prior, null, exposedSince, requests, holders, full, lock);
    }

    StoredHold markFull() {
        return new StoredHold(prior, written, exposedSince, requests, holders, true, lock);
    }

    /** Returns the part with another prior state and without holders. */
    StoredHold startedWith(PriorState newPrior) {
        return new StoredHold(newPrior, null, exposedSince, List.of(), List.of(), false, lock);
    }

    /** Returns the part with the same prior state and without holders. */
    StoredHold restarted() {
        return new StoredHold(prior, written, exposedSince, List.of(), List.of(), false, lock);
    }

    /** Returns the part with a holder added or replaced. */
    StoredHold withHolder(Holder holder, String request, long now) {
        StoredHold without = without(holder.stepId());
        List<String> allRequests = new ArrayList<>(without.requests());
        if (!allRequests.contains(request)) {
            allRequests.add(request);
        }
        List<Entry> all = new ArrayList<>(without.holders());
        Long expires = holder.expires() == null ? null : holder.expires().toEpochMilli();
        all.add(new Entry(holder.incidentId(), holder.stepId(), expires, allRequests.indexOf(request), false, now));
        return new StoredHold(prior, written, exposedSince, List.copyOf(allRequests), List.copyOf(all), full, lock);
    }

    /** Returns the part without a holder and without requests that nobody has. */
    StoredHold without(String stepId) {
        List<String> keptRequests = new ArrayList<>();
        List<Entry> kept = new ArrayList<>();
        for (Entry entry : holders) {
            if (!entry.stepId().equals(stepId)) {
                String request = requests.get(entry.request());
                if (!keptRequests.contains(request)) {
                    keptRequests.add(request);
                }
                kept.add(entry.withRequest(keptRequests.indexOf(request)));
            }
        }
        return new StoredHold(prior, written, exposedSince, List.copyOf(keptRequests), List.copyOf(kept), full, lock);
    }

    /** Returns the part with a holder that no longer wants anything. */
    StoredHold drifted(String stepId) {
        List<Entry> changed = holders.stream()
                .map(entry -> entry.stepId().equals(stepId) ? entry.asDrifted() : entry)
                .toList();
        return new StoredHold(prior, written, exposedSince, requests, changed, full, lock);
    }
}
