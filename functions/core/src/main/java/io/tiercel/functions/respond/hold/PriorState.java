package io.tiercel.functions.respond.hold;

import org.jspecify.annotations.Nullable;

/**
 * Where the state of a part before the first write is stored.
 *
 * @param text the state; null if it is too long and therefore in documents of its own
 * @param id identifies these documents
 * @param documents the number of these documents
 */
record PriorState(@Nullable String text, String id, int documents) {}
