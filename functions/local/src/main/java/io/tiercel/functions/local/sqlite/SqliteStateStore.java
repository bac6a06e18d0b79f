package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.respond.state.StateStore;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The state of responses in SQLite. */
public final class SqliteStateStore implements StateStore {
    /** The current time in milliseconds since the epoch. */
    private static final String NOW = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

    private static final String READ = "SELECT version, document FROM response_state WHERE key = ?";
    private static final String INSERT =
            "INSERT INTO response_state (document, due_kind, due, kept, key, version, changed_at)"
                    + " VALUES (?, ?, ?, ?, ?, ? + 1, " + NOW + ") ON CONFLICT DO NOTHING";
    private static final String UPDATE =
            "UPDATE response_state SET document = ?, due_kind = ?, due = ?, kept = ?, changed_at = " + NOW
                    + ", version = version + 1 WHERE key = ? AND version = ?";

    private final SqliteDatabase database;
    private final PreparedStatements statements = new PreparedStatements();

    public SqliteStateStore(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Optional<Versioned> read(String key) {
        return database.read(connection -> {
            PreparedStatement query = statements.of(connection, READ);
            query.setString(1, key);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(new Versioned(row.getLong(1), row.getString(2))) : Optional.empty();
            }
        });
    }

    @Override
    public Map<String, Versioned> readAll(Collection<String> keys) {
        List<String> list = List.copyOf(keys);
        String parameters = String.join(", ", Collections.nCopies(list.size(), "?"));
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT key, version, document FROM response_state WHERE key IN (" + parameters + ")")) {
                for (int i = 0; i < list.size(); i++) {
                    query.setString(i + 1, list.get(i));
                }
                Map<String, Versioned> found = new HashMap<>();
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        found.put(
                                row.getString("key"), new Versioned(row.getLong("version"), row.getString("document")));
                    }
                }
                return Map.copyOf(found);
            }
        });
    }

    @Override
    public boolean write(String key, long replaced, String document, Schedule schedule) {
        DueKind kind = schedule.kind();
        Instant at = schedule.at();
        return database.write(connection -> {
            PreparedStatement change = statements.of(connection, replaced == 0 ? INSERT : UPDATE);
            change.setString(1, document);
            if (kind == null || at == null) {
                change.setNull(2, Types.VARCHAR);
                change.setNull(3, Types.INTEGER);
            } else {
                change.setString(2, kind.label());
                change.setLong(3, at.toEpochMilli());
            }
            change.setBoolean(4, schedule.kept());
            change.setString(5, key);
            change.setLong(6, replaced);
            return change.executeUpdate() == 1;
        });
    }

    /**
     * Ends the leases of plans and the locks of holds. Call it only while no responder uses the database: a server that starts, which
     * owns its data directory, need not wait until those of a server that was killed expire.
     *
     * @return number of leases and locks that ended
     */
    public int endLocks() {
        return database.write(connection -> {
            // An expired lease is due, so that the sweep continues its plan. A prior state of a hold has no lock.
            try (PreparedStatement leases = connection.prepareStatement(
                            "UPDATE response_state SET document = json_set(document, '$.expires', 0), due = " + NOW
                                    + ", version = version + 1 WHERE key LIKE 'lease/%' AND json_valid(document)"
                                    + " AND json_extract(document, '$.owner') IS NOT NULL");
                    PreparedStatement holds = connection.prepareStatement(
                            "UPDATE response_state SET document = json_set(document, '$.lock', json('null')),"
                                    + " version = version + 1 WHERE key LIKE 'hold/%' AND json_valid(document)"
                                    + " AND json_extract(document, '$.lock') IS NOT NULL")) {
                return leases.executeUpdate() + holds.executeUpdate();
            }
        });
    }

    @Override
    public List<String> due(DueKind kind, Instant now, int limit) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT key FROM response_state WHERE due_kind = ? AND due <= ? ORDER BY due LIMIT ?")) {
                query.setString(1, kind.label());
                query.setLong(2, now.toEpochMilli());
                query.setInt(3, limit);
                List<String> keys = new ArrayList<>();
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        keys.add(row.getString(1));
                    }
                }
                return List.copyOf(keys);
            }
        });
    }
}
