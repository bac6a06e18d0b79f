package io.tiercel.functions.respond.state;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.ActionException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A store of small documents with optimistic concurrency: a write names the version that it replaces and fails if another
 * version is there.
 *
 * <p>All methods may be called from any thread and any number of processes. All throw {@link
 * io.tiercel.functions.incident.StoreUnavailable} if the store fails. After a failed write the document may or may not have
 * changed.
 */
public interface StateStore {
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

    /** Returns the current document of a key. */
    Optional<Versioned> read(String key);

    /**
     * Replaces a document if its version is still the expected one.
     *
     * @param key at most 200 characters
     * @param expectedVersion the version to replace; 0 if the key must not exist
     * @param document at most {@link #MAX_CHARACTERS} characters
     * @param due when {@link #due} returns the key; null for never
     * @return whether the document was written; false if its version differs
     */
    boolean write(String key, long expectedVersion, String document, @Nullable Instant due);

    /** Returns keys whose due time has passed, the earliest first. */
    List<String> due(Instant now, int limit);
}
