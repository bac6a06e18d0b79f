package io.tiercel.functions.audit.anchor;

import java.util.Optional;

/**
 * Stores anchors outside the database, where they cannot be changed. All methods throw {@link
 * io.tiercel.functions.incident.StoreUnavailable} if the store fails.
 */
public interface AnchorStore {
    /** Maximum length of an anchor in bytes. A longer document counts as damaged and is not read. */
    int MAX_BYTES = 32 << 20;

    /** Maximum sequence number of an anchor, more than a thousand years of hours. */
    long MAX_SEQUENCE = 99_999_998;

    /** Returns the sequence number of the newest anchor; 0 if there is none. */
    long newest();

    /** Returns the document of an anchor; an empty result if it does not exist. */
    Optional<String> read(long sequence);

    /**
     * Stores a new anchor, unless one with its sequence number exists. It is durable when this method returns.
     *
     * @return whether it was stored
     */
    boolean add(long sequence, String document);
}
