package io.tiercel.functions.notification.silence;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.silence.Silence.Source;
import io.tiercel.functions.respond.state.StateDocuments;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import io.tiercel.functions.retry.Pause;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The silences of people, in one document of the state store: at most {@link #MAX_SILENCES} active ones, and at most {@link #MAX_BYTES}
 * in total. A change drops those that have ended.
 *
 * <p>A command that cannot write the audit log leaves its change {@code unaudited}; {@link SilenceMaintenance} writes the entry later.
 */
public final class SilenceStore {
    /** The key of the document. */
    public static final String KEY = "silences";

    /** Maximum number of active silences. */
    public static final int MAX_SILENCES = 200;

    /** Maximum size of the document in bytes of UTF-8. */
    static final int MAX_BYTES = 300_000;

    private static final int MAX_ATTEMPTS = 40;
    private static final Duration MAX_PAUSE = Duration.ofMillis(50);

    private final StateDocuments documents;

    public SilenceStore(StateDocuments documents) {
        this.documents = documents;
    }

    /**
     * A stored silence.
     *
     * @param created milliseconds since the epoch
     * @param until milliseconds since the epoch
     * @param audited whether its creation is in the audit log
     * @param end its early end; null if it lasts until its time
     */
    record Entry(
            String id,
            String when,
            String reason,
            String owner,
            Source source,
            String createdBy,
            long created,
            long until,
            boolean audited,
            @Nullable End end) {
        static Entry of(Silence silence, boolean audited) {
            return new Entry(
                    silence.id(),
                    silence.when(),
                    silence.reason(),
                    silence.owner(),
                    silence.source(),
                    silence.createdBy(),
                    silence.created().toEpochMilli(),
                    silence.until().toEpochMilli(),
                    audited,
                    null);
        }

        Silence silence() {
            return new Silence(
                    id,
                    when,
                    reason,
                    owner,
                    source,
                    createdBy,
                    Instant.ofEpochMilli(created),
                    Instant.ofEpochMilli(until));
        }

        boolean active(Instant now) {
            return end == null && now.toEpochMilli() < until;
        }

        boolean unaudited() {
            return !audited || end != null;
        }

        Entry asAudited() {
            return new Entry(id, when, reason, owner, source, createdBy, created, until, true, null);
        }

        Entry ended(End early) {
            return new Entry(id, when, reason, owner, source, createdBy, created, until, audited, early);
        }
    }

    /**
     * An early end that is not in the audit log yet.
     *
     * @param by the person
     * @param at milliseconds since the epoch
     */
    record End(String by, long at) {}

    private record Document(@JsonProperty("silences") List<Entry> silences) {}

    /** Returns the silences that have not ended, in the order of their creation. */
    public List<Silence> active(Instant now) {
        return read().stream()
                .filter(entry -> entry.active(now))
                .map(Entry::silence)
                .toList();
    }

    List<Entry> read() {
        return documents.read(KEY).map(SilenceStore::parse).orElse(List.of());
    }

    private static List<Entry> parse(Versioned versioned) {
        return Json.read(versioned.document(), Document.class, StoreUnavailable::new)
                .silences();
    }

    /**
     * Adds a silence, or replaces the one with the same id.
     *
     * @param audited whether its creation is in the audit log
     * @throws InvalidSilence if there are too many silences
     */
    void put(Silence silence, boolean audited, Instant now) {
        change(now, entries -> {
            List<Entry> next = new ArrayList<>(entries);
            next.removeIf(entry -> entry.id().equals(silence.id()));
            next.add(Entry.of(silence, audited));
            if (next.stream().filter(entry -> entry.active(now)).count() > MAX_SILENCES
                    || write(next).getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
                throw new InvalidSilence(
                        "silences",
                        "there are too many: at most " + MAX_SILENCES + " may be active, with " + MAX_BYTES
                                + " bytes in total",
                        "end those that you no longer need");
            }
            return next;
        });
    }

    /**
     * Ends an active silence.
     *
     * @param audited whether its end is in the audit log
     * @return whether it was active
     */
    boolean end(String id, String by, boolean audited, Instant now) {
        boolean[] found = new boolean[1];
        change(now, entries -> {
            found[0] = false;
            List<Entry> next = new ArrayList<>();
            for (Entry entry : entries) {
                boolean ends = entry.id().equals(id) && entry.active(now);
                found[0] |= ends;
                if (ends && (!audited || entry.unaudited())) {
                    next.add(entry.ended(new End(by, now.toEpochMilli())));
                } else if (!ends) {
                    next.add(entry);
                }
            }
            return next;
        });
        return found[0];
    }

    /** Marks entries as audited, unless they have changed. */
    void markAudited(List<Entry> audited, Instant now) {
        change(now, entries -> {
            List<Entry> next = new ArrayList<>();
            for (Entry entry : entries) {
                boolean done = audited.contains(entry);
                if (!done || entry.end() == null) {
                    next.add(done ? entry.asAudited() : entry);
                }
            }
            return next;
        });
    }

    /** Changes the document and drops silences that have ended. */
    private void change(Instant now, UnaryOperator<List<Entry>> change) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Versioned> current = documents.read(KEY);
            List<Entry> entries = current.map(SilenceStore::parse).orElse(List.of());
            List<Entry> kept = entries.stream()
                    .filter(entry -> entry.active(now) || entry.unaudited())
                    .toList();
            List<Entry> next = change.apply(kept);
            if (next.equals(entries)
                    || documents.write(
                            KEY, current.map(Versioned::version).orElse(0L), write(next), Schedule.NONE.keep())) {
                return;
            }
            Pause.THREAD.pause(Duration.ofMillis(ThreadLocalRandom.current().nextLong(1, MAX_PAUSE.toMillis())));
        }
        throw new StoreUnavailable(
                "the silences keep changing; try again", new IllegalStateException(MAX_ATTEMPTS + " attempts failed"));
    }

    private static String write(List<Entry> entries) {
        return Json.write(new Document(entries));
    }
}
