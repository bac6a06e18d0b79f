package io.tiercel.functions.aws.dynamodb;

import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.audit.AuditSource;
import io.tiercel.functions.contract.AuditTampering;
import io.tiercel.functions.contract.Stores;
import io.tiercel.functions.interact.TokenReplayGuard;
import io.tiercel.functions.notification.NotificationStore;
import io.tiercel.functions.notification.group.GroupStore;
import io.tiercel.functions.operate.AuditPages;
import io.tiercel.functions.operate.IncidentNotes;
import io.tiercel.functions.operate.IncidentPages;
import io.tiercel.functions.respond.hold.HoldPages;
import io.tiercel.functions.respond.state.StateStore;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The stores of an incident table and its audit table, as one process uses them. */
record DynamoDbStores(
        DynamoDbClient client, IncidentTable table, AuditTable auditTable, DynamoDbIncidentStore incidents)
        implements Stores {
    DynamoDbStores(DynamoDbClient client, IncidentTable table, AuditTable auditTable) {
        this(client, table, auditTable, new DynamoDbIncidentStore(table));
    }

    DynamoDbStores with(DynamoDbIncidentStore other) {
        return new DynamoDbStores(client, table, auditTable, other);
    }

    static DynamoDbStores open(DynamoDbClient client, IncidentTable table) {
        return new DynamoDbStores(client, table, new AuditTable(client, auditTable(table.name())));
    }

    /** Returns the name of the audit table beside an incident table, as infra/terraform names it. */
    static String auditTable(String incidentTable) {
        return incidentTable + "-audit";
    }

    static DynamoDbStores open(DynamoDbClient client, String tableName, InstantSource clock) {
        return open(client, new IncidentTable(client, tableName, clock));
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
    public IncidentPages incidentPages() {
        return new DynamoDbIncidentPages(table);
    }

    @Override
    public IncidentNotes incidentNotes() {
        return new DynamoDbIncidentNotes(table);
    }

    @Override
    public AuditPages auditPages() {
        return new DynamoDbAuditPages(auditTable, table.clock());
    }

    @Override
    public HoldPages holdPages() {
        return new DynamoDbHoldPages(table);
    }

    @Override
    public AuditTampering auditTampering() {
        return new DynamoDbAuditTampering(auditTable);
    }

    @Override
    public List<String> healthMessages() {
        return client
                .query(query -> query.tableName(table.name())
                        .keyConditionExpression("pk = :pk")
                        .expressionAttributeValues(Map.of(":pk", AttributeValue.fromS("health"))))
                .items()
                .stream()
                .map(item -> IncidentTable.text(item, "document"))
                .toList();
    }

    @Override
    public DynamoDbStores reopen() {
        return open(client, table);
    }

    @Override
    public boolean slow() {
        return true;
    }

    /** Keeps the client open, because other tests use it. */
    @Override
    public void close() {}
}
