package io.tiercel.functions.respond.state;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps small documents under keys, each with a version. Whoever writes names the version that he has read; if another one
 * is there, nothing is written. All methods may be called from any thread and any number of processes; all throw
 * {@link io.tiercel.functions.incident.StoreUnavailable} where the store fails, and then a write may or may not have had
 * its effect.
 */
public interface StateStore {
    /** Longest document, in characters: with its key it fits into an item of DynamoDB. */
    int MAX_CHARACTERS = 350_000;

    /**
     * A document as it lies in the store.
     *
     * @param version 1 for the first, one more with every write
     * @param document its text
     */
    record Versioned(long version, String document) {}

    /** What the last write has left under the key. */
    Optional<Versioned> read(String key);

    /**
     * Writes a document in place of the one that was read.
     *
     * @param key at most 200 characters
     * @param replaced version of the one that was read; 0 if there was none
     * @param document at most {@link #MAX_CHARACTERS} characters
     * @param due when {@link #due} shall name the key; null for never
     * @return whether it is written; if not, another version is there
     */
    boolean write(String key, long replaced, String document, @Nullable Instant due);

    /** Keys whose time has come, the longest due first. */
    List<String> due(Instant now, int limit);
}
