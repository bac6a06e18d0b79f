package io.tiercel.sensor.prefilter;

import io.tiercel.rules.engine.Rule;
import java.util.List;
import java.util.Map;

/**
 * The rules of each disjunct. It is all that the sensor needs of a prefilter once the kernel has its tables, and a small part of
 * its memory.
 */
public final class DisjunctRules {
    private final Map<Integer, List<List<Rule>>> byType;

    /** Creates the rules from lists that are indexed by the bit of the disjunct, by event type. */
    DisjunctRules(Map<Integer, List<List<Rule>>> byType) {
        this.byType = Map.copyOf(byType);
    }

    /** Returns true if the rule can match an event of the type with this mask of surviving disjuncts. */
    public boolean mayMatch(int type, long disjuncts, Rule rule) {
        List<List<Rule>> rules = byType.get(type);
        if (rules == null) {
            return true;
        }
        for (int i = 0; i < rules.size(); i++) {
            if ((disjuncts >>> i & 1) != 0 && rules.get(i).stream().anyMatch(one -> one == rule)) {
                return true;
            }
        }
        return false;
    }
}
