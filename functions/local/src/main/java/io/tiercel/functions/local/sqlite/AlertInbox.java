package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.intake.IdentifiedAlert;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Where alerts lie from the moment they are acknowledged until they are counted. */
public final class AlertInbox {
    /** Most alerts that wait; beyond that none is taken until some are counted. */
    static final int MAX_WAITING = 200_000;

    /** Most refused documents kept, the newest, each cut to {@link #MAX_REFUSED_CHARACTERS}. */
    static final int MAX_REFUSED = 1_000;

    static final int MAX_REFUSED_CHARACTERS = 16 * 1024;

    private final SqliteDatabase database;
    private final InstantSource clock;

    public AlertInbox(SqliteDatabase database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Stores a batch in one transaction: after this returns, its alerts are safe.
     *
     * @return how many of the alerts were new; the others are waiting or counted already
     * @throws InboxFullException if too many wait; then nothing of the batch is stored
     * @throws io.tiercel.functions.incident.StoreUnavailable if the database fails; then nothing is stored
     */
    public int accept(List<IdentifiedAlert> alerts, List<Refusal> refusals) {
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
            for (Refusal refusal : refusals) {
                refuse(connection, refusal);
            }
            return accepted;
        });
    }

    /** The alerts that have waited longest. */
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

    /** Takes an alert that cannot be processed out of the way, to the refused ones. */
    public void giveUp(Waiting alert, String reason) {
        database.write(connection -> {
            remove(connection, alert.alertId());
            refuse(connection, new Refusal(reason, alert.document()));
            return alert;
        });
    }

    /** How many alerts wait, and how many documents were ever refused. */
    public Totals totals() {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT coalesce(max(seq), 0) FROM refused");
                    ResultSet result = query.executeQuery()) {
                return new Totals(waiting(connection), result.getLong(1));
            }
        });
    }

    /** Counted by number, not by row, since rows leave in the order in which they came. */
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

    private void refuse(Connection connection, Refusal refusal) throws SQLException {
        String document = refusal.document();
        try (PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO refused (received, reason, document) VALUES (?, ?, ?)");
                PreparedStatement prune = connection.prepareStatement(
                        "DELETE FROM refused WHERE seq <= (SELECT max(seq) FROM refused) - ?")) {
            insert.setLong(1, clock.millis());
            insert.setString(2, refusal.reason());
            insert.setString(3, document.substring(0, Math.min(document.length(), MAX_REFUSED_CHARACTERS)));
            insert.executeUpdate();
            prune.setInt(1, MAX_REFUSED);
            prune.executeUpdate();
        }
    }

    /**
     * An alert that waits.
     *
     * @param alertId its id
     * @param document its JSON, complete
     */
    public record Waiting(String alertId, String document) {}

    /**
     * A document that is not a valid alert.
     *
     * @param reason why
     * @param document what was posted
     */
    public record Refusal(String reason, String document) {}

    /**
     * How much there is.
     *
     * @param waiting alerts that wait
     * @param refused documents refused since the data folder was made
     */
    public record Totals(long waiting, long refused) {}
}
