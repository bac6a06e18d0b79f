package io.tiercel.functions.incident;

import org.jspecify.annotations.Nullable;

/**
 * A query for incidents.
 *
 * @param state only incidents in this state; null for any state
 * @param minEscalation minimum escalation level; 0 for any level
 * @param rule only incidents of the rule with exactly this name; null for any rule
 * @param limit maximum number of results, 1 or more
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
