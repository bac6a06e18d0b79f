package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.contract.Stores;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.interact.TokenReplayGuard;
import io.tiercel.functions.notification.NotificationStore;
import io.tiercel.functions.respond.state.StateStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The stores of a SQLite database. */
record SqliteStores(Path folder, InstantSource clock, SqliteDatabase database) implements Stores {
    static SqliteStores open(Path folder, InstantSource clock) {
        return new SqliteStores(folder, clock, SqliteDatabase.open(folder));
    }

    SqliteIncidentStore sqliteIncidents() {
        return new SqliteIncidentStore(database, clock);
    }

    @Override
    public IncidentStore incidents() {
        return sqliteIncidents();
    }

    @Override
    public NotificationStore notifications() {
        return new SqliteNotificationStore(database);
    }

    @Override
    public StateStore state() {
        return new SqliteStateStore(database);
    }

    @Override
    public TokenReplayGuard replayGuard() {
        return new SqliteTokenReplayGuard(database, clock);
    }

    @Override
    public AuditLog audit() {
        return new SqliteAuditLog(database);
    }

    /** {@inheritDoc} Only one process uses a SQLite database, so this is another log of the same process. */
    @Override
    public AuditLog auditOfAnotherProcess() {
        return audit();
    }

    @Override
    public AuditHead auditHead() {
        return new SqliteAuditLog(database).head();
    }

    @Override
    public AuditVerdict verifyAudit() {
        return SqliteAuditLog.verify(folder, Optional.empty());
    }

    @Override
    public void tamperWithAudit(long number, String line) throws SQLException {
        execute("UPDATE audit SET line = '" + line.replace("'", "''") + "' WHERE number = " + number);
    }

    @Override
    public void deleteFromAudit(long number) throws SQLException {
        execute("DELETE FROM audit WHERE number = " + number);
    }

    private void execute(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("functions.db"));
                Statement change = connection.createStatement()) {
            change.executeUpdate("DROP TRIGGER IF EXISTS audit_no_update");
            change.executeUpdate("DROP TRIGGER IF EXISTS audit_no_delete");
            change.executeUpdate(statement);
        }
    }

    @Override
    public List<String> healthMessages() {
        return sqliteIncidents().health(10);
    }

    @Override
    public SqliteStores reopen() {
        close();
        return open(folder, clock);
    }

    @Override
    public boolean slow() {
        return false;
    }

    @Override
    public void close() {
        database.close();
    }
}
