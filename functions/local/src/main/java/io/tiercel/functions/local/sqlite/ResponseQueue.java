package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.UrgencyClass;
import io.tiercel.functions.respond.ResponseRequest;
import io.tiercel.functions.respond.ResponseRequestPublisher;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The queue of response requests: one row per incident, written in the transaction that counts the alert. A kill therefore
 * loses no request. The queue is never larger than the number of incidents. Requests are ordered by {@link FairTurns}.
 */
public final class ResponseQueue implements ResponseRequestPublisher {
    /** The maximum number of attempts at an incident. A change of the incident resets the attempts. */
    static final int MAX_ATTEMPTS = 5;

    private static final String TURNS = FairTurns.of("response_request", "pending = 1");

    private static final String UPSERT = """
            INSERT INTO response_request (incident_id, urgency, sender, target, turn, request_id, pending, attempts)
            SELECT id, urgency, sender, target, turn, ?2, 1, 0 FROM (%s) WHERE true
            ON CONFLICT (incident_id) DO UPDATE SET request_id = excluded.request_id, pending = 1, attempts = 0,
                turn = CASE WHEN pending = 1 AND urgency <= excluded.urgency THEN turn ELSE excluded.turn END,
                target = excluded.target,
                sender = CASE WHEN pending = 1 AND urgency < excluded.urgency THEN sender ELSE excluded.sender END,
                urgency = CASE WHEN pending = 1 THEN min(urgency, excluded.urgency) ELSE excluded.urgency END
            WHERE request_id <> excluded.request_id
            """.formatted(TURNS);

    /** An operator's request comes before all others, whatever the incident's class. Further alerts do not change that. */
    private static final String RAISE = """
            UPDATE response_request SET urgency = ?2, sender = '',
                turn = coalesce((SELECT min(turn) - 1 FROM response_request WHERE pending = 1 AND urgency = ?2), 0)
            WHERE incident_id = ?1
            """;

    private static final String NEXT = """
            SELECT incident_id, request_id, sender, target FROM response_request WHERE pending = 1 AND urgency = ?
            ORDER BY turn, rowid LIMIT ?
            """;

    private static final String FAILED = """
            UPDATE response_request SET attempts = attempts + 1, pending = attempts + 1 < ?2, turn = fair.turn
            FROM (%s) fair WHERE incident_id = fair.id AND request_id = ?3 RETURNING pending
            """.formatted(TURNS);

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
    public void publish(ResponseRequest request) {
        boolean added = database.write(connection -> {
            PreparedStatement upsert = statements.of(connection, UPSERT);
            upsert.setString(1, request.incidentId());
            upsert.setString(2, request.change());
            boolean changed = upsert.executeUpdate() > 0;
            if (changed
                    && request.urgency() == UrgencyClass.VERIFIED_URGENT
                    && request.sender().isEmpty()) {
                PreparedStatement raise = statements.of(connection, RAISE);
                raise.setString(1, request.incidentId());
                raise.setInt(2, request.urgency().ordinal());
                raise.executeUpdate();
            } else if (changed) {
                shareTurns(connection, request.incidentId());
            }
            return changed;
        });
        if (added) {
            database.afterCommit(listener);
        }
    }

    private void shareTurns(Connection connection, String incidentId) throws SQLException {
        PreparedStatement share = statements.of(connection, FairTurns.SHARE);
        share.setString(1, incidentId);
        share.executeUpdate();
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

    /** Returns pending requests of a class, in the order of {@link FairTurns}. */
    public List<Waiting> next(UrgencyClass urgency, int limit) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(NEXT)) {
                query.setInt(1, urgency.ordinal());
                query.setInt(2, limit);
                List<Waiting> waiting = new ArrayList<>();
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        waiting.add(
                                new Waiting(row.getString(1), row.getString(2), row.getString(3), row.getString(4)));
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
     * Records a failed attempt. The request loses its turn.
     *
     * @return whether the request will be retried
     */
    public boolean failed(Waiting seen) {
        return database.write(connection -> {
            try (PreparedStatement update = connection.prepareStatement(FAILED)) {
                update.setString(1, seen.incidentId());
                update.setInt(2, MAX_ATTEMPTS);
                update.setString(3, seen.requestId());
                boolean again;
                try (ResultSet row = update.executeQuery()) {
                    again = !row.next() || row.getBoolean(1);
                }
                shareTurns(connection, seen.incidentId());
                return again;
            }
        });
    }

    /**
     * A pending request.
     *
     * @param incidentId the incident
     * @param requestId the last request for the incident
     * @param sender who takes turns with others
     * @param target the part of the sender, such as a pod, that shares its turns with others
     */
    public record Waiting(String incidentId, String requestId, String sender, String target) {}
}
