package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.operate.IncidentNotes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Assignments and comments of incidents in SQLite. */
public final class SqliteIncidentNotes implements IncidentNotes {
    private final SqliteDatabase database;

    public SqliteIncidentNotes(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Optional<Assignment> assignment(String incidentId) {
        return database.read(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT assignee, by, at FROM assignment WHERE incident_id = ?")) {
                query.setString(1, incidentId);
                try (ResultSet row = query.executeQuery()) {
                    return row.next()
                            ? Optional.of(new Assignment(
                                    row.getString(1), row.getString(2), Instant.ofEpochMilli(row.getLong(3))))
                            : Optional.<Assignment>empty();
                }
            }
        });
    }

    @Override
    public void assign(String incidentId, @Nullable Assignment assignment) {
        database.write(connection -> {
            if (assignment == null) {
                try (PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM assignment WHERE incident_id = ?")) {
                    delete.setString(1, incidentId);
                    return delete.executeUpdate();
                }
            }
            try (PreparedStatement upsert = connection.prepareStatement("""
                INSERT OR REPLACE INTO assignment (incident_id, assignee, by, at)
                SELECT id, ?, ?, ? FROM incident WHERE id = ?
                """)) {
                upsert.setString(1, assignment.to());
                upsert.setString(2, assignment.by());
                upsert.setLong(3, assignment.at().toEpochMilli());
                upsert.setString(4, incidentId);
                return upsert.executeUpdate();
            }
        });
    }

    @Override
    public Added comment(String incidentId, Comment comment) {
        return database.write(connection -> {
            if (!exists(connection, incidentId)) {
                return Added.UNKNOWN;
            }
            List<Comment> present = comments(connection, incidentId);
            if (!present.isEmpty()
                    && present.getLast().by().equals(comment.by())
                    && present.getLast().text().equals(comment.text())) {
                return Added.REPEATED;
            }
            if (present.size() >= MAX_COMMENTS) {
                return Added.FULL;
            }
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO comment (incident_id, number, at, by, text) VALUES (?, ?, ?, ?, ?)")) {
                insert.setString(1, incidentId);
                insert.setInt(2, present.size() + 1);
                insert.setLong(3, comment.at().toEpochMilli());
                insert.setString(4, comment.by());
                insert.setString(5, comment.text());
                insert.executeUpdate();
                return Added.ADDED;
            }
        });
    }

    private static boolean exists(Connection connection, String incidentId) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT 1 FROM incident WHERE id = ?")) {
            query.setString(1, incidentId);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    @Override
    public List<Comment> comments(String incidentId) {
        return database.read(connection -> comments(connection, incidentId));
    }

    private static List<Comment> comments(Connection connection, String incidentId) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT at, by, text FROM comment WHERE incident_id = ? ORDER BY number")) {
            query.setString(1, incidentId);
            List<Comment> comments = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    comments.add(new Comment(Instant.ofEpochMilli(row.getLong(1)), row.getString(2), row.getString(3)));
                }
            }
            return List.copyOf(comments);
        }
    }
}
