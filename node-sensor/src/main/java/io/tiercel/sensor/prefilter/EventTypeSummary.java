package io.tiercel.sensor.prefilter;

import java.util.List;
import java.util.SortedSet;

/**
 * A readable summary of the prefilter for one event type.
 *
 * @param type name of the event type
 * @param drops true if the kernel can drop events of this type, that is, if every disjunct can be excluded
 * @param comparesTexts true if the kernel makes most of the record before it compares its paths
 * @param disjuncts disjuncts of the rules; an event must meet one of them to match
 */
public record EventTypeSummary(String type, boolean drops, boolean comparesTexts, List<DisjunctSummary> disjuncts) {
    /**
     * One way in which an event can match.
     *
     * @param rules names of the rules that the disjunct belongs to
     * @param pushedDown attributes that the kernel tests
     * @param testedPerProcess fields that the sensor tests once for each process, for the kernel ({@link ProcessConditions})
     * @param notPushedDown fields that the kernel cannot test
     * @param everyEvent true if neither an attribute nor a process can exclude the disjunct
     */
    public record DisjunctSummary(
            List<String> rules,
            List<String> pushedDown,
            SortedSet<String> testedPerProcess,
            SortedSet<NotPushedDown> notPushedDown,
            boolean everyEvent) {}
}
