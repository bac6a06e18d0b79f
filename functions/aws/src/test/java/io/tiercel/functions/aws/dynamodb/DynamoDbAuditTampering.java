package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.audit.ChainHead;
import io.tiercel.functions.contract.AuditTampering;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/** Changes the items of the audit table. */
record DynamoDbAuditTampering(AuditTable table) implements AuditTampering {
    @Override
    public void putEntry(AuditRecord record) {
        Map<String, AttributeValue> item = new HashMap<>(AuditTable.entryKey(record.chain(), record.number()));
        item.put(AuditTable.PREVIOUS, text(record.previous()));
        item.put(AuditTable.LINE, text(record.line()));
        item.put(AuditTable.HASH, text(record.hash()));
        put(item);
    }

    @Override
    public void removeEntry(String chain, long number) {
        delete(AuditTable.entryKey(chain, number));
    }

    @Override
    public void putHead(ChainHead position, String bucket) {
        Map<String, AttributeValue> item = new HashMap<>(AuditTable.headKey(position.chain()));
        item.put(AuditTable.BUCKET, text(bucket));
        item.put(AuditTable.NUMBER, number(position.head().number()));
        item.put(AuditTable.HEAD, text(position.head().hash()));
        put(item);
    }

    @Override
    public void removeHead(String chain) {
        delete(AuditTable.headKey(chain));
    }

    /** Sets an attribute of an entry. */
    void setAttribute(String chain, long number, String attribute, AttributeValue value) {
        repeat(() -> table.client()
                .updateItem(update -> update.tableName(table.name())
                        .key(AuditTable.entryKey(chain, number))
                        .updateExpression("SET #attribute = :value")
                        .expressionAttributeNames(Map.of("#attribute", attribute))
                        .expressionAttributeValues(Map.of(":value", value))));
    }

    private void put(Map<String, AttributeValue> item) {
        repeat(() -> table.client().putItem(put -> put.tableName(table.name()).item(item)));
    }

    private void delete(Map<String, AttributeValue> key) {
        repeat(() -> table.client()
                .deleteItem(delete -> delete.tableName(table.name()).key(key)));
    }

    /** Repeats a write while it conflicts with transactions. */
    static void repeat(Runnable write) {
        for (int attempt = 0; ; attempt++) {
            try {
                write.run();
                return;
            } catch (TransactionConflictException e) {
                IncidentTable.backOff("write to the table", attempt, e);
            }
        }
    }
}
