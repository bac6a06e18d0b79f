package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.intake.IdentifiedAlert;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The queue of accepted alerts that are not counted yet. */
public final class AlertInbox {
    /** The maximum number of waiting alerts. If it is reached, the inbox rejects alerts until some are counted. */
    static final int MAX_WAITING = 200_000;

    /**
     * The maximum number of stored rejected documents. The newest are kept, each truncated to {@link
     * #MAX_REJECTED_LENGTH}.
     */
    static final int MAX_REJECTED = 1_000;

    static final int MAX_REJECTED_LENGTH = 16 * 1024;

    private final SqliteDatabase database;
    private final InstantSource clock;

    public AlertInbox(SqliteDatabase database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Stores a batch in one transaction. When this method returns, the alerts survive a crash.
     *
     * @return the number of new alerts; the others are already stored or counted
     * @throws InboxFullException if too many alerts wait; nothing is stored
     * @throws io.tiercel.functions.incident.StoreUnavailable if the database fails; nothing is stored
     */
    public int accept(List<IdentifiedAlert> alerts, List<RejectedDocument> rejected) {
        return database.write(connection -> {
            if (waiting(connection) + alerts.size() > MAX_WAITING) {
                throw new InboxFullException(MAX_WAITING);
            }
            int accepted = 0;
            try (PreparedStatement insert = connection.prepareStatement("""
                    INSERT OR IGNORE INTO inbox (alert_id, document) SELECT ?1, ?2
                    WHERE NOT EXISTS (SELECT 1 FROM counted_alert WHERE alert_id = ?1)
                      AND NOT EXISTS (SELECT 1 FROM health WHERE alert_id = ?1)
                    """)) {
                for (IdentifiedAlert alert : alerts) {
                    insert.setString(1, alert.id());
                    insert.setString(2, alert.document());
                    accepted += insert.executeUpdate();
                }
            }
            for (RejectedDocument document : rejected) {
                storeRejected(connection, document);
            }
            return accepted;
        });
    }

    /** Returns the alerts that have waited longest. */
    public List<Waiting> next(int limit) {
        return database.read(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT alert_id, document FROM inbox ORDER BY seq LIMIT ?")) {
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

    /** Moves an alert that cannot be processed to the rejected documents. */
    public void reject(Waiting alert, String reason) {
        database.write(connection -> {
            remove(connection, alert.alertId());
            storeRejected(connection, new RejectedDocument(reason, alert.document()));
            return alert;
        });
    }

    /** Returns the number of waiting alerts, and of all documents rejected so far. */
    public Totals totals() {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT coalesce(max(seq), 0) FROM refused");
                    ResultSet result = query.executeQuery()) {
                return new Totals(waiting(connection), result.getLong(1));
            }
        });
    }

    /** Subtracts sequence numbers instead of counting rows, because rows are deleted in the order of insertion. */
    private static long waiting(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                        "SELECT coalesce((SELECT max(seq) FROM inbox) - (SELECT min(seq) FROM inbox) + 1, 0)");
                ResultSet result = query.executeQuery()) {
            return result.getLong(1);
        }
    }

    static void remove(Connection connection, String alertId) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM inbox WHERE alert_id = ?")) {
            delete.setString(1, alertId);
            delete.executeUpdate();
        }
    }

    private void storeRejected(Connection connection, RejectedDocument rejected) throws SQLException {
        String document = rejected.document();
        try (PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO refused (received, reason, document) VALUES (?, ?, ?)");
                PreparedStatement prune = connection.prepareStatement(
                        "DELETE FROM refused WHERE seq <= (SELECT max(seq) FROM refused) - ?")) {
            insert.setLong(1, clock.millis());
            insert.setString(2, rejected.reason());
            insert.setString(3, document.substring(0, Math.min(document.length(), MAX_REJECTED_LENGTH)));
            insert.executeUpdate();
            prune.setInt(1, MAX_REJECTED);
            prune.executeUpdate();
        }
    }

    /**
     * A waiting alert.
     *
     * @param alertId the id of the alert
     * @param document the complete JSON document
     */
    public record Waiting(String alertId, String document) {}

    /**
     * A rejected document.
     *
     * @param reason the reason
     * @param document the posted text
     */
    public record RejectedDocument(String reason, String document) {}

    /**
     * The sizes of the inbox.
     *
     * @param waiting waiting alerts
     * @param rejected documents rejected since the data directory was created
     */
    public record Totals(long waiting, long rejected) {}
}
