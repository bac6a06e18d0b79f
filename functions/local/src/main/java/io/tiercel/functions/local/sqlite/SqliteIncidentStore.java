package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentChange;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.IncidentTally;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.functions.incident.RecordResult;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Incidents in SQLite. Recording an alert removes it from the inbox in the same transaction, so a kill between two steps loses
 * nothing and counts nothing twice.
 */
public final class SqliteIncidentStore implements IncidentStore {
    /**
     * The maximum number of incidents. Incidents without alerts of verified senders are deleted first, those that have been quiet
     * longest before others.
     */
    static final int MAX_INCIDENTS = 100_000;

    /**
     * The maximum number of stored alert ids of verified senders, and of all others. An alert whose id was deleted would be counted
     * again.
     */
    static final int MAX_COUNTED = 2_000_000;

    /** The maximum number of stored health messages of verified senders, and of all others. The newest are kept. */
    static final int MAX_HEALTH = 1_000;

    private final SqliteDatabase database;
    private final InstantSource clock;
    private final Consumer<String> changes;
    private final PreparedStatements statements = new PreparedStatements();

    /**
     * @param database the database
     * @param clock for the times at which alerts are counted
     */
    public SqliteIncidentStore(SqliteDatabase database, InstantSource clock) {
        this(database, clock, _ -> {});
    }

    /**
     * Creates a store that reports changes.
     *
     * @param changes receives the id of each incident that has counted alerts or was closed, after the commit; must not block
     */
    public SqliteIncidentStore(SqliteDatabase database, InstantSource clock, Consumer<String> changes) {
        this.database = database;
        this.clock = clock;
        this.changes = changes;
    }

    @Override
    public RecordResult record(IncidentAlert incidentAlert, int maxOpen) {
        return recordAll(List.of(new RecordRequest(incidentAlert, maxOpen))).getFirst();
    }

    @Override
    public List<RecordResult> recordAll(List<RecordRequest> requests) {
        return database.write(connection -> {
            Instant received = clock.instant();
            TallySource source = new TallySource(statements, connection);
            IncidentTally<SQLException> tally = new IncidentTally<>(source, received);
            List<RecordResult> results = new ArrayList<>(requests.size());
            for (RecordRequest request : requests) {
                RecordResult result = tally.count(request.alert(), request.maxOpen());
                source.counted(request.alert(), result);
                results.add(result);
            }
            for (IncidentChange change : tally.changes()) {
                IncidentRows.write(statements, connection, change, received.toEpochMilli());
            }
            database.afterCommit(() -> results.forEach(result -> changes.accept(result.incidentId())));
            return List.copyOf(results);
        });
    }

    @Override
    public void markAudited(String incidentId, int escalation, int episode) {
        database.write(connection -> {
            PreparedStatement update = statements.of(connection, """
                UPDATE incident SET escalation = max(escalation, ?), audited_episode = max(audited_episode, ?) WHERE id = ?
                """);
            update.setInt(1, escalation);
            update.setInt(2, episode);
            update.setString(3, incidentId);
            return update.executeUpdate();
        });
    }

    @Override
    public boolean close(Incident seen, IncidentClosure closing) {
        return database.write(connection -> {
            try (PreparedStatement update = connection.prepareStatement("""
                UPDATE incident SET state = 'closed', closed_at = ?, closed_by = ?, closed_until = ?
                WHERE id = ? AND state = 'open' AND count = ?
                """)) {
                update.setLong(1, closing.at().toEpochMilli());
                update.setString(2, closing.by());
                update.setLong(3, closing.untilNanos());
                update.setString(4, seen.id());
                update.setLong(5, seen.count());
                database.afterCommit(() -> changes.accept(seen.id()));
                return update.executeUpdate() == 1;
            }
        });
    }

