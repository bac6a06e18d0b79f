package io.tiercel.functions.local.store;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentJson;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.Occurrence;
import io.tiercel.functions.incident.Recorded;
import io.tiercel.functions.respond.ResponsePlan;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Incidents in SQLite. Recording an alert also takes it out of the inbox, in the same transaction: that is what makes a kill
 * between any two steps harmless.
 */
public final class SqliteIncidentStore implements IncidentStore {
    /** Most incidents kept; beyond that those that have been quiet longest are forgotten. */
    static final int MAX_INCIDENTS = 100_000;

    /** Most alert ids remembered, the newest; an alert that comes again after so many others counts again. */
    static final int MAX_COUNTED = 2_000_000;

    /** Most messages of sensors about themselves kept, the newest. */
    static final int MAX_HEALTH = 1_000;

    private final Database database;

    public SqliteIncidentStore(Database database) {
        this.database = database;
    }

    @Override
    public Recorded record(Occurrence occurrence) {
        String incidentId = occurrence.fingerprint().incidentId();
        return database.write(connection -> {
            Inbox.remove(connection, occurrence.alertId());
            Optional<String> earlier = countedFor(connection, occurrence.alertId());
            if (earlier.isPresent()) {
                return new Recorded(earlier.get(), true, false);
            }
            try (PreparedStatement mark =
                    connection.prepareStatement("INSERT INTO counted (alert_id, incident_id) VALUES (?, ?)")) {
                mark.setString(1, occurrence.alertId());
                mark.setString(2, incidentId);
                mark.executeUpdate();
            }
            long count = count(connection, incidentId, occurrence);
            addSample(connection, incidentId, occurrence.document());
            addTactics(connection, incidentId, occurrence.enrichment().tactics());
            return new Recorded(incidentId, false, count == occurrence.alerts());
        });
    }

