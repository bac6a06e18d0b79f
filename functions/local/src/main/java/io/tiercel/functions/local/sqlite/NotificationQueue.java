package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.UrgencyClass;
import io.tiercel.functions.notification.IncidentEventPublisher;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Incidents whose notifications must be planned: one row per incident, written in the transaction that changes the incident. A kill
 * therefore loses no change, and the queue is never larger than the number of incidents. Requests are ordered by {@link FairTurns}.
 */
public final class NotificationQueue implements IncidentEventPublisher {
    private static final String TURN = FairTurns.of("notification_request", "q.attempts = 0");
    private static final String UPSERT = """
        INSERT INTO notification_request (incident_id, urgency, sender, turn, change, attempts, not_before)
        SELECT id, urgency, sender, turn, 1, 0, ?2 FROM (%s) WHERE true
        ON CONFLICT (incident_id) DO UPDATE SET change = change + 1,
            turn = CASE WHEN urgency = excluded.urgency THEN turn ELSE excluded.turn END,
            urgency = excluded.urgency, sender = excluded.sender
        """.formatted(TURN);
    private static final String POSTPONE = """
        UPDATE notification_request SET attempts = attempts + 1, not_before = ?2, turn = fair.turn
        FROM (%s) fair WHERE incident_id = fair.id
        """.formatted(TURN);

    private final SqliteDatabase database;
    private final PreparedStatements statements = new PreparedStatements();
    private final InstantSource clock;
    private final Consumer<String> changes;
    private volatile Runnable listener = () -> {};

    public NotificationQueue(SqliteDatabase database, InstantSource clock) {
        this(database, clock, _ -> {});
    }

    /** @param changes receives the id of each published incident after the commit; must not block */
    public NotificationQueue(SqliteDatabase database, InstantSource clock, Consumer<String> changes) {
        this.database = database;
        this.clock = clock;
        this.changes = changes;
    }

    /** Sets the listener, which runs after a commit that added a request. */
    public void listen(Runnable newListener) {
        this.listener = newListener;
    }

    @Override
    public void publish(String incidentId, String change) {
        database.write(connection -> {
            PreparedStatement upsert = statements.of(connection, UPSERT);
            upsert.setString(1, incidentId);
            upsert.setLong(2, clock.millis());
            return upsert.executeUpdate();
        });
        database.afterCommit(listener);
        database.afterCommit(() -> changes.accept(incidentId));
    }

    /**
     * A request.
     *
     * @param incidentId the incident
     * @param change the last change of the request
     * @param attempts number of failed attempts
     */
    public record Request(String incidentId, long change, int attempts) {}

    /** Returns requests of a class that may be processed now, in the order of {@link FairTurns}. */
    public List<Request> next(UrgencyClass urgency, int limit) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement("""
                SELECT incident_id, change, attempts FROM notification_request WHERE urgency = ? AND not_before <= ?
                ORDER BY turn, not_before LIMIT ?
                """)) {
                query.setInt(1, urgency.ordinal());
                query.setLong(2, clock.millis());
                query.setInt(3, limit);
                List<Request> requests = new ArrayList<>();
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        requests.add(new Request(row.getString(1), row.getLong(2), row.getInt(3)));
                    }
                }
                return List.copyOf(requests);
            }
        });
    }

    /** Returns the earliest time at which a request of a class may be processed; empty if there is none. */
    public Optional<Instant> nextDue(UrgencyClass urgency) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT not_before FROM notification_request WHERE urgency = ? ORDER BY not_before LIMIT 1")) {
                query.setInt(1, urgency.ordinal());
                try (ResultSet row = query.executeQuery()) {
                    return row.next() ? Optional.of(Instant.ofEpochMilli(row.getLong(1))) : Optional.<Instant>empty();
                }
            }
        });
    }

    /** Returns the number of requests. */
    public long waiting() {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT count(*) FROM notification_request");
                    ResultSet row = query.executeQuery()) {
                return row.getLong(1);
            }
        });
    }

    /** Removes requests after their incidents were planned, in one transaction. A change during the planning keeps a request. */
    public void done(List<Request> seen) {
        if (seen.isEmpty()) {
            return;
        }
        database.write(connection -> {
            try (PreparedStatement delete = connection.prepareStatement(
                    "DELETE FROM notification_request WHERE incident_id = ? AND change = ?")) {
                int deleted = 0;
                for (Request request : seen) {
                    delete.setString(1, request.incidentId());
                    delete.setLong(2, request.change());
                    deleted += delete.executeUpdate();
                }
                return deleted;
            }
        });
    }

    /** Postpones a request after a failed attempt. It loses its turn. */
    public void failed(Request seen, Instant notBefore) {
        database.write(connection -> {
            try (PreparedStatement update = connection.prepareStatement(POSTPONE)) {
                update.setString(1, seen.incidentId());
                update.setLong(2, notBefore.toEpochMilli());
                return update.executeUpdate();
            }
        });
    }
}
