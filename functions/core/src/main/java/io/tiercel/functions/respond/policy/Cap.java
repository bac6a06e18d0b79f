package io.tiercel.functions.respond.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many incidents may be acted on without a person.
 *
 * @param most this many, 0 to 100
 * @param within in any stretch of this length, a minute to 7 days
 * @param per name of a fact, e.g. {@code enrich.host.cluster}: each of its values has a count of its own, and where it is
 *     not known nothing is done without a person; null for one count of all
 */
public record Cap(int most, Duration within, @Nullable String per) {
    /** Where a policy says nothing. */
    public static final Cap STANDARD = new Cap(3, Duration.ofHours(1), null);

    /** For all policies together, where the file says nothing. */
    public static final Cap STANDARD_IN_ALL = new Cap(10, Duration.ofHours(1), null);
}
