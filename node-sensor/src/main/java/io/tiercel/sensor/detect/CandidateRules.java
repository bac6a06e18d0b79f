package io.tiercel.sensor.detect;

import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleSelection;
import io.tiercel.rules.event.Event;
import io.tiercel.sensor.event.PrefilteredEvent;
import org.jspecify.annotations.Nullable;

/**
 * The rules that the kernel left for an event. Few masks occur, each over and over: the rules for one are put together once and
 * found by it in a table in which another with the same place takes its seat.
 */
final class CandidateRules {
    /** A power of two. */
    private static final int SEATS = 64;

    private final RuleEngine rules;
    private final ActivePrefilter pass;
    private final RuleSelection all;
    private final long[] clauses = new long[SEATS];
    private final int[] types = new int[SEATS];
    private final @Nullable RuleSelection[] selections = new RuleSelection[SEATS];

    CandidateRules(RuleEngine rules, ActivePrefilter pass) {
        this.rules = rules;
        this.pass = pass;
        this.all = rules.select(rule -> true);
    }

    RuleSelection of(Event event) {
        return event instanceof PrefilteredEvent seen && pass.looked(event) ? of(event.type(), seen.clauses()) : all;
    }

    private RuleSelection of(int type, long left) {
        int seat = (Long.hashCode(left * 0x9e3779b97f4a7c15L) ^ type) & (SEATS - 1);
        RuleSelection found = selections[seat];
        if (found == null || clauses[seat] != left || types[seat] != type) {
            found = rules.select(rule -> pass.allows(type, left, rule));
            clauses[seat] = left;
            types[seat] = type;
            selections[seat] = found;
        }
        return found;
    }
}
