package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentChange;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentCounts;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.functions.incident.MinuteCounts;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.operate.IncidentFilter;
import io.tiercel.rules.alert.Priority;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads and writes what counting alerts changes of an incident, in the caller's transaction. */
final class IncidentRows {
    /** Separates tactics, which come from our own table, and doubts, which are one line each. */
    private static final String SEPARATOR = "\n";

    private static final String SELECT = """
        SELECT state, priority, count, verified_count, first_seen, last_seen, escalation, episode,
            audited_episode, closed_at, closed_by, closed_until, slot_verified, folded_causes,
            activity,
            (SELECT group_concat(name, char(10)) FROM tactic WHERE incident_id = ?1),
            (SELECT group_concat(text, char(10)) FROM doubt WHERE incident_id = ?1),
            (SELECT count(*) FROM sample WHERE incident_id = ?1 AND verified = 0),
            (SELECT count(*) FROM sample WHERE incident_id = ?1 AND verified = 1)
        FROM incident WHERE id = ?1
        """;
    private static final String INSERT = """
        INSERT INTO incident
            (priority, count, verified_count, first_seen, last_seen, last_received_at, slot_verified, folded_causes,
             enrichment, activity, id, opened_at, state, rule, fingerprint, slot_key, folded)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?6, 'open', ?12, ?13, ?14, ?15)
        """;
    private static final String UPDATE = """
        UPDATE incident SET priority = ?1, count = ?2, verified_count = ?3, first_seen = ?4, last_seen = ?5,
            last_received_at = max(last_received_at, ?6), slot_verified = ?7, folded_causes = ?8,
            enrichment = coalesce(?9, enrichment), activity = ?10
        WHERE id = ?11
        """;
    private static final String REOPEN = """
        UPDATE incident SET state = 'open', episode = ?2, opened_at = ?3, closed_at = NULL, closed_by = NULL, closed_until = NULL
        WHERE id = ?1
        """;
    /** A statement of its own, so that other changes do not write the indexes of these columns. */
    private static final String SET_ORIGIN = "UPDATE incident SET host = ?1, namespace = ?2, search = ?3 WHERE id = ?4";

    /** Numbers continue after the last one, because retention deletes the oldest samples first. */
    private static final String INSERT_SAMPLE = """
        INSERT INTO sample (incident_id, verified, number, document, stored_at)
        SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3, ?4 FROM sample WHERE incident_id = ?1 AND verified = ?2
        """;

    private static final String INSERT_TACTIC = "INSERT INTO tactic (incident_id, name) VALUES (?1, ?2)";
    private static final String INSERT_DOUBT = "INSERT INTO doubt (incident_id, text) VALUES (?1, ?2)";
    private static final String INSERT_CAUSE = "INSERT INTO folded_cause (incident_id, cause) VALUES (?1, ?2)";

    private IncidentRows() {}

    /** Reads an incident. Returns null if there is none. */
    static @Nullable IncidentCounts read(PreparedStatements statements, Connection connection, String id)
            throws SQLException {
        PreparedStatement query = statements.of(connection, SELECT);
        query.setString(1, id);
        try (ResultSet row = query.executeQuery()) {
            return row.next() ? counts(row) : null;
        }
    }

    private static IncidentCounts counts(ResultSet row) throws SQLException {
        String closedBy = row.getString(11);
        return new IncidentCounts(
                new Lifecycle(
                        IncidentState.parse(row.getString(1)).orElseThrow(),
                        row.getInt(7),
                        row.getInt(8),
                        closedBy == null
                                ? null
                                : new IncidentClosure(
                                        Instant.ofEpochMilli(row.getLong(10)), closedBy, row.getLong(12))),
                Priority.values()[row.getInt(2)],
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                new TreeSet<>(lines(row.getString(16))),
                lines(row.getString(17)),
                row.getInt(18),
                row.getInt(19),
                row.getBoolean(13),
                row.getInt(14),
                row.getInt(9),
                MinuteCounts.parse(row.getString(15)));
    }

