package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.MinuteCounts;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.operate.IncidentFilter;
import io.tiercel.functions.operate.IncidentNotes.Assignment;
import io.tiercel.functions.operate.IncidentPages;
import io.tiercel.functions.operate.IncidentSort;
import io.tiercel.rules.alert.Priority;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Lists of incidents in SQLite. */
public final class SqliteIncidentPages implements IncidentPages {
    private static final String ENTRY = """
        SELECT i.*, a.by AS acknowledged_by, a.at AS acknowledged_at, s.assignee AS assignee, s.by AS assigned_by, s.at AS assigned_at
        FROM %s
        LEFT JOIN acknowledgement a ON a.incident_id = i.id AND a.episode = i.episode
        LEFT JOIN assignment s ON s.incident_id = i.id
        """;

    private static final String COUNTS = """
        SELECT coalesce(sum(i.escalation = 0), 0), coalesce(sum(i.escalation > 0), 0),
            coalesce(sum(a.incident_id IS NULL), 0),
            (SELECT count(*) FROM incident WHERE state = 'closed' AND closed_at >= ?1),
            (SELECT coalesce(sum(count), 0) FROM incident)
        FROM incident i LEFT JOIN acknowledgement a ON a.incident_id = i.id AND a.episode = i.episode
        WHERE i.state = 'open'
        """;

    private static final String RULES = """
        SELECT rule, min(priority), count(*), sum(count) AS alerts, max(last_seen) FROM incident WHERE last_seen >= ?1
        GROUP BY rule ORDER BY alerts DESC, rule LIMIT ?2
        """;

    private final SqliteDatabase database;

    public SqliteIncidentPages(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Page page(IncidentFilter filter, IncidentSort sort, @Nullable String cursor, int limit) {
        IncidentCondition condition = new IncidentCondition(filter);
        IncidentOrder order = IncidentOrder.of(sort);
        IncidentOrder.Position after = cursor == null ? null : order.parse(cursor);
        return database.read(connection -> {
            List<Entry> entries = new ArrayList<>();
            // The inner query reads keys only, so that ordering many incidents does not copy their documents.
            String page = "(SELECT i.id AS page_id FROM incident i WHERE " + condition.sql()
                    + (after == null ? "" : " AND " + order.after()) + " ORDER BY " + order.descending()
                    + " LIMIT ?) CROSS JOIN incident i ON i.id = page_id ";
            try (PreparedStatement query =
                    connection.prepareStatement(ENTRY.formatted(page) + " ORDER BY " + order.descending())) {
                int next = condition.bind(query, 1);
                if (after != null) {
                    next = after.bind(query, next);
                }
                query.setInt(next, limit);
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        entries.add(entry(connection, row, List.of()));
                    }
                }
            }
            String more = entries.size() < limit
                    ? null
                    : order.cursor(entries.getLast().incident());
            return new Page(List.copyOf(entries), more, after == null ? count(connection, condition) : null);
        });
    }

    private static Long count(Connection connection, IncidentCondition condition) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT count(*) FROM incident i WHERE " + condition.sql())) {
            condition.bind(query, 1);
            try (ResultSet row = query.executeQuery()) {
                return row.getLong(1);
            }
        }
    }

    @Override
    public Optional<Entry> find(String incidentId) {
        return database.read(connection -> {
            try (PreparedStatement query =
                            connection.prepareStatement(ENTRY.formatted("incident i") + " WHERE i.id = ?");
                    PreparedStatement samples = connection.prepareStatement(
                            "SELECT document FROM sample WHERE incident_id = ? ORDER BY verified DESC, number")) {
                query.setString(1, incidentId);
                samples.setString(1, incidentId);
                try (ResultSet row = query.executeQuery()) {
                    return row.next()
                            ? Optional.of(entry(connection, row, SqliteIncidentStore.texts(samples)))
                            : Optional.<Entry>empty();
                }
            }
        });
    }

    private static Entry entry(Connection connection, ResultSet row, List<String> sample) throws SQLException {
        Incident incident = SqliteIncidentStore.incident(connection, row, sample);
        String acknowledgedBy = row.getString("acknowledged_by");
        String assignee = row.getString("assignee");
        return new Entry(
                incident,
                acknowledgedBy == null
                        ? null
                        : new Acknowledgement(
                                incident.id(),
                                incident.lifecycle().episode(),
                                acknowledgedBy,
                                row.getLong("acknowledged_at")),
                assignee == null
                        ? null
                        : new Assignment(
                                assignee,
                                row.getString("assigned_by"),
                                Instant.ofEpochMilli(row.getLong("assigned_at"))),
                MinuteCounts.parse(row.getString("activity")));
    }

    @Override
    public List<String> idsWithPrefix(String prefix, int limit) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT id FROM incident WHERE id >= ?1 AND id < ?1 || 'g' ORDER BY id LIMIT ?2")) {
                query.setString(1, prefix);
                query.setInt(2, limit);
                return SqliteIncidentStore.texts(query);
            }
        });
    }

    @Override
    public Counts counts(Instant closedSince) {
        return database.read(connection -> {
            Map<Priority, Long> byPriority = new EnumMap<>(Priority.class);
            try (PreparedStatement query = connection.prepareStatement(
                            "SELECT priority, count(*) FROM incident WHERE state = 'open' GROUP BY priority");
                    ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    byPriority.put(Priority.values()[row.getInt(1)], row.getLong(2));
                }
            }
            try (PreparedStatement query = connection.prepareStatement(COUNTS)) {
                query.setLong(1, closedSince.toEpochMilli());
                try (ResultSet row = query.executeQuery()) {
                    return new Counts(
                            row.getLong(1), row.getLong(2), row.getLong(4), row.getLong(3), row.getLong(5), byPriority);
                }
            }
        });
    }

    @Override
    public List<RuleCount> rules(@Nullable Instant since, int limit) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(RULES)) {
                query.setLong(1, since == null ? Long.MIN_VALUE : nanos(since));
                query.setInt(2, limit);
                List<RuleCount> rules = new ArrayList<>();
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        rules.add(new RuleCount(
                                row.getString(1),
                                Priority.values()[row.getInt(2)],
                                row.getLong(3),
                                row.getLong(4),
                                row.getLong(5)));
                    }
                }
                return List.copyOf(rules);
            }
        });
    }

    /** Returns nanoseconds since the epoch; the nearest number for a time that has none. */
    static long nanos(Instant time) {
        long seconds = Math.clamp(time.getEpochSecond(), -9_000_000_000L, 9_000_000_000L);
        return TimeUnit.SECONDS.toNanos(seconds) + time.getNano();
    }
}
