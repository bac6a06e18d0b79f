package io.tiercel.functions.incident;

import org.jspecify.annotations.Nullable;

/**
 * Which incidents to list.
 *
 * @param state null for any
 * @param rule exact name of the rule; null for any
 * @param limit at most this many, 1 or more
 */
public record IncidentQuery(
        @Nullable IncidentState state, @Nullable String rule, int limit) {}
