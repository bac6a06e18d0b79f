package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.audit.AuditChain;
import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.incident.StoreUnavailable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.sqlite.SQLiteConfig;

/**
 * The audit log in SQLite. It is never truncated, and grows by about half a kilobyte per decision or call. An entry is written
 * in the transaction of its decision.
 */
public final class SqliteAuditLog implements AuditLog {
    private static final String COLUMNS = "number, previous, line, hash";

    private final SqliteDatabase database;

    public SqliteAuditLog(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public void append(AuditEntry entry) {
        database.write(connection -> {
            AuditRecord record = AuditChain.next(head(connection), entry);
            try (PreparedStatement insert = connection.prepareStatement(
                            "INSERT INTO audit (number, incident_id, previous, line, hash) VALUES (?, ?, ?, ?, ?)");
                    PreparedStatement head = connection.prepareStatement(
                            "INSERT OR REPLACE INTO audit_head (id, number, hash) VALUES (1, ?, ?)")) {
                insert.setLong(1, record.number());
                insert.setString(2, entry.incidentId());
                insert.setString(3, record.previous());
                insert.setString(4, record.line());
                insert.setString(5, record.hash());
                insert.executeUpdate();
                head.setLong(1, record.number());
                head.setString(2, record.hash());
                return head.executeUpdate();
            }
        });
    }

    @Override
    public List<AuditRecord> entriesFor(String incidentId, int limit) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT " + COLUMNS + " FROM audit WHERE incident_id = ? ORDER BY number DESC LIMIT ?")) {
                query.setString(1, incidentId);
                query.setInt(2, limit);
                List<AuditRecord> newest = new ArrayList<>();
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        newest.add(record(row));
                    }
                }
                return List.copyOf(newest.reversed());
            }
        });
    }

    /** Returns the head of the chain. */
    public AuditHead head() {
        return database.read(SqliteAuditLog::head);
    }

    /**
     * Verifies the log in a data directory. A server may use the log at the same time.
     *
     * @param expected the head of the log at an earlier time
     * @throws StoreUnavailable if the log does not exist or cannot be read
     */
    public static AuditVerdict verify(Path folder, Optional<AuditHead> expected) {
        Path file = folder.resolve("functions.db");
        if (!Files.isRegularFile(file)) {
            throw new StoreUnavailable(
                    "there is no audit log: " + file.toAbsolutePath()
                            + " does not exist; specify its data directory with --data",
                    new NoSuchElementException(file.toString()));
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        try (Connection connection = config.createConnection("jdbc:sqlite:" + file)) {
            // Read both tables in one transaction, because a server may append entries.
            connection.setAutoCommit(false);
            AuditHead claimed = head(connection);
            try (PreparedStatement all =
                            connection.prepareStatement("SELECT " + COLUMNS + " FROM audit ORDER BY number");
                    ResultSet rows = all.executeQuery()) {
                return AuditChain.verify(new Rows(rows), claimed, expected);
            }
        } catch (SQLException e) {
            throw new StoreUnavailable(
                    "the audit log in " + file.toAbsolutePath() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static AuditHead head(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT number, hash FROM audit_head");
                ResultSet row = query.executeQuery()) {
            return row.next() ? new AuditHead(row.getLong(1), row.getString(2)) : AuditHead.EMPTY;
        }
    }

    private static AuditRecord record(ResultSet row) throws SQLException {
        return new AuditRecord(row.getLong(1), row.getString(2), row.getString(3), row.getString(4));
    }

    /** Streams the rows, because a log may be larger than the memory. */
    private static final class Rows implements Iterator<AuditRecord> {
        private final ResultSet rows;
        private boolean more;

        Rows(ResultSet rows) throws SQLException {
            this.rows = rows;
            this.more = rows.next();
        }

        @Override
        public boolean hasNext() {
            return more;
        }

        @Override
        public AuditRecord next() {
            if (!more) {
                throw new NoSuchElementException();
            }
            try {
                AuditRecord record = record(rows);
                more = rows.next();
                return record;
            } catch (SQLException e) {
                throw new StoreUnavailable("the audit log cannot be read: " + e.getMessage(), e);
            }
        }
    }
}
