package io.tiercel.functions.incident;

import java.util.ArrayList;
import java.util.List;

/**
 * Thresholds that raise the urgency of an incident. Each threshold that the incident reaches is one level. Counts and tactics
 * only grow, so the level does not depend on the order of the alerts.
 *
 * @param tactics number of different tactics that raises the level; 0 disables this threshold
 * @param counts numbers of alerts that raise the level, ascending, at most {@link #MAX_COUNTS}
 */
public record Escalation(int tactics, List<Long> counts) {
    /** Maximum number of count thresholds. */
    public static final int MAX_COUNTS = 8;

    /** Returns the level of an incident. */
    public int level(IncidentSummary summary) {
        return reached(summary.count(), summary.tactics()).size();
    }

    /** Describes the thresholds that are reached, for example {@code 100 alerts}. */
    public List<String> reached(long count, int seenTactics) {
        List<String> reached = new ArrayList<>();
        if (tactics > 0 && seenTactics >= tactics) {
            reached.add(tactics + " tactics");
        }
        counts.stream()
                .filter(threshold -> count >= threshold)
                .forEach(threshold -> reached.add(threshold + " alerts"));
        return List.copyOf(reached);
    }
}
