package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.respond.hold.HoldPages;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The documents of holds in SQLite. The cursor is the last key of a page. */
public final class SqliteHoldPages implements HoldPages {
    private final SqliteDatabase database;

    public SqliteHoldPages(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Page page(@Nullable String cursor, int limit) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement("""
                SELECT key, document FROM response_state WHERE key > ?1 AND key < ?2 AND kept = 1 ORDER BY key LIMIT ?3
                """)) {
                query.setString(1, cursor == null ? PREFIX : cursor);
                // The character after the slash, so that the range has every key with the prefix.
                query.setString(2, PREFIX.substring(0, PREFIX.length() - 1) + '0');
                query.setInt(3, limit);
                SortedMap<String, String> documents = new TreeMap<>();
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        documents.put(row.getString(1), row.getString(2));
                    }
                }
                return new Page(
                        Collections.unmodifiableSortedMap(documents),
                        documents.size() < limit ? null : documents.lastKey());
            }
        });
    }
}
