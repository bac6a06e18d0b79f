package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.respond.ResponseRequestPublisher;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;

/**
 * The responder's bell as a table: one row per incident, written in the transaction that counts the alert, so that a kill
 * forgets no incident. There is no more to wait for than there are incidents.
 */
public final class ResponseQueue implements ResponseRequestPublisher {
    /** Tries at an incident that the responder fails at, until the incident changes again. */
    static final int MAX_ATTEMPTS = 5;

    private final SqliteDatabase database;
    private volatile Runnable listener = () -> {};

    public ResponseQueue(SqliteDatabase database) {
        this.database = database;
    }

    /** Who is told, after the commit, that something waits; the last one that asks. */
    public void listen(Runnable listener) {
        this.listener = listener;
    }

    @Override
    public void publish(String incidentId, String requestId) {
        boolean news = database.write(connection -> {
            try (PreparedStatement upsert = connection.prepareStatement("""
                    INSERT INTO response_request (incident_id, request_id, pending, attempts)
                    SELECT id, ?2, 1, 0 FROM incident WHERE id = ?1
                    ON CONFLICT (incident_id) DO UPDATE SET request_id = excluded.request_id, pending = 1, attempts = 0
                    WHERE request_id <> excluded.request_id
                    """)) {
                upsert.setString(1, incidentId);
                upsert.setString(2, requestId);
                return upsert.executeUpdate() > 0;
            }
        });
        if (news) {
            database.afterCommit(listener);
        }
    }

    /** How many incidents wait for the responder. */
    public long waiting() {
        return database.read(connection -> {
            try (PreparedStatement query =
                            connection.prepareStatement("SELECT count(*) FROM response_request WHERE pending = 1");
                    ResultSet result = query.executeQuery()) {
                return result.getLong(1);
            }
        });
    }

    /** Incidents that wait for the responder. */
    public List<Waiting> next(int limit) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT incident_id, request_id FROM response_request WHERE pending = 1 ORDER BY attempts, rowid LIMIT ?")) {
                query.setInt(1, limit);
                List<Waiting> waiting = new ArrayList<>();
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        waiting.add(new Waiting(row.getString(1), row.getString(2)));
                    }
                }
                return List.copyOf(waiting);
            }
        });
    }

    /** The responder has looked; what has changed since waits on. */
    public void done(Waiting seen) {
        database.write(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE response_request SET pending = 0 WHERE incident_id = ? AND request_id = ?")) {
                update.setString(1, seen.incidentId());
                update.setString(2, seen.requestId());
                return update.executeUpdate();
            }
        });
    }

    /**
     * The responder has failed.
     *
     * @return whether it will be asked again
     */
    public boolean failed(Waiting seen) {
        return database.write(connection -> {
            try (PreparedStatement update = connection.prepareStatement("""
                    UPDATE response_request SET attempts = attempts + 1, pending = attempts + 1 < ?
                    WHERE incident_id = ? AND request_id = ? RETURNING pending
                    """)) {
                update.setInt(1, MAX_ATTEMPTS);
                update.setString(2, seen.incidentId());
                update.setString(3, seen.requestId());
                try (ResultSet row = update.executeQuery()) {
                    return !row.next() || row.getBoolean(1);
                }
            }
        });
    }

    /**
     * An incident that waits.
     *
     * @param incidentId the incident
     * @param requestId what it was last rung for
     */
    public record Waiting(String incidentId, String requestId) {}
}