    private static List<String> lines(@Nullable String text) {
        return text == null ? List.of() : Arrays.asList(text.split(SEPARATOR, -1));
    }

    /**
     * Writes the change of an incident.
     *
     * @param receivedMillis the current time, milliseconds since the epoch
     */
    static void write(
            PreparedStatements statements, Connection connection, IncidentChange incident, long receivedMillis)
            throws SQLException {
        IncidentCounts before = incident.before();
        IncidentCounts after = incident.after();
        PreparedStatement change = statements.of(connection, before == null ? INSERT : UPDATE);
        change.setInt(1, after.priority().ordinal());
        change.setLong(2, after.count());
        change.setLong(3, after.verifiedCount());
        change.setLong(4, after.firstSeenNanos());
        change.setLong(5, after.lastSeenNanos());
        change.setLong(6, receivedMillis);
        change.setBoolean(7, after.slotVerified());
        change.setInt(8, after.foldedCauses());
        IncidentAlert origin = incident.enriching();
        if (origin == null) {
            change.setNull(9, Types.VARCHAR);
        } else {
            change.setString(9, Json.write(origin.enrichment()));
        }
        change.setString(10, after.activity().text());
        change.setString(11, incident.id());
        if (before == null) {
            IncidentAlert first = incident.first();
            change.setString(12, first.alert().rule());
            change.setString(13, Json.write(first.fingerprint()));
            change.setString(14, first.fingerprint().slotKey());
            change.setBoolean(15, first.fingerprint().folded());
        }
        change.executeUpdate();
        if (origin != null) {
            writeOrigin(statements, connection, incident.id(), origin);
        }
        if (incident.reopened()) {
            PreparedStatement reopen = statements.of(connection, REOPEN);
            reopen.setString(1, incident.id());
            reopen.setInt(2, after.lifecycle().episode());
            reopen.setLong(3, receivedMillis);
            reopen.executeUpdate();
        }
        writeParts(statements, connection, incident, receivedMillis);
    }

    private static void writeOrigin(
            PreparedStatements statements, Connection connection, String id, IncidentAlert origin) throws SQLException {
        PreparedStatement update = statements.of(connection, SET_ORIGIN);
        update.setString(1, origin.enrichment().host().node());
        update.setString(2, origin.enrichment().host().namespace());
        update.setString(3, IncidentFilter.searchText(origin.fingerprint(), origin.enrichment()));
        update.setString(4, id);
        update.executeUpdate();
    }

    private static void writeParts(
            PreparedStatements statements, Connection connection, IncidentChange incident, long receivedMillis)
            throws SQLException {
        IncidentCounts before = incident.before();
        for (IncidentAlert sample : incident.samples()) {
            PreparedStatement insert = statements.of(connection, INSERT_SAMPLE);
            insert.setString(1, incident.id());
            insert.setBoolean(2, sample.verified());
            insert.setString(3, sample.document());
            insert.setLong(4, receivedMillis);
            insert.executeUpdate();
        }
        for (String tactic : incident.after().tactics()) {
            if (before == null || !before.tactics().contains(tactic)) {
                insertText(statements.of(connection, INSERT_TACTIC), incident.id(), tactic);
            }
        }
        for (String doubt : incident.after().doubts()) {
            if (before == null || !before.doubts().contains(doubt)) {
                insertText(statements.of(connection, INSERT_DOUBT), incident.id(), doubt);
            }
        }
        for (String cause : incident.causes()) {
            PreparedStatement insert = statements.of(connection, INSERT_CAUSE);
            insert.setString(1, incident.id());
            insert.setBytes(2, HexFormat.of().parseHex(cause));
            insert.executeUpdate();
        }
    }

    private static void insertText(PreparedStatement insert, String id, String text) throws SQLException {
        insert.setString(1, id);
        insert.setString(2, text);
        insert.executeUpdate();
    }
}
