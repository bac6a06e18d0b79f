package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.notification.silence.SilenceStore;
import io.tiercel.functions.privacy.ErasureReport;
import io.tiercel.functions.privacy.SubjectEraser;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Erases a subject from the stored records of a data directory. A server may use it at the same time. Records are changed in
 * batches, each in a transaction of its own. The audit log gets an entry with the hash of the subject. All other columns stay.
 */
public final class SqliteErasure {
    static final String ACTOR = "erase";

    /** Maximum number of rows that one transaction changes. */
    private static final int BATCH = 200;

    /** How a column is erased. */
    private static final BiFunction<SubjectEraser, String, String> TEXT = SubjectEraser::text;

    private static final BiFunction<SubjectEraser, String, String> DOCUMENT = SubjectEraser::document;
    private static final BiFunction<SubjectEraser, String, String> NOTES = SubjectEraser::notes;

    /** The columns in the order of the report. Those of one transaction must change together. */
    private static final List<List<Columns>> TRANSACTIONS = List.of(
            List.of(new Columns("samples", "sample", List.of("rowid"), Map.of("document", DOCUMENT), "1", "")),
            List.of(new Columns(
                    "incidents",
                    "incident",
                    List.of("id"),
                    Map.of(
                            "fingerprint", DOCUMENT,
                            "enrichment", DOCUMENT,
                            "closed_by", TEXT,
                            "host", TEXT,
                            "namespace", TEXT,
                            "search", TEXT),
                    "1",
                    "")),
            List.of(new Columns("doubts", "doubt", List.of("incident_id", "text"), Map.of("text", TEXT), "1", "")),
            List.of(new Columns(
                    "assignments",
                    "assignment",
                    List.of("incident_id"),
                    Map.of("assignee", TEXT, "by", TEXT),
                    "1",
                    "")),
            List.of(new Columns(
                    "comments",
                    "comment",
                    List.of("incident_id", "number"),
                    Map.of("by", TEXT, "text", TEXT),
                    "1",
                    "")),
            // Both contain the operator; a difference would be sent as news.
            List.of(
                    new Columns(
                            "acknowledgements", "acknowledgement", List.of("incident_id"), Map.of("by", TEXT), "1", ""),
                    new Columns(
                            "notifications",
                            "notification",
                            List.of("subject", "channel"),
                            Map.of("document", DOCUMENT),
                            "1",
                            "revision = revision + 1")),
            List.of(new Columns("groups", "incident_group", List.of("id"), Map.of("value", TEXT), "1", "")),
            List.of(new Columns(
                    "members of groups",
                    "group_member",
                    List.of("group_id", "incident_id"),
                    Map.of("workload", TEXT, "target", TEXT),
                    "1",
                    "")),
            List.of(new Columns(
                    "affected targets",
                    "response_state",
                    List.of("key"),
                    Map.of("document", DOCUMENT),
                    "key LIKE 'target/%'",
                    "version = version + 1")),
            List.of(new Columns(
                    "notes of responses",
                    "response_state",
                    List.of("key"),
                    Map.of("document", NOTES),
                    "(key LIKE 'plan/%' OR key LIKE 'step/%' OR key LIKE 'commands/%')",
                    "version = version + 1")),
            List.of(new Columns(
                    "silences",
                    "response_state",
                    List.of("key"),
                    Map.of("document", DOCUMENT),
                    "key = '" + SilenceStore.KEY + "'",
                    "version = version + 1")),
            List.of(new Columns(
                    "kill switch",
                    "response_state",
                    List.of("key"),
                    Map.of("document", DOCUMENT),
                    "key = 'kill-switch'",
                    "version = version + 1")),
            List.of(new Columns(
                    "heartbeats",
                    "response_state",
                    List.of("key"),
                    Map.of("document", DOCUMENT),
                    "(key LIKE 'fleet/verified/%' OR key LIKE 'fleet/unverified/%')",
                    "version = version + 1")),
            List.of(new Columns(
                    "sensor messages",
                    "health",
                    List.of("seq"),
                    Map.of("document", DOCUMENT, "alert_id", TEXT),
                    "1",
                    "")),
            List.of(new Columns(
                    "rejected documents",
                    "refused",
                    List.of("seq"),
                    Map.of("document", DOCUMENT, "reason", TEXT),
                    "1",
                    "")),
            List.of(new Columns(
                    "ids of counted alerts", "counted_alert", List.of("seq"), Map.of("alert_id", TEXT), "1", "")));

    private final SqliteDatabase database;
    private final InstantSource clock;

