package io.tiercel.functions.local.store;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.notification.Announcement;
import io.tiercel.functions.notification.AnnouncementStore;
import io.tiercel.functions.notification.Situation;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Announcements in SQLite. */
public final class SqliteAnnouncementStore implements AnnouncementStore {
    private final Database database;

    public SqliteAnnouncementStore(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Announcement> announcement(String incidentId, String channel) {
        return announcements(incidentId).stream()
                .filter(announcement -> announcement.channel().equals(channel))
                .findFirst();
    }

    @Override
    public List<Announcement> announcements(String incidentId) {
        return database.read(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT * FROM announcement WHERE incident_id = ? ORDER BY channel")) {
                query.setString(1, incidentId);
                List<Announcement> announcements = new ArrayList<>();
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        announcements.add(announcement(row));
                    }
                }
                return List.copyOf(announcements);
            }
        });
    }

    private static Announcement announcement(ResultSet row) throws SQLException {
        return new Announcement(
                row.getString("incident_id"),
                row.getString("channel"),
                row.getLong("announced_count"),
                row.getLong("owed_from"),
                Instant.ofEpochMilli(row.getLong("not_before")),
                row.getInt("attempts"),
                row.getLong("sent"),
                row.getString("problem"),
                Json.read(row.getString("situation"), Situation.class, StoreUnavailable::new),
                row.getString("thread"),
                row.getBoolean("unsure"),
                row.getLong("revision"));
    }

    @Override
    public boolean replace(Announcement next) {
        return database.write(connection -> {
            // An incident that was forgotten meanwhile owes nothing any more.
            try (PreparedStatement upsert = connection.prepareStatement("""
                    INSERT INTO announcement
                        (incident_id, channel, announced_count, owed_from, not_before, attempts, sent, problem, state,
                         situation, thread, unsure, revision)
                    SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13 FROM incident
                        WHERE id = ?1 AND (?13 = 1 OR EXISTS (
                            SELECT 1 FROM announcement WHERE incident_id = ?1 AND channel = ?2))
                    ON CONFLICT (incident_id, channel) DO UPDATE SET
                        announced_count = excluded.announced_count, owed_from = excluded.owed_from,
                        not_before = excluded.not_before, attempts = excluded.attempts, sent = excluded.sent,
                        problem = excluded.problem, state = excluded.state, situation = excluded.situation,
                        thread = excluded.thread, unsure = excluded.unsure, revision = excluded.revision
                        WHERE revision = excluded.revision - 1
                    """)) {
                upsert.setString(1, next.incidentId());
                upsert.setString(2, next.channel());
                upsert.setLong(3, next.announcedCount());
                upsert.setLong(4, next.owedFrom());
                upsert.setLong(5, next.notBefore().toEpochMilli());
                upsert.setInt(6, next.attempts());
                upsert.setLong(7, next.sent());
                upsert.setString(8, next.problem());
                upsert.setString(
                        9,
                        next.situation().state().isEmpty()
                                ? "open"
                                : next.situation().state());
                upsert.setString(10, Json.write(next.situation()));
                upsert.setString(11, next.thread());
                upsert.setBoolean(12, next.unsure());
                upsert.setLong(13, next.revision());
                return upsert.executeUpdate() == 1;
            }
        });
    }

    @Override
    public List<String> owing(String channel, Instant now, int limit) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement("""
                    SELECT i.id FROM incident i
                    LEFT JOIN announcement a ON a.incident_id = i.id AND a.channel = ?
                    WHERE (i.count >= coalesce(a.owed_from, 1) AND coalesce(a.not_before, 0) <= ?)
                        OR (a.state <> CASE WHEN i.state = 'open' AND i.escalation > 0 THEN 'escalated' ELSE i.state END
                            AND a.attempts = 0 AND NOT a.unsure)
                    ORDER BY coalesce(a.not_before, 0), i.last_seen LIMIT ?
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
