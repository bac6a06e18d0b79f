package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.audit.ChainHead;
import io.tiercel.functions.contract.AuditTampering;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Changes the audit log in the database file with a connection of its own. */
record SqliteAuditTampering(Path folder) implements AuditTampering {
    @Override
    public void putEntry(AuditRecord record) {
        execute(
                "INSERT OR REPLACE INTO audit (chain, number, previous, line, hash) VALUES (?, ?, ?, ?, ?)",
                record.chain(),
                record.number(),
                record.previous(),
                record.line(),
                record.hash());
    }

    @Override
    public void removeEntry(String chain, long number) {
        execute("DELETE FROM audit WHERE chain = ? AND number = ?", chain, number);
    }

    @Override
    public void putHead(ChainHead position, String bucket) {
        execute(
                "INSERT OR REPLACE INTO audit_head (chain, bucket, number, hash) VALUES (?, ?, ?, ?)",
                position.chain(),
                bucket,
                position.head().number(),
                position.head().hash());
    }

    @Override
    public void removeHead(String chain) {
        execute("DELETE FROM audit_head WHERE chain = ?", chain);
    }

    private void execute(String sql, Object... values) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("functions.db"));
                Statement change = connection.createStatement()) {
            for (String trigger : List.of("audit_no_update", "audit_no_delete", "audit_head_no_delete")) {
                change.executeUpdate("DROP TRIGGER IF EXISTS " + trigger);
            }
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++) {
                    statement.setObject(i + 1, values[i]);
                }
                statement.executeUpdate();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
