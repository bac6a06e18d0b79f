package io.tiercel.functions.notification.silence;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.state.StateDocuments;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Which incidents each silence has matched: a document {@code silence-use/ID} per silence, due when the silence ends, so that its
 * incidents are notified then. Counts are exact up to {@link #MAX_INCIDENTS}.
 *
 * <p>New incidents are collected in memory and written at most every {@link #WRITE_INTERVAL} per silence. A crash loses those of that
 * time from the count; the repair of notifications finds them again while they are open.
 */
final class SilencedIncidents {
    /** Maximum number of incidents that a document names. Further ones are only known to exist. */
    static final int MAX_INCIDENTS = 1_000;

    static final Duration WRITE_INTERVAL = Duration.ofSeconds(5);

    /** After this time, the last match is written even if no incident is new. */
    private static final Duration REFRESH = Duration.ofMinutes(1);

    /** Silences in memory. The longest unused is dropped at the limit. */
    private static final int MAX_IN_MEMORY = 2 * SilenceStore.MAX_SILENCES;

    private static final String PREFIX = "silence-use/";
    private static final int MAX_ATTEMPTS = 10;

    private final StateDocuments documents;
    private final Map<String, Pending> pending = new LinkedHashMap<>(16, 0.75f, true);

    SilencedIncidents(StateDocuments documents) {
        this.documents = documents;
    }

    /**
     * What a silence has matched.
     *
     * @param incidents ids of the first {@link #MAX_INCIDENTS} incidents
     * @param more whether it matched further ones
     * @param lastMatched milliseconds since the epoch; 0 if it has matched nothing
     * @param until when the silence ends, milliseconds since the epoch
     */
    record Use(List<String> incidents, boolean more, long lastMatched, long until) {
        static final Use NONE = new Use(List.of(), false, 0, 0);

        Use plus(Set<String> added, long matched, long end) {
            Set<String> all = new LinkedHashSet<>(incidents);
            all.addAll(added);
            return new Use(
                    all.stream().limit(MAX_INCIDENTS).toList(),
                    more || all.size() > MAX_INCIDENTS,
                    Math.max(lastMatched, matched),
                    end);
        }

        Use ended() {
            return new Use(List.of(), false, lastMatched, 0);
        }
    }

    /** What this process has seen of a silence since its last write. */
    private static final class Pending {
        private final Set<String> known = new LinkedHashSet<>();
        private final Set<String> added = new LinkedHashSet<>();
        private long lastMatched;
        private long writtenAt = Long.MIN_VALUE;
        private long until;

        void add(String incidentId) {
            if (!known.contains(incidentId) && added.size() <= MAX_INCIDENTS) {
                added.add(incidentId);
            }
        }

        boolean due(long now) {
            return writtenAt == Long.MIN_VALUE
                    || now - writtenAt >= (added.isEmpty() ? REFRESH : WRITE_INTERVAL).toMillis();
        }
    }

    /** Counts a match. Never fails: a store that is unavailable now is written by a later match. */
    void matched(Silence silence, String incidentId, Instant now) {
        Set<String> added;
        synchronized (pending) {
            Pending use = pending.computeIfAbsent(silence.id(), id -> new Pending());
            if (use.until != silence.until().toEpochMilli()) {
                // It has started again: the document may be empty.
                use.known.clear();
                use.writtenAt = Long.MIN_VALUE;
            }
            use.add(incidentId);
            use.lastMatched = now.toEpochMilli();
            use.until = silence.until().toEpochMilli();
            if (!use.due(now.toEpochMilli())) {
                return;
            }
            use.writtenAt = now.toEpochMilli();
            added = Set.copyOf(use.added);
            if (pending.size() > MAX_IN_MEMORY) {
                pending.remove(pending.keySet().iterator().next());
            }
        }
        write(silence.id(), added, now.toEpochMilli(), silence.until().toEpochMilli());
    }

    /** Writes what {@link #matched} has collected. */
    void flush() {
        Map<String, Pending> waiting = new LinkedHashMap<>();
        synchronized (pending) {
            pending.forEach((id, use) -> {
                if (!use.added.isEmpty()) {
                    waiting.put(id, use);
                }
            });
        }
        waiting.forEach((id, use) -> {
            Set<String> added;
            synchronized (pending) {
                added = Set.copyOf(use.added);
            }
            write(id, added, use.lastMatched, use.until);
        });
    }

    private void write(String id, Set<String> added, long matched, long until) {
        try {
            Use written = update(id, use -> use.plus(added, matched, until), until);
            synchronized (pending) {
                Pending use = pending.get(id);
                if (use != null) {
                    use.added.removeAll(added);
                    use.known.clear();
                    use.known.addAll(written.incidents());
                }
            }
        } catch (StoreUnavailable e) {
            // Counting must not delay notifications. The incidents stay in memory until the next write.
        }
    }

    private Use update(String id, UnaryOperator<Use> change, long due) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Versioned> current = documents.read(PREFIX + id);
            Use before = current.map(SilencedIncidents::parse).orElse(Use.NONE);
            Use after = change.apply(before);
            Schedule schedule = after.incidents().isEmpty()
                    ? Schedule.NONE
                    : Schedule.of(DueKind.SILENCE, Instant.ofEpochMilli(due)).keep();
            if (after.equals(before)
                    || documents.write(
                            PREFIX + id, current.map(Versioned::version).orElse(0L), Json.write(after), schedule)) {
                return after;
            }
        }
        throw new StoreUnavailable(
                "the incidents of a silence keep changing", new IllegalStateException(MAX_ATTEMPTS + " attempts"));
    }

    /** Makes the incidents of a silence due at a time, because its end has changed. */
    void reschedule(String id, Instant due) {
        Optional<Versioned> current = documents.read(PREFIX + id);
        if (current.isPresent() && !parse(current.get()).incidents().isEmpty()) {
            update(
                    id,
                    use -> new Use(use.incidents(), use.more(), use.lastMatched(), due.toEpochMilli()),
                    due.toEpochMilli());
        }
    }

    /** Removes the incidents of a silence after they were published, unless it has started again. */
    void clear(String id, Use published) {
        synchronized (pending) {
            pending.remove(id);
        }
        update(id, use -> use.until() == published.until() ? use.ended() : use, published.until());
    }

    /** Returns what a silence has matched. */
    Use find(String id) {
        return documents.read(PREFIX + id).map(SilencedIncidents::parse).orElse(Use.NONE);
    }

    /** Returns the id of a silence from the key of its document; empty for keys of other documents. */
    static Optional<String> silenceOf(String key) {
        return key.startsWith(PREFIX) ? Optional.of(key.substring(PREFIX.length())) : Optional.empty();
    }

    private static Use parse(Versioned versioned) {
        return Json.read(versioned.document(), Use.class, StoreUnavailable::new);
    }
}
