package io.tiercel.functions.aws.dynamodb;

import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.contract.Stores;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.interact.TokenReplayGuard;
import io.tiercel.functions.notification.NotificationStore;
import io.tiercel.functions.respond.state.StateStore;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The stores of a DynamoDB table. */
record DynamoDbStores(DynamoDbClient client, IncidentTable table, DynamoDbAuditLog auditLog) implements Stores {
    static DynamoDbStores open(DynamoDbClient client, IncidentTable table) {
        return new DynamoDbStores(client, table, new DynamoDbAuditLog(table));
    }

    static DynamoDbStores open(DynamoDbClient client, String tableName, InstantSource clock) {
        return open(client, new IncidentTable(client, tableName, clock));
    }

    @Override
    public IncidentStore incidents() {
        return new DynamoDbIncidentStore(table);
    }

    @Override
    public NotificationStore notifications() {
        return new DynamoDbNotificationStore(table);
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
        return auditLog;
    }

    @Override
    public AuditLog auditOfAnotherProcess() {
        return new DynamoDbAuditLog(table);
    }

    @Override
    public AuditHead auditHead() {
        return auditLog.head();
    }

    @Override
    public AuditVerdict verifyAudit() {
        return auditLog.verify();
    }

    @Override
    public void tamperWithAudit(long number, String line) {
        client.updateItem(update -> update.tableName(table.name())
                .key(auditKey(number))
                .updateExpression("SET line = :line")
                .expressionAttributeValues(Map.of(":line", AttributeValue.fromS(line))));
    }

    @Override
    public void deleteFromAudit(long number) {
        client.deleteItem(delete -> delete.tableName(table.name()).key(auditKey(number)));
    }

    private static Map<String, AttributeValue> auditKey(long number) {
        return Map.of(
                IncidentTable.PK,
                AttributeValue.fromS("audit#0"),
                IncidentTable.SK,
                AttributeValue.fromS("%019d".formatted(number)));
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
