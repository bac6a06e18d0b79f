package io.tiercel.functions.respond.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A limit on how many affected targets may be acted on without approval.
 *
 * @param max the maximum number within the window, 0 to 100
 * @param within the length of the sliding window, 1 minute to 7 days
 * @param per the name of a field, such as {@code enrich.cluster}. Each of its values has its own count, and a target
 *     without a value requires approval. Null for a single count
 */
public record Cap(int max, Duration within, @Nullable String per) {
    /** The default cap of a policy. */
    public static final Cap DEFAULT = new Cap(3, Duration.ofHours(1), null);

    /** The default cap of all policies together. */
    public static final Cap DEFAULT_FOR_ALL = new Cap(10, Duration.ofHours(1), null);
}