    public SqliteErasure(SqliteDatabase database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Erases a subject.
     *
     * @param dryRun whether to count only
     * @throws io.tiercel.functions.incident.StoreUnavailable if the database fails; a part of the records may be changed, and
     *     another call changes the rest
     */
    public ErasureReport erase(SubjectEraser eraser, boolean dryRun) {
        Map<String, Long> changed = new LinkedHashMap<>();
        TRANSACTIONS.forEach(together -> erase(together, eraser, dryRun, changed));
        changed.values().removeIf(count -> count == 0);
        if (dryRun) {
            return new ErasureReport(changed, waiting(eraser), false);
        }
        Map<String, String> details = new LinkedHashMap<>();
        details.put("subject_sha256", eraser.hash());
        changed.forEach((kind, count) -> details.put(kind, Long.toString(count)));
        new SqliteAuditLog(database)
                .append(AuditEntry.decision(
                        clock.instant(), ACTOR, null, "erase a subject from stored records", details));
        boolean overwritten = database.overwriteDeleted();
        return new ErasureReport(changed, waiting(eraser), overwritten);
    }

    private void erase(List<Columns> together, SubjectEraser eraser, boolean dryRun, Map<String, Long> changed) {
        List<List<Object>> after =
                new ArrayList<>(together.stream().map(_ -> List.of()).toList());
        boolean more = true;
        while (more) {
            more = database.write(connection -> {
                boolean rest = false;
                for (int i = 0; i < together.size(); i++) {
                    List<Row> rows = rows(connection, together.get(i), eraser, after.get(i));
                    long count = 0;
                    for (Row row : rows) {
                        count += update(connection, together.get(i), row, eraser, dryRun) ? 1 : 0;
                    }
                    changed.merge(together.get(i).label(), count, Long::sum);
                    if (!rows.isEmpty()) {
                        after.set(i, rows.getLast().key());
                    }
                    rest |= rows.size() == BATCH;
                }
                return rest;
            });
        }
    }

    private static List<Row> rows(Connection connection, Columns columns, SubjectEraser eraser, List<Object> after)
            throws SQLException {
        String keys = String.join(", ", columns.keys());
        String candidates = columns.names().stream()
                .map(name -> "instr(coalesce(\"" + name + "\", ''), ?1) > 0")
                .collect(Collectors.joining(" OR "));
        String next = after.isEmpty()
                ? ""
                : " AND (" + keys + ") > ("
                        + Stream.iterate(2, i -> i + 1)
                                .limit(after.size())
                                .map(i -> "?" + i)
                                .collect(Collectors.joining(", "))
                        + ")";
        try (PreparedStatement query = connection.prepareStatement("SELECT " + keys + ", "
                + columns.names().stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(", "))
                + " FROM " + columns.table() + " WHERE " + columns.condition() + " AND (" + candidates + ")" + next
                + " ORDER BY " + keys + " LIMIT " + BATCH)) {
            query.setString(1, eraser.subject());
            for (int i = 0; i < after.size(); i++) {
                query.setObject(i + 2, after.get(i));
            }
            List<Row> rows = new ArrayList<>();
            try (ResultSet result = query.executeQuery()) {
                while (result.next()) {
                    List<Object> key = new ArrayList<>();
                    for (int i = 1; i <= columns.keys().size(); i++) {
                        key.add(result.getObject(i));
                    }
                    Map<String, String> values = new LinkedHashMap<>();
                    for (String name : columns.names()) {
                        values.put(name, result.getString(columns.keys().size() + values.size() + 1));
                    }
                    rows.add(new Row(List.copyOf(key), values));
                }
            }
            return rows;
        }
    }

    private static boolean update(Connection connection, Columns columns, Row row, SubjectEraser eraser, boolean dryRun)
            throws SQLException {
        Map<String, String> erased = new LinkedHashMap<>();
        row.values().forEach((name, value) -> {
            String after = value == null
                    ? null
                    : Objects.requireNonNull(columns.how().get(name)).apply(eraser, value);
            if (after != null && !after.equals(value)) {
                erased.put(name, after);
            }
        });
        if (erased.isEmpty() || dryRun) {
            return !erased.isEmpty();
        }
        // Two texts of one incident may become equal; one of them is enough.
        try (PreparedStatement update = connection.prepareStatement("UPDATE OR REPLACE " + columns.table() + " SET "
                + Stream.concat(
                                erased.keySet().stream().map(name -> "\"" + name + "\" = ?"),
                                Stream.of(columns.also()).filter(also -> !also.isEmpty()))
                        .collect(Collectors.joining(", "))
                + " WHERE "
                + columns.keys().stream().map(key -> key + " = ?").collect(Collectors.joining(" AND ")))) {
            int parameter = 1;
            for (String value : erased.values()) {
                update.setString(parameter++, value);
            }
            for (Object key : row.key()) {
                update.setObject(parameter++, key);
            }
            update.executeUpdate();
            return true;
        }
    }

    private long waiting(SubjectEraser eraser) {
        return database.read(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT count(*) FROM inbox WHERE instr(document, ?) > 0")) {
                query.setString(1, eraser.subject());
                try (ResultSet result = query.executeQuery()) {
                    return result.next() ? result.getLong(1) : 0;
                }
            }
        });
    }

    /**
     * Columns of one table that may contain a subject.
     *
     * @param label name of the records in reports
     * @param keys the key columns
     * @param how how each column is erased
     * @param condition limits the rows
     * @param also another assignment of an update; empty for none
     */
    private record Columns(
            String label,
            String table,
            List<String> keys,
            Map<String, BiFunction<SubjectEraser, String, String>> how,
            String condition,
            String also) {
        List<String> names() {
            return how.keySet().stream().sorted().toList();
        }
    }

    /** A row with the values of its columns, which may be null. */
    private record Row(List<Object> key, Map<String, String> values) {}
}