    private static Optional<String> countedFor(Connection connection, String alertId) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT incident_id FROM counted WHERE alert_id = ?")) {
            query.setString(1, alertId);
            try (ResultSet result = query.executeQuery()) {
                return result.next() ? Optional.of(result.getString(1)) : Optional.empty();
            }
        }
    }

    private static long count(Connection connection, String incidentId, Occurrence occurrence) throws SQLException {
        Alert alert = occurrence.alert();
        try (PreparedStatement upsert = connection.prepareStatement("""
                INSERT INTO incident (id, rule, state, priority, count, first_seen, last_seen, fingerprint, enrichment, plan)
                VALUES (?, ?, 'open', ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                    state = 'open',
                    count = count + excluded.count,
                    priority = min(priority, excluded.priority),
                    first_seen = min(first_seen, excluded.first_seen),
                    last_seen = max(last_seen, excluded.last_seen)
                RETURNING count
                """)) {
            upsert.setString(1, incidentId);
            upsert.setString(2, alert.rule());
            upsert.setInt(3, alert.priority().ordinal());
            upsert.setLong(4, occurrence.alerts());
            upsert.setLong(5, alert.timeNanos());
            upsert.setLong(6, occurrence.lastNanos());
            upsert.setString(7, IncidentJson.write(occurrence.fingerprint()));
            upsert.setString(8, IncidentJson.write(occurrence.enrichment()));
            upsert.setString(9, IncidentJson.write(occurrence.plan()));
            try (ResultSet result = upsert.executeQuery()) {
                return result.getLong(1);
            }
        }
    }

    private static void addSample(Connection connection, String incidentId, String document) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO sample (incident_id, number, document)
                SELECT ?, kept + 1, ? FROM (SELECT count(*) AS kept FROM sample WHERE incident_id = ?) WHERE kept < ?
                """)) {
            insert.setString(1, incidentId);
            insert.setString(2, document);
            insert.setString(3, incidentId);
            insert.setInt(4, Incident.SAMPLE_LIMIT);
            insert.executeUpdate();
        }
    }

    private static void addTactics(Connection connection, String incidentId, List<String> tactics) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT OR IGNORE INTO tactic (incident_id, name) VALUES (?, ?)")) {
            for (String tactic : tactics) {
                insert.setString(1, incidentId);
                insert.setString(2, tactic);
                insert.executeUpdate();
            }
        }
    }

    @Override
    public void noteHealth(String alertId, Alert alert, String document) {
        database.write(connection -> {
            Inbox.remove(connection, alertId);
            try (PreparedStatement insert = connection.prepareStatement(
                            "INSERT OR IGNORE INTO health (alert_id, document) VALUES (?, ?)");
                    PreparedStatement prune = connection.prepareStatement(
                            "DELETE FROM health WHERE seq <= (SELECT max(seq) FROM health) - ?")) {
                insert.setString(1, alertId);
                insert.setString(2, document);
                insert.executeUpdate();
                prune.setInt(1, MAX_HEALTH);
                return prune.executeUpdate();
            }
        });
    }

    /** The newest messages of sensors about themselves as JSON documents, newest first. */
    public List<String> health(int limit) {
        return database.read(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT document FROM health ORDER BY seq DESC LIMIT ?")) {
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
                            "SELECT document FROM sample WHERE incident_id = ? ORDER BY number")) {
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
                    + " WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR rule = ?2)"
                    + " ORDER BY last_seen DESC, id LIMIT ?3")) {
                select.setString(1, state == null ? null : state.label());
                select.setString(2, query.rule());
                select.setInt(3, query.limit());
                List<Incident> incidents = new ArrayList<>();
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        incidents.add(incident(connection, row, List.of()));
                    }
                }
                return List.copyOf(incidents);
            }
        });
    }

    private static Incident incident(Connection connection, ResultSet row, List<String> sample) throws SQLException {
        String id = row.getString("id");
        return new Incident(
                id,
                IncidentJson.read(row.getString("fingerprint"), Fingerprint.class),
                Priority.values()[row.getInt("priority")],
                row.getLong("count"),
                row.getLong("first_seen"),
                row.getLong("last_seen"),
                tactics(connection, id),
                IncidentState.parse(row.getString("state")).orElseThrow(),
                IncidentJson.read(row.getString("enrichment"), Enrichment.class),
                IncidentJson.read(row.getString("plan"), ResponsePlan.class),
                sample);
    }

    private static SortedSet<String> tactics(Connection connection, String incidentId) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT name FROM tactic WHERE incident_id = ?")) {
            query.setString(1, incidentId);
            return Collections.unmodifiableSortedSet(new TreeSet<>(texts(query)));
        }
    }

    private static List<String> texts(PreparedStatement query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (ResultSet result = query.executeQuery()) {
            while (result.next()) {
                texts.add(result.getString(1));
            }
        }
        return List.copyOf(texts);
    }

    /** Incidents kept, and alerts counted in them. */
    public Totals totals() {
        return database.read(connection -> {
            try (PreparedStatement query =
                            connection.prepareStatement("SELECT count(*), coalesce(sum(count), 0) FROM incident");
                    ResultSet result = query.executeQuery()) {
                return new Totals(result.getLong(1), result.getLong(2));
            }
        });
    }

    /** Forgets what is beyond the limits. */
    public void prune() {
        database.write(connection -> {
            try (PreparedStatement counted = connection.prepareStatement(
                            "DELETE FROM counted WHERE seq <= (SELECT max(seq) FROM counted) - ?");
                    PreparedStatement incidents = connection.prepareStatement(
                            "DELETE FROM incident WHERE id IN (SELECT id FROM incident ORDER BY last_seen"
                                    + " LIMIT max(0, (SELECT count(*) FROM incident) - ?))")) {
                counted.setInt(1, MAX_COUNTED);
                incidents.setInt(1, MAX_INCIDENTS);
                return counted.executeUpdate() + incidents.executeUpdate();
            }
        });
    }

    /**
     * How much there is.
     *
     * @param incidents incidents kept
     * @param alerts alerts counted in them
     */
    public record Totals(long incidents, long alerts) {}
}
