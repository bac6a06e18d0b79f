package io.tiercel.functions.incident;

import org.jspecify.annotations.Nullable;

/**
 * Which incidents to list.
 *
 * @param state null for any
 * @param minEscalation only those that have passed this many thresholds; 0 for all
 * @param rule exact name of the rule; null for any
 * @param limit at most this many, 1 or more
 */
public record IncidentQuery(
        @Nullable IncidentState state,
        int minEscalation,
        @Nullable String rule,
        int limit) {
    public IncidentQuery(@Nullable IncidentState state, @Nullable String rule, int limit) {
        this(state, 0, rule, limit);
    }
}
