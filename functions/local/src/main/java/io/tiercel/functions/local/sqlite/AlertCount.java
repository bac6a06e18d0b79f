package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.alert.Alert;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Counts one new alert in an incident, in the caller's transaction. */
final class AlertCount {
    private final Connection connection;
    private final IncidentAlert incidentAlert;
    private final String incidentId;
    private final StoredIncident before;
    private final @Nullable String foldedCause;
    private final int maxOpen;
    private final long receivedMillis;

    private AlertCount(
            Connection connection,
            IncidentAlert incidentAlert,
            @Nullable String foldedCause,
            int maxOpen,
            long receivedMillis)
            throws SQLException {
        this.connection = connection;
        this.incidentAlert = incidentAlert;
        this.incidentId = incidentAlert.fingerprint().incidentId();
        this.before = StoredIncident.read(connection, incidentId);
        this.foldedCause = foldedCause;
        this.maxOpen = maxOpen;
        this.receivedMillis = receivedMillis;
    }

    /**
     * Prepares to count an alert in its own incident, or in that of further causes if no slot is free.
     *
     * @param incidentAlert an alert that was not counted before
     * @param receivedMillis the current time, milliseconds since the epoch
     */
    static AlertCount of(Connection connection, IncidentAlert incidentAlert, int maxOpen, long receivedMillis)
            throws SQLException {
        AlertCount own = new AlertCount(connection, incidentAlert, null, maxOpen, receivedMillis);
        return !own.opens() || own.slotIsFree()
                ? own
                : new AlertCount(connection, incidentAlert.folded(), own.incidentId, maxOpen, receivedMillis);
    }

