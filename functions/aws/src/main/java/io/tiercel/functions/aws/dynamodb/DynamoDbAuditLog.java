package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.audit.AuditChain;
import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.audit.AuditRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Stores the audit log in DynamoDB, one chain per incident. A transaction writes each entry and moves the head of its chain, if the
 * head is unchanged. Therefore concurrent writers cannot fork a chain; one of them retries. Writers of different incidents share no
 * item.
 */
public final class DynamoDbAuditLog implements AuditLog {
    /** Maximum number of chains whose heads are remembered, so that an append does not need to read the head first. */
    private static final int MAX_HEADS = 256;

    private static final int LOCKS = 16;

    private final AuditTable table;
    /** The lock of a chain serializes the writers of this process, so that they do not conflict in DynamoDB. */
    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

    private final Map<String, AuditHead> heads = new LinkedHashMap<>();

    public DynamoDbAuditLog(AuditTable table) {
        this.table = table;
    }

    @Override
    public void append(AuditEntry entry) {
        String chain = AuditChain.idOf(entry);
        ReentrantLock lock = locks.get(AuditChain.bucketOf(chain) % LOCKS);
        lock.lock();
        try {
            append(chain, entry);
        } finally {
            lock.unlock();
        }
    }

    private void append(String chain, AuditEntry entry) {
        AuditHead remembered = takeHead(chain);
        for (int attempt = 0; ; attempt++) {
            AuditHead head = remembered == null ? readHead(chain) : remembered;
            remembered = null;
            AuditRecord record = AuditChain.next(head, entry);
            List<TransactWriteItem> writes = List.of(moveHead(chain, head, record.head()), put(record));
            try {
                table.client().transactWriteItems(transaction -> transaction.transactItems(writes));
                remember(chain, record.head());
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
    }

    /** Forgets the head, because the append that follows may fail in an unknown way. */
    private @Nullable AuditHead takeHead(String chain) {
        synchronized (heads) {
            return heads.remove(chain);
        }
    }

    private void remember(String chain, AuditHead head) {
        synchronized (heads) {
            heads.put(chain, head);
            if (heads.size() > MAX_HEADS) {
                heads.remove(heads.keySet().iterator().next());
            }
        }
    }

    private AuditHead readHead(String chain) {
        Map<String, AttributeValue> item = IncidentTable.call(
                "read the head of an audit chain",
                () -> table.client()
                        .getItem(get -> get.tableName(table.name())
                                .key(AuditTable.headKey(chain))
                                .consistentRead(true))
                        .item());
        return item.isEmpty()
                ? AuditHead.EMPTY
                : new AuditHead(number(item, AuditTable.NUMBER), text(item, AuditTable.HEAD));
    }

    @Override
    public List<AuditRecord> entriesFor(String incidentId, int limit) {
        return source().newest(AuditChain.idOfIncident(incidentId), limit);
    }

    /** Returns read access to all chains. */
    public DynamoDbAuditSource source() {
        return new DynamoDbAuditSource(table);
    }

    private TransactWriteItem moveHead(String chain, AuditHead from, AuditHead to) {
        UpdateExpression update = new UpdateExpression()
                .set(AuditTable.BUCKET, text(AuditChain.bucketName(AuditChain.bucketOf(chain))))
                .set(AuditTable.NUMBER, number(to.number()))
                .set(AuditTable.HEAD, text(to.hash()));
        if (from.number() == 0) {
            update.onlyIfAbsent();
        } else {
            update.onlyIf(AuditTable.HEAD, "=", text(from.hash()));
        }
        return TransactWriteItem.builder()
                .update(request -> request.tableName(table.name())
                        .key(AuditTable.headKey(chain))
                        .updateExpression(update.expression())
                        .conditionExpression(update.condition())
                        .expressionAttributeNames(update.names())
                        .expressionAttributeValues(update.values()))
                .build();
    }

    private TransactWriteItem put(AuditRecord record) {
        AuditTime time = AuditTime.of(record);
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table.name())
                        .item(Map.of(
                                IncidentTable.PK,
                                AuditTable.pk(record.chain()),
                                IncidentTable.SK,
                                text(AuditTable.sk(record.number())),
                                AuditTable.PREVIOUS,
                                text(record.previous()),
                                AuditTable.LINE,
                                text(record.line()),
                                AuditTable.HASH,
                                text(record.hash()),
                                AuditTable.PERIOD,
                                text(time.period()),
                                AuditTable.TIME,
                                text(time.time())))
                        .conditionExpression("attribute_not_exists(pk)"))
                .build();
    }
}
