package io.tiercel.functions.local.sqlite;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tiercel.functions.audit.AuditChain;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.operate.AuditPages;
import io.tiercel.functions.operate.IncidentPages.InvalidCursor;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The entries of the audit log in SQLite, the newest of all chains first. The cursor is the position of the last entry: its row, or its
 * number in the chain of an incident. Of each page, at most {@link #MAX_READ} entries are read.
 */
public final class SqliteAuditPages implements AuditPages {
    /** Maximum number of entries that one page reads to find those of one actor. */
    static final int MAX_READ = 2_000;

    private static final Pattern CURSOR = Pattern.compile("[1-9][0-9]{0,17}");
    private static final String COLUMNS = "chain, number, previous, line, hash FROM audit WHERE ";

    private final SqliteDatabase database;

    public SqliteAuditPages(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Page page(@Nullable String incidentId, @Nullable String by, @Nullable String cursor, int limit) {
        if (cursor != null && !CURSOR.matcher(cursor).matches()) {
            throw new InvalidCursor();
        }
        long before = cursor == null ? Long.MAX_VALUE : Long.parseLong(cursor);
        String sql = incidentId == null
                ? "SELECT rowid, " + COLUMNS + "rowid < ?1 ORDER BY rowid DESC LIMIT ?2"
                : "SELECT number, " + COLUMNS + "number < ?1 AND chain = ?3 ORDER BY number DESC LIMIT ?2";
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(sql)) {
                query.setLong(1, before);
                query.setInt(2, MAX_READ);
                if (incidentId != null) {
                    query.setString(3, AuditChain.idOfIncident(incidentId));
                }
                List<AuditRecord> records = new ArrayList<>();
                int read = 0;
                long last = 0;
                try (ResultSet row = query.executeQuery()) {
                    while (records.size() < limit && row.next()) {
                        read++;
                        last = row.getLong(1);
                        AuditRecord record = new AuditRecord(
                                Objects.requireNonNullElse(row.getString(2), ""),
                                row.getLong(3),
                                Objects.requireNonNullElse(row.getString(4), ""),
                                Objects.requireNonNullElse(row.getString(5), ""),
                                Objects.requireNonNullElse(row.getString(6), ""));
                        if (by == null || by.equals(actor(record.line()))) {
                            records.add(record);
                        }
                    }
                }
                boolean more = records.size() == limit || read == MAX_READ;
                return new Page(List.copyOf(records), more && last > 0 ? Long.toString(last) : null);
            }
        });
    }

    /** A line that was changed may not be JSON. */
    private static @Nullable String actor(String line) {
        try {
            return Json.LENIENT.readTree(line).path("actor").textValue();
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
