package io.tiercel.sensor.detect;

import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.event.Event;
import io.tiercel.sensor.bpf.RecordLayout;
import io.tiercel.sensor.event.PrefilteredEvent;
import io.tiercel.sensor.prefilter.Prefilter;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel has found out about events for one rule set.
 *
 * @param pass null if nobody looks at events before the rules do
 * @param generation of the events that went through it; others were looked at for other rules
 */
record ActivePrefilter(@Nullable Prefilter pass, int generation) {
    static final ActivePrefilter NONE = new ActivePrefilter(null, RecordLayout.CLAUSES_ALL);

    /** Whether no rule can match the event: it came only to keep the state right, or to have this judgement checked. */
    boolean rulesOut(Event event) {
        return looked(event) && ((PrefilteredEvent) event).clauses() == 0;
    }

    /** Whether a rule can match the event. */
    boolean allows(Event event, Rule rule) {
        return !looked(event) || allows(event.type(), ((PrefilteredEvent) event).clauses(), rule);
    }

    /** Whether a rule can match events of a type for which these clauses are left. */
    boolean allows(int type, long clauses, Rule rule) {
        return pass == null || pass.allows(type, clauses, rule);
    }

    /** Whether the kernel has looked at the event for these rules. */
    boolean looked(Event event) {
        return pass != null && event instanceof PrefilteredEvent seen && seen.generation() == generation;
    }
}
