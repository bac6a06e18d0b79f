package io.tiercel.functions.respond.state;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.ActionException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The documents with their due times, and reads of many documents at once.
 *
 * <p>All methods may be called from any thread and any number of processes. All throw {@link
 * io.tiercel.functions.incident.StoreUnavailable} if the store fails.
 */
public interface StateStore extends StateDocuments {
    /** Maximum length of a document in characters, so that document and key fit into an item of DynamoDB. */
    int MAX_CHARACTERS = 350_000;

    /**
     * A stored document.
     *
     * @param version 1 for the first version, incremented by each write
     * @param document the text
     */
    record Versioned(long version, String document) {
        /**
         * Parses the document as JSON.
         *
         * @throws ActionException if the JSON does not fit the type
         */
        public <T> T parse(Class<T> type) {
            return Json.read(document, type, ActionException::unreadable);
        }
    }

    /** The lists of {@link #due}. */
    enum DueKind {
        /** A response whose release is due. */
        RELEASE,
        /** Everything else that the sweep continues. */
        RETRY,
        /** A part of a target that is more open than before its isolation, since the due time. */
        EXPOSED,
        /** The incidents of a silence that has ended. */
        SILENCE,
        /** A node with a verified sensor that becomes silent, or that reports again. */
        FLEET,
        /** The same of other nodes, which anybody can invent. */
        FLEET_UNVERIFIED;

        /** Returns the name in stores. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * When a document is due, and how long it is kept.
     *
     * @param kind the list of {@link #due} that has the document; null for none
     * @param at the due time; null if the kind is null
     * @param kept whether the document is kept until it is written again, because a response is in force. Other documents expire
     *     some months after they were written, in stores that expire documents
     */
    record Schedule(@Nullable DueKind kind, @Nullable Instant at, boolean kept) {
        /** Never due, and may expire. */
        public static final Schedule NONE = new Schedule(null, null, false);

        /** Returns a schedule that may expire; never due if the time is null. */
        public static Schedule of(DueKind kind, @Nullable Instant at) {
            return at == null ? NONE : new Schedule(kind, at, false);
        }

        /** Returns this schedule for a document that is kept. */
        public Schedule keep() {
            return new Schedule(kind, at, true);
        }
    }

    /** Maximum number of keys of {@link #readAll}. */
    int MAX_KEYS = 100;

    /**
     * Returns the current documents of some keys, without those that do not exist. The documents may be from different times.
     *
     * @param keys at most {@link #MAX_KEYS}
     */
    Map<String, Versioned> readAll(Collection<String> keys);

    /** Returns keys of one kind whose due time has passed, the earliest first. */
    List<String> due(DueKind kind, Instant now, int limit);
}