    /**
     * The state of an incident before the alert.
     *
     * @param exists whether the incident exists; the other components have no meaning if it does not
     * @param closedUntil {@link io.tiercel.functions.incident.IncidentClosure#untilNanos}; null while it is open
     * @param slotVerified whether it holds a slot of verified senders, while it is open
     */
    private record StoredIncident(
            boolean exists, @Nullable Long closedUntil, boolean slotVerified, long verifiedCount) {
        static StoredIncident read(Connection connection, String incidentId) throws SQLException {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT state, closed_until, slot_verified, verified_count FROM incident WHERE id = ?")) {
                query.setString(1, incidentId);
                try (ResultSet row = query.executeQuery()) {
                    return row.next()
                            ? new StoredIncident(
                                    true,
                                    row.getString(1).equals(IncidentState.CLOSED.label()) ? row.getLong(2) : null,
                                    row.getBoolean(3),
                                    row.getLong(4))
                            : new StoredIncident(false, null, false, 0);
                }
            }
        }
    }

    /** Returns the incident in which an alert was counted before; empty if it is new. */
    static Optional<String> earlierIncident(Connection connection, String alertId) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT incident_id FROM counted_alert WHERE alert_id = ?")) {
            query.setString(1, alertId);
            try (ResultSet result = query.executeQuery()) {
                return result.next() ? Optional.of(result.getString(1)) : Optional.empty();
            }
        }
    }

    /** Returns the incident in which the alert is counted. */
    String incidentId() {
        return incidentId;
    }

    /** Returns whether the alert opens or reopens the incident. */
    private boolean opens() {
        Long closedUntil = before.closedUntil();
        return !before.exists() || closedUntil != null && incidentAlert.reopens(closedUntil, before.verifiedCount());
    }

    /** Returns whether a slot of the sender's kind is free. */
    private boolean slotIsFree() throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT count(*) FROM incident WHERE slot_key = ? AND slot_verified = ? AND state = 'open' AND folded = 0
                """)) {
            query.setString(1, incidentAlert.fingerprint().slotKey());
            query.setBoolean(2, incidentAlert.verified());
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getLong(1) < maxOpen;
            }
        }
    }

    /** Counts the alert, and opens or reopens the incident if necessary. Returns whether it did so. */
    boolean store() throws SQLException {
        mark();
        boolean opens = opens();
        if (opens && before.exists()) {
            reopen();
        } else if (!opens && needsVerifiedSlot() && slotIsFree()) {
            takeVerifiedSlot();
        }
        count();
        if (foldedCause == null || addFoldedCause(foldedCause)) {
            addSample();
        }
        addDoubts();
        addTactics();
        return opens;
    }

    private boolean needsVerifiedSlot() {
        return incidentAlert.verified()
                && foldedCause == null
                && before.closedUntil() == null
                && !before.slotVerified();
    }

    private void takeVerifiedSlot() throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE incident SET slot_verified = 1 WHERE id = ?")) {
            update.setString(1, incidentId);
            update.executeUpdate();
        }
    }

    private void mark() throws SQLException {
        try (PreparedStatement mark = connection.prepareStatement(
                "INSERT INTO counted_alert (alert_id, incident_id, verified) VALUES (?, ?, ?)")) {
            mark.setString(1, incidentAlert.alertId());
            mark.setString(2, incidentId);
            mark.setBoolean(3, incidentAlert.verified());
            mark.executeUpdate();
        }
    }

    /** Adds a cause to a folded incident. Returns false if it contains the cause already, or as many as it may contain. */
    private boolean addFoldedCause(String cause) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                        INSERT OR IGNORE INTO folded_cause (incident_id, cause)
                        SELECT id, ?2 FROM incident WHERE id = ?1 AND folded_causes < ?3
                        """);
                PreparedStatement count = connection.prepareStatement(
                        "UPDATE incident SET folded_causes = folded_causes + 1 WHERE id = ?")) {
            insert.setString(1, incidentId);
            insert.setBytes(2, HexFormat.of().parseHex(cause));
            insert.setInt(3, Incident.MAX_FOLDED_CAUSES);
            if (insert.executeUpdate() == 0) {
                return false;
            }
            count.setString(1, incidentId);
            count.executeUpdate();
            return true;
        }
    }

    private void count() throws SQLException {
        Alert alert = incidentAlert.alert();
        try (PreparedStatement upsert = connection.prepareStatement("""
                INSERT INTO incident
                    (id, rule, state, priority, count, first_seen, last_seen, opened_at, last_received_at, fingerprint,
                     enrichment, audited_episode, verified_count, slot_key, slot_verified, folded)
                VALUES (?1, ?2, 'open', ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, 0, ?10, ?11, ?12, ?13)
                ON CONFLICT (id) DO UPDATE SET
                    enrichment = CASE WHEN verified_count = 0 AND excluded.verified_count > 0
                        THEN excluded.enrichment ELSE enrichment END,
                    count = count + excluded.count,
                    verified_count = verified_count + excluded.verified_count,
                    priority = min(priority, excluded.priority),
                    first_seen = min(first_seen, excluded.first_seen),
                    last_seen = max(last_seen, excluded.last_seen),
                    last_received_at = max(last_received_at, excluded.last_received_at)
                """)) {
            upsert.setString(1, incidentId);
            upsert.setString(2, alert.rule());
            upsert.setInt(3, alert.priority().ordinal());
            upsert.setLong(4, incidentAlert.count());
            upsert.setLong(5, alert.timeNanos());
            upsert.setLong(6, incidentAlert.lastNanos());
            upsert.setLong(7, receivedMillis);
            upsert.setString(8, Json.write(incidentAlert.fingerprint()));
            upsert.setString(9, Json.write(incidentAlert.enrichment()));
            upsert.setLong(10, incidentAlert.verifiedCount());
            upsert.setString(11, incidentAlert.fingerprint().slotKey());
            upsert.setBoolean(12, incidentAlert.verified());
            upsert.setBoolean(13, incidentAlert.fingerprint().folded());
            upsert.executeUpdate();
        }
    }

    private void reopen() throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE incident
                SET state = 'open', episode = episode + 1, opened_at = ?2, slot_verified = ?3,
                    closed_at = NULL, closed_by = NULL, closed_until = NULL
                WHERE id = ?1 AND state = 'closed'
                """)) {
            update.setString(1, incidentId);
            update.setLong(2, receivedMillis);
            update.setBoolean(3, incidentAlert.verified());
            update.executeUpdate();
        }
    }

    private void addSample() throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO sample (incident_id, verified, number, document, stored_at)
                SELECT ?1, ?2, kept + 1, ?3, ?5
                FROM (SELECT count(*) AS kept FROM sample WHERE incident_id = ?1 AND verified = ?2) WHERE kept < ?4
                """)) {
            insert.setString(1, incidentId);
            insert.setBoolean(2, incidentAlert.verified());
            insert.setString(3, incidentAlert.document());
            insert.setInt(4, Incident.SAMPLE_LIMIT);
            insert.setLong(5, receivedMillis);
            insert.executeUpdate();
        }
    }

    private void addDoubts() throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT OR IGNORE INTO doubt (incident_id, text)
                SELECT ?1, ?2 WHERE (SELECT count(*) FROM doubt WHERE incident_id = ?1) < ?3
                """)) {
            for (String doubt : incidentAlert.doubts()) {
                insert.setString(1, incidentId);
                insert.setString(2, doubt);
                insert.setInt(3, Incident.MAX_DOUBTS);
                insert.executeUpdate();
            }
        }
    }

    private void addTactics() throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT OR IGNORE INTO tactic (incident_id, name) VALUES (?, ?)")) {
            for (String tactic : incidentAlert.enrichment().tactics()) {
                insert.setString(1, incidentId);
                insert.setString(2, tactic);
                insert.executeUpdate();
            }
        }
    }
}
