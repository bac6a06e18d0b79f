package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.respond.ResponseRequestPublisher;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;

/**
 * The queue of response requests: one row per incident, written in the transaction that counts the alert. A kill therefore
 * loses no request. The queue is never larger than the number of incidents.
 */
public final class ResponseQueue implements ResponseRequestPublisher {
    /** The maximum number of attempts at an incident. A change of the incident resets the attempts. */
    static final int MAX_ATTEMPTS = 5;

    private static final String UPSERT = """
            INSERT INTO response_request (incident_id, request_id, pending, attempts)
            SELECT id, ?2, 1, 0 FROM incident WHERE id = ?1
            ON CONFLICT (incident_id) DO UPDATE SET request_id = excluded.request_id, pending = 1, attempts = 0
            WHERE request_id <> excluded.request_id
            """;

    private final SqliteDatabase database;
    private final PreparedStatements statements = new PreparedStatements();
    private volatile Runnable listener = () -> {};

    public ResponseQueue(SqliteDatabase database) {
        this.database = database;
    }

    /** Sets the listener, which runs after a commit that added a request. */
    public void listen(Runnable listener) {
        this.listener = listener;
    }

    @Override
    public void publish(String incidentId, String requestId) {
        boolean added = database.write(connection -> {
            PreparedStatement upsert = statements.of(connection, UPSERT);
            upsert.setString(1, incidentId);
            upsert.setString(2, requestId);
            return upsert.executeUpdate() > 0;
        });
        if (added) {
            database.afterCommit(listener);
        }
    }

    /** Returns the number of pending incidents. */
    public long waiting() {
        return database.read(connection -> {
            try (PreparedStatement query =
                            connection.prepareStatement("SELECT count(*) FROM response_request WHERE pending = 1");
                    ResultSet result = query.executeQuery()) {
                return result.getLong(1);
            }
        });
    }

    /** Returns pending requests, those with the fewest attempts first. */
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

    /** Marks a request as processed. A newer request for the same incident stays pending. */
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
     * Records a failed attempt.
     *
     * @return whether the request will be retried
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
     * A pending request.
     *
     * @param incidentId the incident
     * @param requestId the last request for the incident
     */
    public record Waiting(String incidentId, String requestId) {}
}
