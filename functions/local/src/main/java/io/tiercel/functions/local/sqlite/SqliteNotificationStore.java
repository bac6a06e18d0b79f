package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notification.NotificationStore;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Notification records and acknowledgements in SQLite. */
public final class SqliteNotificationStore implements NotificationStore {
    private final SqliteDatabase database;

    public SqliteNotificationStore(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Optional<NotificationRecord> findRecord(String incidentId, String channel) {
        return listRecords(incidentId).stream()
                .filter(stored -> stored.channel().equals(channel))
                .findFirst();
    }

    @Override
    public List<NotificationRecord> listRecords(String incidentId) {
        return database.read(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT * FROM notification WHERE incident_id = ? ORDER BY channel")) {
                query.setString(1, incidentId);
                List<NotificationRecord> records = new ArrayList<>();
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        records.add(read(row));
                    }
                }
                return List.copyOf(records);
            }
        });
    }

    private static NotificationRecord read(ResultSet row) throws SQLException {
        return new NotificationRecord(
                row.getString("incident_id"),
                row.getString("channel"),
                row.getLong("delivered_count"),
                row.getLong("pending_from"),
                Instant.ofEpochMilli(row.getLong("not_before")),
                row.getInt("attempts"),
                row.getLong("sent"),
                row.getString("error"),
                Json.read(row.getString("delivered_state"), NotificationState.class, StoreUnavailable::new),
                row.getString("thread"),
                row.getBoolean("in_flight"),
                row.getLong("revision"));
    }

    @Override
    public boolean replace(NotificationRecord next) {
        return database.write(connection -> {
            // Nothing is stored for an incident that has been pruned.
            try (PreparedStatement upsert = connection.prepareStatement("""
                    INSERT INTO notification
                        (incident_id, channel, delivered_count, pending_from, not_before, attempts, sent, error, state,
                         verified, delivered_state, thread, in_flight, revision)
                    SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?14, ?10, ?11, ?12, ?13 FROM incident
                        WHERE id = ?1 AND (?13 = 1 OR EXISTS (
                            SELECT 1 FROM notification WHERE incident_id = ?1 AND channel = ?2))
                    ON CONFLICT (incident_id, channel) DO UPDATE SET
                        delivered_count = excluded.delivered_count, pending_from = excluded.pending_from,
                        not_before = excluded.not_before, attempts = excluded.attempts, sent = excluded.sent,
                        error = excluded.error, state = excluded.state, verified = excluded.verified,
                        delivered_state = excluded.delivered_state,
                        thread = excluded.thread, in_flight = excluded.in_flight, revision = excluded.revision
                        WHERE revision = excluded.revision - 1
                    """)) {
                upsert.setString(1, next.incidentId());
                upsert.setString(2, next.channel());
                upsert.setLong(3, next.deliveredCount());
                upsert.setLong(4, next.pendingFromCount());
                upsert.setLong(5, next.notBeforeMillis());
                upsert.setInt(6, next.attempts());
                upsert.setLong(7, next.sent());
                upsert.setString(8, next.error());
                upsert.setString(
                        9,
                        next.state().state().isEmpty() ? "open" : next.state().state());
                upsert.setString(10, Json.write(next.state()));
                upsert.setString(11, next.thread());
                upsert.setBoolean(12, next.inFlight());
                upsert.setLong(13, next.revision());
                upsert.setBoolean(14, next.state().verified());
                return upsert.executeUpdate() == 1;
            }
        });
    }

    @Override
    public List<String> findPending(String channel, Instant now, int limit) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement("""
                    SELECT i.id FROM incident i
                    LEFT JOIN notification n ON n.incident_id = i.id AND n.channel = ?
                    WHERE (i.count >= coalesce(n.pending_from, 1) AND coalesce(n.not_before, 0) <= ?)
                        OR ((n.state <> CASE WHEN i.state = 'open' AND i.escalation > 0 THEN 'escalated' ELSE i.state END
                                OR i.verified_count > 0 AND NOT n.verified)
                            AND n.attempts = 0 AND NOT n.in_flight)
                    ORDER BY coalesce(n.not_before, 0), i.last_seen LIMIT ?
                    """)) {
                query.setString(1, channel);
                query.setLong(2, now.toEpochMilli());
                query.setInt(3, limit);
                List<String> ids = new ArrayList<>();
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        ids.add(row.getString(1));
                    }
                }
                return List.copyOf(ids);
            }
        });
    }

    @Override
    public Optional<Acknowledgement> acknowledgement(String incidentId) {
        return database.read(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT * FROM acknowledgement WHERE incident_id = ?")) {
                query.setString(1, incidentId);
                try (ResultSet row = query.executeQuery()) {
                    return row.next()
                            ? Optional.of(new Acknowledgement(
                                    incidentId, row.getInt("episode"), row.getString("by"), row.getLong("at")))
                            : Optional.<Acknowledgement>empty();
                }
            }
        });
    }

    @Override
    public void acknowledge(Acknowledgement acknowledgement) {
        database.write(connection -> {
            try (PreparedStatement upsert = connection.prepareStatement("""
                    INSERT OR REPLACE INTO acknowledgement (incident_id, episode, by, at)
                    SELECT id, ?, ?, ? FROM incident WHERE id = ?
                    """)) {
                upsert.setInt(1, acknowledgement.episode());
                upsert.setString(2, acknowledgement.by());
                upsert.setLong(3, acknowledgement.atMillis());
                upsert.setString(4, acknowledgement.incidentId());
                return upsert.executeUpdate();
            }
        });
    }
}
