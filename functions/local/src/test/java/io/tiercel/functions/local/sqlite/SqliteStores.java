package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.audit.AuditSource;
import io.tiercel.functions.contract.AuditTampering;
import io.tiercel.functions.contract.Stores;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.interact.TokenReplayGuard;
import io.tiercel.functions.notification.NotificationStore;
import io.tiercel.functions.notification.group.GroupStore;
import io.tiercel.functions.operate.AuditPages;
import io.tiercel.functions.operate.IncidentNotes;
import io.tiercel.functions.operate.IncidentPages;
import io.tiercel.functions.respond.hold.HoldPages;
import io.tiercel.functions.respond.state.StateStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

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
        return new SqliteNotificationStore(database, InstantSource.system());
    }

    @Override
    public GroupStore groups() {
        return new SqliteGroupStore(database);
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

    @Override
    public IncidentPages incidentPages() {
        return new SqliteIncidentPages(database);
    }

    @Override
    public IncidentNotes incidentNotes() {
        return new SqliteIncidentNotes(database);
    }

    @Override
    public AuditPages auditPages() {
        return new SqliteAuditPages(database);
    }

    @Override
    public HoldPages holdPages() {
        return new SqliteHoldPages(database);
    }

    /** {@inheritDoc} Only one process uses a SQLite database, so this is another log of the same process. */
    @Override
    public AuditLog auditOfAnotherProcess() {
        return audit();
    }

    @Override
    public AuditSource auditSource() {
        return new SqliteAuditLog(database).source();
    }

    @Override
    public AuditTampering auditTampering() {
        return new SqliteAuditTampering(folder);
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
