package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.UrgencyClass;

/**
 * The order of a queue of incidents: a column {@code urgency} with the {@link UrgencyClass}, and a column {@code turn}. Within a class,
 * senders take turns. A new request gets the turn after the lowest one that waits, and after all of its own sender. No sender therefore has
 * two requests in one turn, and nothing is added to the turn that is being served. Unverified senders are one sender, because nothing
 * proves that they are several.
 */
final class FairTurns {
    private FairTurns() {}

    /**
     * Returns the query for an incident: its id, urgency, sender and next turn in a queue. The parameter {@code ?1} is the incident's id.
     *
     * @param queue the table, with the columns {@code urgency}, {@code sender} and {@code turn}
     * @param waiting the condition of rows {@code q} that wait, without those that wait for a time: they would hold the lowest turn
     */
    static String of(String queue, String waiting) {
        return """
                SELECT id, urgency, sender, 1 + max(
                    coalesce((SELECT min(q.turn) FROM %1$s q WHERE %2$s AND q.urgency = i.urgency), 0),
                    coalesce((SELECT max(q.turn) FROM %1$s q WHERE %2$s AND q.urgency = i.urgency AND q.sender = i.sender), 0)) AS turn
                FROM (SELECT id,
                    CASE WHEN verified_count = 0 THEN %3$d WHEN priority > %4$d THEN %5$d ELSE %6$d END AS urgency,
                    coalesce(enrichment ->> '$.sender.instanceId', enrichment ->> '$.sender.node', '') AS sender
                    FROM incident WHERE id = ?1) i
                """.formatted(
                        queue,
                        waiting,
                        UrgencyClass.UNVERIFIED.ordinal(),
                        UrgencyClass.LOWEST_URGENT.ordinal(),
                        UrgencyClass.VERIFIED.ordinal(),
                        UrgencyClass.VERIFIED_URGENT.ordinal());
    }
}
