package io.tiercel.sensor.prefilter;

import java.util.List;
import java.util.SortedSet;

/**
 * What the first pass does about one event type, for people.
 *
 * @param type the event type's name
 * @param drops whether an event can end in the kernel: not if one of the clauses cannot be ruled out by anything
 * @param clauses of which an event must fulfil one
 */
public record EventTypeSummary(String type, boolean drops, List<DisjunctSummary> clauses) {
    /**
     * One way in which an event can match.
     *
     * @param rules whose way it is
     * @param pushed what the kernel looks at
     * @param unpushed what it cannot look at
     * @param everyEvent whether nothing that it looks at can rule the clause out
     */
    public record DisjunctSummary(
            List<String> rules, List<String> pushed, SortedSet<NotPushedDown> unpushed, boolean everyEvent) {}
}
