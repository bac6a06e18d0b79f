package io.tiercel.bench.aws;

import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.audit.AuditSource;
import io.tiercel.functions.aws.dynamodb.AuditTable;
import io.tiercel.functions.aws.dynamodb.DynamoDbAuditLog;
import io.tiercel.functions.aws.dynamodb.DynamoDbGroupStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbIncidentStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbNotificationStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbStateStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbTokenReplayGuard;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.contract.AuditTampering;
import io.tiercel.functions.contract.Stores;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.interact.TokenReplayGuard;
import io.tiercel.functions.notification.NotificationStore;
import io.tiercel.functions.notification.group.GroupStore;
import io.tiercel.functions.respond.state.StateStore;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

/** The stores of AWS on tables in memory. */
record InMemoryStores(InMemoryTables tables, IncidentTable table, AuditTable auditTable, IncidentStore incidents)
        implements Stores {
    InMemoryStores(InMemoryTables tables, IncidentTable table, AuditTable auditTable) {
        this(tables, table, auditTable, new DynamoDbIncidentStore(table));
    }

    static InMemoryStores open(InstantSource clock) {
        InMemoryTables tables = new InMemoryTables(Consumption.Meter.NONE);
        tables.createTable("incidents", TableSchema.INCIDENTS);
        tables.createTable("audit", TableSchema.AUDIT);
        return new InMemoryStores(
                tables, new IncidentTable(tables, "incidents", clock), new AuditTable(tables, "audit"));
    }

    @Override
    public NotificationStore notifications() {
        return new DynamoDbNotificationStore(table);
    }

    @Override
    public GroupStore groups() {
        return new DynamoDbGroupStore(table);
    }

    @Override
    public StateStore state() {
        return new DynamoDbStateStore(table);
    }

    @Override
    public TokenReplayGuard replayGuard() {
        return new DynamoDbTokenReplayGuard(table);
    }

    @Override
    public AuditLog audit() {
        return new DynamoDbAuditLog(auditTable);
    }

    @Override
    public AuditLog auditOfAnotherProcess() {
        return audit();
    }

    @Override
    public AuditSource auditSource() {
        return new DynamoDbAuditLog(auditTable).source();
    }

    @Override
    public AuditTampering auditTampering() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> healthMessages() {
        return tables.items("incidents", "health").stream()
                .map(item -> Objects.requireNonNull(item.get("document")).s())
                .toList();
    }

    @Override
    public Stores reopen() {
        return this;
    }

    @Override
    public boolean slow() {
        return false;
    }

    @Override
    public void close() {}
}
