package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.respond.state.StateStore;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The state of responses in SQLite. */
public final class SqliteStateStore implements StateStore {
    private final SqliteDatabase database;

    public SqliteStateStore(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Optional<Versioned> read(String key) {
        return database.read(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT version, document FROM response_state WHERE key = ?")) {
                query.setString(1, key);
                try (ResultSet row = query.executeQuery()) {
                    return row.next()
                            ? Optional.of(new Versioned(row.getLong("version"), row.getString("document")))
                            : Optional.empty();
                }
            }
        });
    }

    @Override
    public boolean write(String key, long replaced, String document, @Nullable Instant due) {
        return database.write(connection -> {
            try (PreparedStatement change = connection.prepareStatement(
                    replaced == 0
                            ? "INSERT INTO response_state (document, due, key, version) VALUES (?, ?, ?, ? + 1)"
                                    + " ON CONFLICT DO NOTHING"
                            : "UPDATE response_state SET document = ?, due = ?, version = version + 1"
                                    + " WHERE key = ? AND version = ?")) {
                change.setString(1, document);
                if (due == null) {
                    change.setNull(2, Types.INTEGER);
                } else {
                    change.setLong(2, due.toEpochMilli());
                }
                change.setString(3, key);
                change.setLong(4, replaced);
                return change.executeUpdate() == 1;
            }
        });
    }

    @Override
    public List<String> due(Instant now, int limit) {
        return database.read(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT key FROM response_state WHERE due <= ? ORDER BY due LIMIT ?")) {
                query.setLong(1, now.toEpochMilli());
                query.setInt(2, limit);
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
