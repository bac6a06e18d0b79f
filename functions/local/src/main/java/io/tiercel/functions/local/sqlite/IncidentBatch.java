package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.RecordResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts new alerts in their incidents, in the caller's transaction. It reads each incident once and decides in memory, with the same
 * results as one alert after the other. {@link #write} then writes each incident once.
 */
final class IncidentBatch {
    private static final String FIND_ALERT = "SELECT incident_id FROM counted_alert WHERE alert_id = ?1";
    private static final String INSERT_ALERT = """
            INSERT INTO counted_alert (alert_id, incident_id, verified) VALUES (?1, ?2, ?3) ON CONFLICT (alert_id) DO NOTHING
            """;
    private static final String COUNT_SLOTS = """
            SELECT count(*) FROM incident WHERE slot_key = ?1 AND slot_verified = ?2 AND state = 'open' AND folded = 0
            """;

    private final PreparedStatements statements;
    private final Connection connection;
    private final long receivedMillis;
    private final Map<Fingerprint, IncidentRow> byFingerprint = new HashMap<>();
    private final Map<String, IncidentRow> byId = new LinkedHashMap<>();
    private final Map<Slot, Long> usedSlots = new HashMap<>();

    /** @param receivedMillis the current time, milliseconds since the epoch */
    IncidentBatch(PreparedStatements statements, Connection connection, long receivedMillis) {
        this.statements = statements;
        this.connection = connection;
        this.receivedMillis = receivedMillis;
    }

    /** A kind of slot: {@link Fingerprint#slotKey}, and whether it belongs to verified senders. */
    private record Slot(String key, boolean verified) {
        static Slot of(IncidentAlert alert) {
            return new Slot(alert.fingerprint().slotKey(), alert.verified());
        }
    }

    /** Counts an alert, see {@link io.tiercel.functions.incident.IncidentStore#record}. */
    RecordResult add(IncidentAlert alert, int maxOpen) throws SQLException {
        IncidentRow own = incident(alert.fingerprint());
        boolean folds = own.opens(alert) && used(Slot.of(alert)) >= maxOpen;
        IncidentAlert counted = folds ? alert.folded() : alert;
        IncidentRow incident = folds ? incident(counted.fingerprint()) : own;
        if (!mark(alert, incident.id())) {
            IncidentRow earlier = incident(earlierIncident(alert.alertId()).orElseThrow());
            return new RecordResult(earlier.id(), true, false, earlier.summary());
        }
        boolean opens = incident.opens(counted);
        if (opens) {
            incident.open(counted, receivedMillis);
            if (!folds) {
                use(Slot.of(alert), 1);
            }
        } else if (!folds && incident.needsVerifiedSlot(alert) && used(Slot.of(alert)) < maxOpen) {
            incident.takeVerifiedSlot();
            Slot verified = Slot.of(alert);
            use(verified, 1);
            use(new Slot(verified.key(), false), -1);
        }
        incident.count(counted, receivedMillis);
        if (!folds || incident.addCause(statements, connection, own.id())) {
            incident.addSample(counted);
        }
        return new RecordResult(incident.id(), false, opens, incident.summary());
    }

    private IncidentRow incident(Fingerprint fingerprint) throws SQLException {
        IncidentRow known = byFingerprint.get(fingerprint);
        if (known == null) {
            known = incident(fingerprint.incidentId());
            byFingerprint.put(fingerprint, known);
        }
        return known;
    }

    private IncidentRow incident(String id) throws SQLException {
        IncidentRow known = byId.get(id);
        if (known == null) {
            known = IncidentRow.read(statements, connection, id);
            byId.put(id, known);
        }
        return known;
    }

    private long used(Slot slot) throws SQLException {
        Long known = usedSlots.get(slot);
        if (known != null) {
            return known;
        }
        PreparedStatement query = statements.of(connection, COUNT_SLOTS);
        query.setString(1, slot.key());
        query.setBoolean(2, slot.verified());
        try (ResultSet row = query.executeQuery()) {
            long used = row.next() ? row.getLong(1) : 0;
            usedSlots.put(slot, used);
            return used;
        }
    }

    private void use(Slot slot, int more) throws SQLException {
        usedSlots.put(slot, used(slot) + more);
    }

    /** Stores the id of the alert. Returns false if it is stored already, so that the alert was counted before. */
    private boolean mark(IncidentAlert alert, String incidentId) throws SQLException {
        PreparedStatement insert = statements.of(connection, INSERT_ALERT);
        insert.setString(1, alert.alertId());
        insert.setString(2, incidentId);
        insert.setBoolean(3, alert.verified());
        return insert.executeUpdate() == 1;
    }

    private Optional<String> earlierIncident(String alertId) throws SQLException {
        PreparedStatement query = statements.of(connection, FIND_ALERT);
        query.setString(1, alertId);
        try (ResultSet row = query.executeQuery()) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
        }
    }

    /** Writes the incidents. */
    void write() throws SQLException {
        for (IncidentRow incident : byId.values()) {
            incident.write(statements, connection, receivedMillis);
        }
    }
}