    /** {@inheritDoc} The cursor is the time of the last alert and the id of the last incident. An alert moves an incident forwards only. */
    @Override
    public OpenPage open(String cursor, Instant until, int limit) {
        String[] after = cursor.isEmpty() ? new String[] {Long.toString(Long.MIN_VALUE), ""} : cursor.split("/", 2);
        return database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement("""
                SELECT id, last_received_at FROM incident
                WHERE state = 'open' AND last_received_at BETWEEN ?1 AND ?3 AND (last_received_at, id) > (?1, ?2)
                ORDER BY last_received_at, id LIMIT ?4
                """)) {
                select.setLong(1, Long.parseLong(after[0]));
                select.setString(2, after[1]);
                select.setLong(3, until.toEpochMilli());
                select.setInt(4, limit);
                List<String> ids = new ArrayList<>();
                String next = "";
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        ids.add(row.getString(1));
                        next = row.getLong(2) + "/" + row.getString(1);
                    }
                }
                return new OpenPage(List.copyOf(ids), ids.size() < limit ? "" : next);
            }
        });
    }

    @Override
    public List<Incident> quietSince(Instant time, int limit) {
        return database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT * FROM incident WHERE state = 'open' AND last_received_at <= ? ORDER BY last_received_at"
                            + " LIMIT ?")) {
                select.setLong(1, time.toEpochMilli());
                select.setInt(2, limit);
                return incidents(connection, select);
            }
        });
    }

    @Override
    public void recordHealth(String alertId, Alert alert, String document, boolean verified) {
        database.write(connection -> {
            PreparedStatement insert = statements.of(
                    connection,
                    "INSERT OR IGNORE INTO health (alert_id, document, verified, received_at) VALUES (?, ?, ?, ?)");
            insert.setString(1, alertId);
            insert.setString(2, document);
            insert.setBoolean(3, verified);
            insert.setLong(4, clock.millis());
            insert.executeUpdate();
            PreparedStatement prune = statements.of(connection, """
                DELETE FROM health WHERE verified = ?1 AND seq <=
                    (SELECT seq FROM health WHERE verified = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)
                """);
            prune.setBoolean(1, verified);
            prune.setInt(2, MAX_HEALTH);
            return prune.executeUpdate();
        });
    }

    /** Returns the newest health messages of verified sensors as JSON documents, newest first, then those of others. */
    public List<String> health(int limit) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT document FROM health ORDER BY verified DESC, seq DESC LIMIT ?")) {
                query.setInt(1, limit);
                return texts(query);
            }
        });
    }

    @Override
    public Optional<Incident> find(String incidentId) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT * FROM incident WHERE id = ?");
                    PreparedStatement samples = connection.prepareStatement(
                            "SELECT document FROM sample WHERE incident_id = ? ORDER BY verified DESC, number")) {
                query.setString(1, incidentId);
                samples.setString(1, incidentId);
                try (ResultSet row = query.executeQuery()) {
                    return row.next()
                            ? Optional.of(incident(connection, row, texts(samples)))
                            : Optional.<Incident>empty();
                }
            }
        });
    }

    @Override
    public List<Incident> list(IncidentQuery query) {
        IncidentState state = query.state();
        return database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT * FROM incident"
                    + " WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR rule = ?2) AND escalation >= ?3"
                    + " ORDER BY last_seen DESC, id LIMIT ?4")) {
                select.setString(1, state == null ? null : state.label());
                select.setString(2, query.rule());
                select.setInt(3, query.minEscalation());
                select.setInt(4, query.limit());
                return incidents(connection, select);
            }
        });
    }

    private static List<Incident> incidents(Connection connection, PreparedStatement select) throws SQLException {
        List<Incident> incidents = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                incidents.add(incident(connection, row, List.of()));
            }
        }
        return List.copyOf(incidents);
    }

    static Incident incident(Connection connection, ResultSet row, List<String> sample) throws SQLException {
        String id = row.getString("id");
        return new Incident(
                id,
                Json.read(row.getString("fingerprint"), Fingerprint.class, StoreUnavailable::new),
                Priority.values()[row.getInt("priority")],
                row.getLong("count"),
                row.getLong("verified_count"),
                row.getLong("first_seen"),
                row.getLong("last_seen"),
                Instant.ofEpochMilli(row.getLong("opened_at")),
                Instant.ofEpochMilli(row.getLong("last_received_at")),
                sorted(connection, "SELECT name FROM tactic WHERE incident_id = ?", id),
                lifecycle(row),
                Json.read(row.getString("enrichment"), Enrichment.class, StoreUnavailable::new),
                row.getInt("folded_causes"),
                sorted(connection, "SELECT text FROM doubt WHERE incident_id = ?", id),
                sample);
    }

    private static Lifecycle lifecycle(ResultSet row) throws SQLException {
        String closedBy = row.getString("closed_by");
        return new Lifecycle(
                IncidentState.parse(row.getString("state")).orElseThrow(),
                row.getInt("escalation"),
                row.getInt("episode"),
                closedBy == null
                        ? null
                        : new IncidentClosure(
                                Instant.ofEpochMilli(row.getLong("closed_at")), closedBy, row.getLong("closed_until")));
    }

    private static SortedSet<String> sorted(Connection connection, String sql, String incidentId) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, incidentId);
            return Collections.unmodifiableSortedSet(new TreeSet<>(texts(query)));
        }
    }

    static List<String> texts(PreparedStatement query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (ResultSet result = query.executeQuery()) {
            while (result.next()) {
                texts.add(result.getString(1));
            }
        }
        return List.copyOf(texts);
    }

    /** Returns the totals. */
    public Totals totals() {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement("""
                SELECT count(*), coalesce(sum(count), 0), coalesce(sum(count), 0)
                        + (SELECT coalesce(max(value), 0) FROM total WHERE name = 'deleted_alerts'),
                    coalesce(sum(state = 'open' AND escalation = 0), 0),
                    coalesce(sum(state = 'open' AND escalation > 0), 0),
                    coalesce(sum(state = 'closed'), 0)
                FROM incident
                """);
                    ResultSet result = query.executeQuery()) {
                return new Totals(
                        result.getLong(1),
                        result.getLong(2),
                        result.getLong(3),
                        Map.of(
                                "open", result.getLong(4),
                                "escalated", result.getLong(5),
                                "closed", result.getLong(6)));
            }
        });
    }

    /** Deletes rows beyond the limits. */
    public void prune() {
        database.write(connection -> {
            try (PreparedStatement counted = connection.prepareStatement("""
                DELETE FROM counted_alert WHERE verified = ?1 AND seq <=
                    (SELECT seq FROM counted_alert WHERE verified = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)
                """);
                    PreparedStatement incidents = connection.prepareStatement(
                            "DELETE FROM incident WHERE id IN (SELECT id FROM incident ORDER BY verified_count > 0,"
                                    + " last_seen LIMIT max(0, (SELECT count(*) FROM incident) - ?))")) {
                int deleted = 0;
                for (boolean verified : List.of(true, false)) {
                    counted.setBoolean(1, verified);
                    counted.setInt(2, MAX_COUNTED);
                    deleted += counted.executeUpdate();
                }
                incidents.setInt(1, MAX_INCIDENTS);
                return deleted + incidents.executeUpdate();
            }
        });
    }

    /**
     * Totals of the store.
     *
     * @param incidents stored incidents
     * @param alerts alerts counted in the stored incidents
     * @param countedAlerts alerts counted since the data directory was created, also in incidents that were deleted since
     * @param byState incidents by {@link Lifecycle#label}
     */
    public record Totals(long incidents, long alerts, long countedAlerts, Map<String, Long> byState) {}
}
