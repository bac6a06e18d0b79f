package io.tiercel.functions.incident;

import java.util.ArrayList;
import java.util.List;

/**
 * When an incident becomes more urgent than its first alert: each threshold that it passes is a level. Counts and tactics
 * never shrink, so the level does not depend on the order of the alerts.
 *
 * @param tactics this many different tactics are a level; 0 for none
 * @param counts each of these counts is a level; ascending, at most {@link #MAX_COUNTS}
 */
public record Escalation(int tactics, List<Long> counts) {
    /** Most counts. */
    public static final int MAX_COUNTS = 8;

    /** The level of an incident. */
    public int level(IncidentSummary standing) {
        return passed(standing.count(), standing.tactics()).size();
    }

    /** The thresholds that are passed, in words. */
    public List<String> passed(long count, int seenTactics) {
        List<String> passed = new ArrayList<>();
        if (tactics > 0 && seenTactics >= tactics) {
            passed.add(tactics + " tactics");
        }
        counts.stream().filter(threshold -> count >= threshold).forEach(threshold -> passed.add(threshold + " alerts"));
        return List.copyOf(passed);
    }
}
