package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentCounts;
import io.tiercel.functions.incident.IncidentTally;
import io.tiercel.functions.incident.IncidentTally.Slot;
import io.tiercel.functions.incident.RecordResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@link IncidentTally} asks of the database, in the caller's transaction. Also stores the ids of the counted alerts. */
final class TallySource implements IncidentTally.Source<SQLException> {
    private static final String FIND_ALERT = "SELECT incident_id FROM counted_alert WHERE alert_id = ?1";
    private static final String INSERT_ALERT = """
            INSERT INTO counted_alert (alert_id, incident_id, verified) VALUES (?1, ?2, ?3) ON CONFLICT (alert_id) DO NOTHING
            """;
    private static final String MOVE_ALERT = "UPDATE counted_alert SET incident_id = ?2 WHERE alert_id = ?1";
    private static final String COUNT_SLOTS = """
            SELECT count(*) FROM incident WHERE slot_key = ?1 AND slot_verified = ?2 AND state = 'open' AND folded = 0
            """;
    private static final String FIND_CAUSE = "SELECT 1 FROM folded_cause WHERE incident_id = ?1 AND cause = ?2";

    private final PreparedStatements statements;
    private final Connection connection;
    private final Map<Kind, Long> usedSlots = new HashMap<>();

    TallySource(PreparedStatements statements, Connection connection) {
        this.statements = statements;
        this.connection = connection;
    }

    /** A kind of slot: {@link Fingerprint#slotKey}, and whether it belongs to verified senders. */
    private record Kind(String slotKey, boolean verified) {}

    /**
     * {@inheritDoc} Stores the id of a new alert with the alert's own incident, which is right unless the alert is folded. That saves a
     * query for each alert.
     */
    @Override
    public @Nullable String countedIn(IncidentAlert alert) throws SQLException {
        PreparedStatement insert = statements.of(connection, INSERT_ALERT);
        insert.setString(1, alert.alertId());
        insert.setString(2, alert.fingerprint().incidentId());
        insert.setBoolean(3, alert.verified());
        if (insert.executeUpdate() == 1) {
            return null;
        }
        PreparedStatement query = statements.of(connection, FIND_ALERT);
        query.setString(1, alert.alertId());
        try (ResultSet row = query.executeQuery()) {
            return row.next() ? row.getString(1) : null;
        }
    }

    /** Stores in which incident an alert was counted. */
    void counted(IncidentAlert alert, RecordResult result) throws SQLException {
        if (!result.duplicate()
                && !result.incidentId().equals(alert.fingerprint().incidentId())) {
            PreparedStatement update = statements.of(connection, MOVE_ALERT);
            update.setString(1, alert.alertId());
            update.setString(2, result.incidentId());
            update.executeUpdate();
        }
    }

    @Override
    public @Nullable IncidentCounts incident(String id) throws SQLException {
        return IncidentRows.read(statements, connection, id);
    }

    @Override
    public boolean hasCause(String incidentId, String cause) throws SQLException {
        PreparedStatement query = statements.of(connection, FIND_CAUSE);
        query.setString(1, incidentId);
        query.setBytes(2, HexFormat.of().parseHex(cause));
        try (ResultSet row = query.executeQuery()) {
            return row.next();
        }
    }

    @Override
    public Slot takeSlot(IncidentAlert alert, String incidentId, int maxOpen, boolean opens) throws SQLException {
        Kind kind = new Kind(alert.fingerprint().slotKey(), alert.verified());
        if (used(kind) >= maxOpen) {
            return Slot.NONE;
        }
        use(kind, 1);
        if (!opens) {
            use(new Kind(kind.slotKey(), false), -1);
        }
        return kind.verified() ? Slot.VERIFIED : Slot.UNVERIFIED;
    }

    private long used(Kind kind) throws SQLException {
        Long known = usedSlots.get(kind);
        if (known != null) {
            return known;
        }
        PreparedStatement query = statements.of(connection, COUNT_SLOTS);
        query.setString(1, kind.slotKey());
        query.setBoolean(2, kind.verified());
        try (ResultSet row = query.executeQuery()) {
            long used = row.next() ? row.getLong(1) : 0;
            usedSlots.put(kind, used);
            return used;
        }
    }

    private void use(Kind kind, int more) throws SQLException {
        usedSlots.put(kind, used(kind) + more);
    }
}
