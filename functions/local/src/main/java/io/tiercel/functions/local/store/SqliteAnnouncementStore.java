package io.tiercel.functions.local.store;

import io.tiercel.functions.notification.Announcement;
import io.tiercel.functions.notification.AnnouncementStore;
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
                row.getString("problem"));
    }

    @Override
    public void save(Announcement announcement) {
        database.write(connection -> {
            // An incident that was forgotten meanwhile owes nothing any more.
            try (PreparedStatement upsert = connection.prepareStatement("""
                    INSERT OR REPLACE INTO announcement
                        (incident_id, channel, announced_count, owed_from, not_before, attempts, sent, problem)
                    SELECT id, ?, ?, ?, ?, ?, ?, ? FROM incident WHERE id = ?
                    """)) {
                upsert.setString(1, announcement.channel());
                upsert.setLong(2, announcement.announcedCount());
                upsert.setLong(3, announcement.owedFrom());
                upsert.setLong(4, announcement.notBefore().toEpochMilli());
                upsert.setInt(5, announcement.attempts());
                upsert.setLong(6, announcement.sent());
                upsert.setString(7, announcement.problem());
                upsert.setString(8, announcement.incidentId());
                return upsert.executeUpdate();
            }
        });
    }

    @Override
    public List<String> owing(String channel, Instant now, int limit) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement("""
                    SELECT i.id FROM incident i
                    LEFT JOIN announcement a ON a.incident_id = i.id AND a.channel = ?
                    WHERE i.count >= coalesce(a.owed_from, 1) AND coalesce(a.not_before, 0) <= ?
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
}
