package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.NotificationStore;
import io.tiercel.functions.notification.Subject;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Notification records and acknowledgements in SQLite. */
public final class SqliteNotificationStore implements NotificationStore {
    private static final String INSERT = """
            INSERT INTO notification (subject, channel, incident_id, document, urgency, due, since, revision, changed_at)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
                WHERE ?3 IS NULL OR EXISTS (SELECT 1 FROM incident WHERE id = ?3)
            ON CONFLICT DO NOTHING
            """;

    private static final String UPDATE = """
            UPDATE notification SET document = ?4, urgency = ?5, due = ?6, since = ?7, revision = ?8, changed_at = ?9
            WHERE subject = ?1 AND channel = ?2 AND incident_id IS ?3 AND revision = ?8 - 1
            """;

    private final SqliteDatabase database;
    private final InstantSource clock;

    public SqliteNotificationStore(SqliteDatabase database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Optional<NotificationRecord> findRecord(Subject subject, String channel) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT subject, channel, document, revision FROM notification WHERE subject = ? AND channel = ?")) {
                query.setString(1, subject.key());
                query.setString(2, channel);
                return rows(query, SqliteNotificationStore::read).stream().findFirst();
            }
        });
    }

    @Override
    public List<NotificationRecord> listRecords(Subject subject) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT subject, channel, document, revision FROM notification WHERE subject = ? ORDER BY channel")) {
                query.setString(1, subject.key());
                return rows(query, SqliteNotificationStore::read);
            }
        });
    }

    /** The columns say whose record it is and its revision: the erasure of a subject may change such texts in the document. */
    private static NotificationRecord read(ResultSet row) throws SQLException {
        return Json.read(row.getString("document"), NotificationRecord.class, StoreUnavailable::new)
                .storedAs(Subject.parse(row.getString("subject")), row.getString("channel"), row.getLong("revision"));
    }

    @Override
    public boolean replace(NotificationRecord next) {
        NotificationRecord.Pending pending = next.pending();
        String incidentId = switch (next.subject().kind()) {
            case INCIDENT -> next.subject().id();
            case GROUP -> null;
        };
        return database.write(connection -> {
            // Nothing is stored for an incident that has been deleted.
            try (PreparedStatement change = connection.prepareStatement(next.revision() == 1 ? INSERT : UPDATE)) {
                change.setString(1, next.subject().key());
                change.setString(2, next.channel());
                change.setString(3, incidentId);
                change.setString(4, Json.write(next));
                if (pending == null) {
                    change.setNull(5, Types.INTEGER);
                    change.setNull(6, Types.INTEGER);
                } else {
                    change.setInt(5, pending.urgency());
                    change.setLong(6, pending.due());
                }
                if (pending == null || pending.silence() != null) {
                    change.setNull(7, Types.INTEGER);
                } else {
                    change.setLong(7, pending.since());
                }
                change.setLong(8, next.revision());
                change.setLong(9, clock.millis());
                return change.executeUpdate() == 1;
            }
        });
    }

    @Override
    public List<Subject> findDue(String channel, Instant now, int limit) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT subject FROM notification WHERE channel = ? AND due <= ? ORDER BY urgency, due LIMIT ?")) {
                query.setString(1, channel);
                query.setLong(2, now.toEpochMilli());
                query.setInt(3, limit);
                return rows(query, row -> Subject.parse(row.getString(1)));
            }
        });
    }

    @Override
    public Optional<Instant> nextDue(String channel) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT min(due) FROM notification WHERE channel = ? AND due IS NOT NULL HAVING min(due) IS NOT NULL")) {
                query.setString(1, channel);
                return rows(query, row -> Instant.ofEpochMilli(row.getLong(1))).stream()
                        .findFirst();
            }
        });
    }

    @Override
    public Backlog backlog(String channel) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT count(since), min(since) FROM notification WHERE channel = ? AND due IS NOT NULL")) {
                query.setString(1, channel);
                return rows(
                                query,
                                row -> row.getLong(1) == 0
                                        ? Backlog.EMPTY
                                        : new Backlog(
                                                row.getLong(1), Optional.of(Instant.ofEpochMilli(row.getLong(2)))))
                        .getFirst();
            }
        });
    }

    private static <T> List<T> rows(PreparedStatement query, RowReader<T> reader) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                rows.add(reader.read(row));
            }
        }
        return List.copyOf(rows);
    }

    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
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
