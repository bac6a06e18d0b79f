package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.audit.AuditChain;
import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.audit.AuditVerifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.LongStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Stores the audit log in DynamoDB. All functions share one chain. A transaction writes each entry and moves the head, if the head is
 * unchanged. Therefore concurrent writers cannot fork the chain; one of them retries. Entries are decisions and calls, not alerts,
 * so there are few.
 */
public final class DynamoDbAuditLog implements AuditLog, AuditVerifier {
    private static final Map<String, AttributeValue> HEAD = Map.of(
            IncidentTable.PK, text("audit"),
            IncidentTable.SK, text("head"));
    private static final long BLOCK = 1_000;

    private final IncidentTable table;
    /** Serializes the writers of this process, so that they do not conflict in DynamoDB. */
    private final ReentrantLock appending = new ReentrantLock();

    public DynamoDbAuditLog(IncidentTable table) {
        this.table = table;
    }

    @Override
    public void append(AuditEntry entry) {
        appending.lock();
        try {
            for (int attempt = 0; ; attempt++) {
                AuditHead head = head();
                AuditRecord record = AuditChain.next(head, entry);
                List<TransactWriteItem> writes = new ArrayList<>();
                writes.add(moveHead(head, record.head()));
                writes.add(put(record, "audit#" + record.number() / BLOCK, key(record.number())));
                if (entry.incidentId() != null) {
                    writes.add(
                            put(record, IncidentTable.incidentPk(entry.incidentId()), "audit#" + key(record.number())));
                }
                try {
                    table.client().transactWriteItems(transaction -> transaction.transactItems(writes));
                    return;
                } catch (TransactionCanceledException e) {
                    if (!e.cancellationReasons().stream().allMatch(IncidentTable::isRetryable)) {
                        throw IncidentTable.unavailable("append to the audit log", e);
                    }
                    IncidentTable.backOff("append to the audit log", attempt, e);
                } catch (SdkException e) {
                    throw IncidentTable.unavailable("append to the audit log", e);
                }
            }
        } finally {
            appending.unlock();
        }
    }

    /** Returns the end of the chain. */
    public AuditHead head() {
        Map<String, AttributeValue> item = IncidentTable.call(
                "read the head of the audit log",
                () -> table.client()
                        .getItem(get -> get.tableName(table.name()).key(HEAD).consistentRead(true))
                        .item());
        return item.isEmpty() ? AuditHead.EMPTY : new AuditHead(number(item, "number"), text(item, "hash"));
    }

    @Override
    public List<AuditRecord> entriesFor(String incidentId, int limit) {
        QueryRequest newest = QueryRequest.builder()
                .tableName(table.name())
                .consistentRead(true)
                .scanIndexForward(false)
                .keyConditionExpression("pk = :pk AND begins_with(sk, :audit)")
                .expressionAttributeValues(
                        Map.of(":pk", text(IncidentTable.incidentPk(incidentId)), ":audit", text("audit#")))
                .build();
        List<AuditRecord> records = IncidentTable.call(
                "read the audit log",
                () -> table.client().queryPaginator(newest).items().stream()
                        .limit(limit)
                        .map(DynamoDbAuditLog::record)
                        .toList());
        return records.reversed();
    }

    @Override
    public AuditVerdict verify() {
        AuditHead claimed = head();
        return IncidentTable.call(
                "read the audit log",
                () -> AuditChain.verify(
                        LongStream.rangeClosed(0, claimed.number() / BLOCK)
                                .boxed()
                                .flatMap(block -> block(block).stream())
                                .filter(record -> record.number() <= claimed.number())
                                .iterator(),
                        claimed,
                        Optional.empty()));
    }

    private List<AuditRecord> block(long block) {
        QueryRequest all = QueryRequest.builder()
                .tableName(table.name())
                .consistentRead(true)
                .keyConditionExpression("pk = :pk")
                .expressionAttributeValues(Map.of(":pk", text("audit#" + block)))
                .build();
        return table.client().queryPaginator(all).items().stream()
                .map(DynamoDbAuditLog::record)
                .toList();
    }

    private TransactWriteItem moveHead(AuditHead from, AuditHead to) {
        UpdateExpression update =
                new UpdateExpression().set("number", number(to.number())).set("hash", text(to.hash()));
        if (from.number() == 0) {
            update.onlyIfAbsent();
        } else {
            update.onlyIf("hash", "=", text(from.hash()));
        }
        return TransactWriteItem.builder()
                .update(request -> request.tableName(table.name())
                        .key(HEAD)
                        .updateExpression(update.expression())
                        .conditionExpression(update.condition())
                        .expressionAttributeNames(update.names())
                        .expressionAttributeValues(update.values()))
                .build();
    }

    private TransactWriteItem put(AuditRecord record, String pk, String sk) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table.name())
                        .item(Map.of(
                                IncidentTable.PK,
                                text(pk),
                                IncidentTable.SK,
                                text(sk),
                                "number",
                                number(record.number()),
                                "previous",
                                text(record.previous()),
                                "line",
                                text(record.line()),
                                "hash",
                                text(record.hash())))
                        .conditionExpression("attribute_not_exists(pk)"))
                .build();
    }

    private static String key(long number) {
        return "%019d".formatted(number);
    }

    private static AuditRecord record(Map<String, AttributeValue> item) {
        return new AuditRecord(number(item, "number"), text(item, "previous"), text(item, "line"), text(item, "hash"));
    }
}
