package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.audit.AuditChain;
import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.audit.AuditRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * The audit log in SQLite. It is never truncated, and grows by about half a kilobyte per decision or call. An entry is written
 * in the transaction of its decision.
 */
public final class SqliteAuditLog implements AuditLog {
    private static final String HEAD = "SELECT number, hash FROM audit_head WHERE chain = ?";
    private static final String INSERT =
            "INSERT INTO audit (chain, number, previous, line, hash) VALUES (?, ?, ?, ?, ?)";
    private static final String UPSERT_HEAD = """
            INSERT INTO audit_head (chain, bucket, number, hash) VALUES (?, ?, ?, ?)
            ON CONFLICT (chain) DO UPDATE SET number = excluded.number, hash = excluded.hash
            """;

    private final SqliteDatabase database;
    private final PreparedStatements statements = new PreparedStatements();

    public SqliteAuditLog(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public void append(AuditEntry entry) {
        String chain = AuditChain.idOf(entry);
        database.write(connection -> {
            AuditRecord record = AuditChain.next(head(connection, chain), entry);
            PreparedStatement insert = statements.of(connection, INSERT);
            insert.setString(1, chain);
            insert.setLong(2, record.number());
            insert.setString(3, record.previous());
            insert.setString(4, record.line());
            insert.setString(5, record.hash());
            insert.executeUpdate();
            PreparedStatement head = statements.of(connection, UPSERT_HEAD);
            head.setString(1, chain);
            head.setString(2, AuditChain.bucketName(AuditChain.bucketOf(chain)));
            head.setLong(3, record.number());
            head.setString(4, record.hash());
            return head.executeUpdate();
        });
    }

    @Override
    public List<AuditRecord> entriesFor(String incidentId, int limit) {
        return source().newest(AuditChain.idOfIncident(incidentId), limit);
    }

    /** Returns the number of entries in all chains. */
    public long total() {
        return database.read(connection -> {
            try (PreparedStatement query =
                            connection.prepareStatement("SELECT COALESCE(SUM(number), 0) FROM audit_head");
                    ResultSet row = query.executeQuery()) {
                return row.getLong(1);
            }
        });
    }

    /** Returns read access to all chains. */
    public SqliteAuditSource source() {
        return new SqliteAuditSource(database::read);
    }

    private AuditHead head(Connection connection, String chain) throws SQLException {
        PreparedStatement query = statements.of(connection, HEAD);
        query.setString(1, chain);
        try (ResultSet row = query.executeQuery()) {
            return row.next() ? new AuditHead(row.getLong(1), row.getString(2)) : AuditHead.EMPTY;
        }
    }
}
