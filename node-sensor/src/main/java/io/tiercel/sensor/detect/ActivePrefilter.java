package io.tiercel.sensor.detect;

import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.event.Event;
import io.tiercel.sensor.bpf.record.RecordLayout;
import io.tiercel.sensor.event.PrefilteredEvent;
import io.tiercel.sensor.prefilter.DisjunctRules;
import org.jspecify.annotations.Nullable;

/**
 * The prefilter that the kernel applies for the current rules.
 *
 * @param rules the rules of its disjuncts; null if no prefilter is active
 * @param generation generation number in events that this prefilter has checked; other events were checked for other
 *     rules
 */
record ActivePrefilter(@Nullable DisjunctRules rules, int generation) {
    static final ActivePrefilter NONE = new ActivePrefilter(null, RecordLayout.GENERATION_NONE);

    /**
     * Returns true if no rule can match the event. The kernel submits such events to maintain process state, and in
     * verify mode.
     */
    boolean excludesAllRules(Event event) {
        return appliesTo(event) && ((PrefilteredEvent) event).disjuncts() == 0;
    }

    /** Returns true if the rule can match the event. */
    boolean mayMatch(Event event, Rule rule) {
        return !appliesTo(event) || mayMatch(event.type(), ((PrefilteredEvent) event).disjuncts(), rule);
    }

    /** Returns true if the rule can match events of the type with this mask of surviving disjuncts. */
    boolean mayMatch(int type, long disjuncts, Rule rule) {
        return rules == null || rules.mayMatch(type, disjuncts, rule);
    }

    /** Returns true if this prefilter has checked the event. */
    boolean appliesTo(Event event) {
        return rules != null && event instanceof PrefilteredEvent filtered && filtered.generation() == generation;
    }
}
