package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.alert.Alert;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Counts one alert in its incident, in the caller's transaction. */
final class AlertCount {
    private final Connection connection;
    private final IncidentAlert incidentAlert;
    private final String incidentId;
    private final long receivedMillis;

    /** @param receivedMillis the current time, milliseconds since the epoch */
    AlertCount(Connection connection, IncidentAlert incidentAlert, long receivedMillis) {
        this.connection = connection;
        this.incidentAlert = incidentAlert;
        this.incidentId = incidentAlert.fingerprint().incidentId();
        this.receivedMillis = receivedMillis;
    }

    /** Counts a new alert, and opens or reopens its incident if necessary. */
    void store(Lifecycle before) throws SQLException {
        mark();
        IncidentClosure closing = before.closing();
        if (closing != null && incidentAlert.reopens(closing.untilNanos(), verifiedCount())) {
            reopen();
        }
        count();
        addSample();
        addDoubts();
        addTactics();
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

    private long verifiedCount() throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT verified_count FROM incident WHERE id = ?")) {
            query.setString(1, incidentId);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    /** Returns the incident in which the alert was counted before; empty if it is new. */
    Optional<String> earlierIncident() throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT incident_id FROM counted_alert WHERE alert_id = ?")) {
            query.setString(1, incidentAlert.alertId());
            try (ResultSet result = query.executeQuery()) {
                return result.next() ? Optional.of(result.getString(1)) : Optional.empty();
            }
        }
    }

    private void count() throws SQLException {
        Alert alert = incidentAlert.alert();
        try (PreparedStatement upsert = connection.prepareStatement("""
                INSERT INTO incident
                    (id, rule, state, priority, count, first_seen, last_seen, opened_at, last_received_at, fingerprint,
                     enrichment, audited_episode, verified_count)
                VALUES (?1, ?2, 'open', ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, 0, ?10)
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
            upsert.executeUpdate();
        }
    }

    private void reopen() throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("""
                UPDATE incident
                SET state = 'open', episode = episode + 1, opened_at = ?2,
                    closed_at = NULL, closed_by = NULL, closed_until = NULL
                WHERE id = ?1 AND state = 'closed'
                """)) {
            update.setString(1, incidentId);
            update.setLong(2, receivedMillis);
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
