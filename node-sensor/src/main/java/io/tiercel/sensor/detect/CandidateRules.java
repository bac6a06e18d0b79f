package io.tiercel.sensor.detect;

import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleSubset;
import io.tiercel.rules.event.Event;
import io.tiercel.sensor.event.PrefilteredEvent;
import org.jspecify.annotations.Nullable;

/**
 * Selects the rules that can match an event, based on its surviving disjuncts. Few masks occur, so selections are kept
 * in a direct-mapped cache. A colliding entry replaces the previous one.
 */
final class CandidateRules {
    /** Must be a power of two. */
    private static final int CACHE_SLOTS = 64;

    private final RuleEngine rules;
    private final ActivePrefilter prefilter;
    private final RuleSubset all;
    private final long[] cachedDisjuncts = new long[CACHE_SLOTS];
    private final int[] cachedTypes = new int[CACHE_SLOTS];
    private final @Nullable RuleSubset[] cachedSelections = new RuleSubset[CACHE_SLOTS];

    CandidateRules(RuleEngine rules, ActivePrefilter prefilter) {
        this.rules = rules;
        this.prefilter = prefilter;
        this.all = rules.select(rule -> true);
    }

    RuleSubset select(Event event) {
        return event instanceof PrefilteredEvent filtered && prefilter.appliesTo(event)
                ? select(event.type(), filtered.disjuncts())
                : all;
    }

    private RuleSubset select(int type, long disjuncts) {
        int slot = (Long.hashCode(disjuncts * 0x9e3779b97f4a7c15L) ^ type) & (CACHE_SLOTS - 1);
        RuleSubset found = cachedSelections[slot];
        if (found == null || cachedDisjuncts[slot] != disjuncts || cachedTypes[slot] != type) {
            found = rules.select(rule -> prefilter.mayMatch(type, disjuncts, rule));
            cachedDisjuncts[slot] = disjuncts;
            cachedTypes[slot] = type;
            cachedSelections[slot] = found;
        }
        return found;
    }
}
