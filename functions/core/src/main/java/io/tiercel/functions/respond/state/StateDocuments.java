package io.tiercel.functions.respond.state;

import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.util.Optional;

/**
 * Small documents with optimistic concurrency: a write names the version that it replaces and fails if another version is there.
 *
 * <p>All methods may be called from any thread and any number of processes. All throw {@link
 * io.tiercel.functions.incident.StoreUnavailable} if the store fails. After a failed write the document may or may not have
 * changed.
 */
public interface StateDocuments {
    /** Returns the current document of a key. */
    Optional<Versioned> read(String key);

    /**
     * Replaces a document if its version is still the expected one.
     *
     * @param key at most 200 characters
     * @param expectedVersion the version to replace; 0 if the key must not exist
     * @param document at most {@link StateStore#MAX_CHARACTERS} characters
     * @param schedule when {@link StateStore#due} returns the key, and how long the document is kept
     * @return whether the document was written; false if its version differs
     */
    boolean write(String key, long expectedVersion, String document, Schedule schedule);
}
