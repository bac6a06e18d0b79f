package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.UrgencyClass;

/**
 * The order of a queue of incidents: a column {@code urgency} with the {@link UrgencyClass}, and a column {@code turn}. Within a class,
 * senders take turns. A new request gets the turn after the lowest one that waits, and after all of its own sender. No sender therefore has
 * two requests in one turn, and nothing is added to the turn that is being served. Unverified senders are one sender, because nothing
 * proves that they are several.
 *
 * <p>The targets of a verified sender, such as its pods, share the turns of the sender in the same way ({@link #SHARE}), so that a noisy
 * pod delays itself only.
 */
final class FairTurns {
    /** The number of turns of a sender that its targets share. Later requests wait until they are among them. */
    private static final int MAX_SHARED = 100;

    /**
     * Orders the first requests of a sender and the one of incident {@code ?1} again: first requests of each target come before second ones,
     * and so on. The turns remain those of the sender.
     */
    static final String SHARE = """
            WITH own AS (
                SELECT incident_id, urgency, sender, target, turn FROM response_request
                WHERE incident_id = ?1 AND pending = 1 AND sender <> ''),
            earliest AS MATERIALIZED (
                SELECT q.incident_id, q.target, q.turn FROM own JOIN response_request q USING (urgency, sender)
                WHERE q.pending = 1 AND q.incident_id <> own.incident_id ORDER BY q.turn LIMIT %d),
            sharing AS MATERIALIZED (
                SELECT incident_id, target, turn FROM own WHERE EXISTS (SELECT 1 FROM earliest WHERE target <> own.target)),
            shared AS (
                SELECT * FROM sharing UNION ALL SELECT earliest.* FROM sharing CROSS JOIN earliest),
            ranked AS (
                SELECT incident_id, turn, row_number() OVER (ORDER BY turn) AS place,
                    row_number() OVER (PARTITION BY target ORDER BY turn) AS rank FROM shared),
            ordered AS (
                SELECT incident_id, turn, row_number() OVER (ORDER BY rank, turn) AS place FROM ranked)
            UPDATE response_request SET turn = slot.turn FROM ordered JOIN ranked slot USING (place)
            WHERE response_request.incident_id = ordered.incident_id AND slot.turn <> ordered.turn
            """.formatted(MAX_SHARED);

    private FairTurns() {}

    /**
     * Returns the query for an incident: its id, urgency, sender, next turn in a queue, and target. The parameter {@code ?1} is the incident's id.
     *
     * @param queue the table, with the columns {@code urgency}, {@code sender} and {@code turn}
     * @param waiting the condition of rows {@code q} that wait, without those that wait for a time: they would hold the lowest turn
     */
    static String of(String queue, String waiting) {
        return """
                SELECT id, urgency, sender, 1 + max(
                    coalesce((SELECT min(q.turn) FROM %1$s q WHERE %2$s AND q.urgency = i.urgency), 0),
                    coalesce((SELECT max(q.turn) FROM %1$s q WHERE %2$s AND q.urgency = i.urgency AND q.sender = i.sender), 0)) AS turn, target
                FROM (SELECT id,
                    CASE WHEN verified_count = 0 THEN %3$d WHEN priority > %4$d THEN %5$d ELSE %6$d END AS urgency,
                    coalesce(enrichment ->> '$.sender.instanceId', enrichment ->> '$.sender.node', '') AS sender,
                    coalesce(enrichment ->> '$.host.podUid', enrichment ->> '$.host.containerId', '') AS target
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
