package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.privacy.Retention;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Deletes records whose retention is over. It deletes in batches, each in a transaction of its own, so that alerts never wait
 * long. Open incidents, responses in force and the audit log are always kept.
 */
public final class SqliteRetention {
    /** Maximum number of rows that one transaction deletes. Rows that belong to them are deleted too. */
    static final int BATCH = 200;

    /** Maximum number of batches of each kind in one run. The next run continues. */
    static final int MAX_BATCHES = 50;

    private static final String SAMPLES =
            "DELETE FROM sample WHERE rowid IN (SELECT rowid FROM sample WHERE stored_at < ?1 LIMIT ?2)";

    /** Members of old groups, after their incidents. */
    private static final String MEMBERS = """
            DELETE FROM group_member WHERE (group_id, incident_id) IN (
                SELECT m.group_id, m.incident_id FROM incident_group g JOIN group_member m ON m.group_id = g.id
                WHERE g.since < ?1 AND NOT EXISTS (SELECT 1 FROM incident i WHERE i.id = m.incident_id)
                LIMIT ?2)
            """;

    private static final String ASSIGNMENTS = """
            DELETE FROM group_assignment WHERE (incident_id, channel, occasion) IN (
                SELECT a.incident_id, a.channel, a.occasion FROM incident_group g JOIN group_assignment a ON a.group_id = g.id
                WHERE g.since < ?1 AND NOT EXISTS (SELECT 1 FROM incident i WHERE i.id = a.incident_id)
                LIMIT ?2)
            """;

    private static final String EMPTY_GROUPS = """
            DELETE FROM incident_group WHERE id IN (
                SELECT id FROM incident_group g WHERE since < ?1
                    AND NOT EXISTS (SELECT 1 FROM group_member WHERE group_id = g.id)
                    AND NOT EXISTS (SELECT 1 FROM group_assignment WHERE group_id = g.id)
                LIMIT ?2)
            """;

    /** The causes of folded incidents, up to 10,000 each, which would make the deletion of a batch of incidents slow. */
    private static final String FOLDED_CAUSES = """
            DELETE FROM folded_cause WHERE (incident_id, cause) IN (
                SELECT incident_id, cause FROM incident JOIN folded_cause ON incident_id = id
                WHERE state = 'closed' AND last_received_at < ?1
                    AND NOT EXISTS (SELECT 1 FROM response_state WHERE key = 'plan/' || id AND kept = 1)
                LIMIT ?2)
            """;

    private static final String INCIDENTS = """
            DELETE FROM incident WHERE id IN (
                SELECT id FROM incident WHERE state = 'closed' AND last_received_at < ?1
                    AND NOT EXISTS (SELECT 1 FROM response_state WHERE key = 'plan/' || id AND kept = 1)
                    AND NOT EXISTS (SELECT 1 FROM folded_cause WHERE incident_id = id)
                LIMIT ?2)
            """;

    /** Messages about groups. Those about incidents are deleted with the incident. */
    private static final String GROUPS = """
            DELETE FROM notification WHERE rowid IN (
                SELECT rowid FROM notification WHERE incident_id IS NULL AND changed_at < ?1 LIMIT ?2)
            """;

    /** The second part of a key is the incident, except for keys that belong to none. */
    private static final String RESPONSES = """
            DELETE FROM response_state WHERE key IN (
                SELECT key FROM (
                    SELECT key, substr(key, instr(key, '/') + 1) || '/' AS rest
                    FROM response_state WHERE kept = 0 AND changed_at < ?1)
                WHERE NOT EXISTS (SELECT 1 FROM incident WHERE id = substr(rest, 1, instr(rest, '/') - 1))
                LIMIT ?2)
            """;

    private static final String HEALTH =
            "DELETE FROM health WHERE seq IN (SELECT seq FROM health WHERE received_at < ?1 LIMIT ?2)";

    private static final String REJECTED =
            "DELETE FROM refused WHERE seq IN (SELECT seq FROM refused WHERE received < ?1 LIMIT ?2)";

    private final SqliteDatabase database;
    private final Retention retention;
    private final InstantSource clock;

    public SqliteRetention(SqliteDatabase database, Retention retention, InstantSource clock) {
        this.database = database;
        this.retention = retention;
        this.clock = clock;
    }

    /**
     * Deletes the expired records of every kind, at most {@link #MAX_BATCHES} batches of each.
     *
     * @return the number of deleted records
     * @throws io.tiercel.functions.incident.StoreUnavailable if the database fails; the next run continues
     */
    public long deleteExpired() {
        return List.of(
                        new Kind(SAMPLES, retention.samples()),
                        new Kind(FOLDED_CAUSES, retention.incidents()),
                        new Kind(INCIDENTS, retention.incidents()),
                        new Kind(GROUPS, retention.incidents()),
                        new Kind(MEMBERS, retention.incidents()),
                        new Kind(ASSIGNMENTS, retention.incidents()),
                        new Kind(EMPTY_GROUPS, retention.incidents()),
                        new Kind(RESPONSES, retention.responses()),
                        new Kind(HEALTH, retention.health()),
                        new Kind(REJECTED, retention.rejected()))
                .stream()
                .mapToLong(this::delete)
                .sum();
    }

    private long delete(Kind kind) {
        long before = clock.instant().minus(kind.kept()).toEpochMilli();
        long deleted = 0;
        for (int batch = 0; batch < MAX_BATCHES; batch++) {
            int rows = database.write(connection -> {
                try (PreparedStatement statement = connection.prepareStatement(kind.statement())) {
                    statement.setLong(1, before);
                    statement.setInt(2, BATCH);
                    return statement.executeUpdate();
                }
            });
            deleted += rows;
            if (rows < BATCH) {
                break;
            }
        }
        return deleted;
    }

    /**
     * A kind of record.
     *
     * @param statement deletes records; its parameters are the time before which they expire, and the maximum number
     * @param kept how long they are kept
     */
    private record Kind(String statement, Duration kept) {}
}
