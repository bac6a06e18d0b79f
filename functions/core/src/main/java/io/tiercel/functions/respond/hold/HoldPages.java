package io.tiercel.functions.respond.hold;

import java.util.Collections;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The stored documents of {@link HoldRegistry} in pages, for {@link HeldTargets}. Throws {@link
 * io.tiercel.functions.incident.StoreUnavailable} if the store fails.
 */
@FunctionalInterface
public interface HoldPages {
    /** The start of the key of each document. */
    String PREFIX = HoldRegistry.PREFIX;

    /** A store without holds. */
    HoldPages NONE = (cursor, limit) -> new Page(Collections.emptySortedMap(), null);

    /**
     * A page.
     *
     * @param documents documents of the state store by key, in the order of the keys
     * @param next the cursor of the next page; null if this is the last one
     */
    record Page(
            SortedMap<String, String> documents, @Nullable String next) {}

    /**
     * Returns a page of the documents that are {@linkplain io.tiercel.functions.respond.state.StateStore.Schedule#kept kept} and whose keys
     * start with {@link #PREFIX}.
     *
     * @param cursor {@link Page#next} of the page before; null for the first page
     * @param limit maximum number of documents, 1 or more
     */
    Page page(@Nullable String cursor, int limit);
}
