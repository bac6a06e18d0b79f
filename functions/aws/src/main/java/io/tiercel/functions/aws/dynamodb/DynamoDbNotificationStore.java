package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.NotificationStore;
import io.tiercel.functions.notification.NotificationUrgency;
import io.tiercel.functions.notification.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * Notification records in DynamoDB, each in an item of its own: {@code notification#SUBJECT}, {@code channel#NAME}. While a
 * message is pending, the item is in the index {@code by-last-seen}, in the shard {@code outbox-NAME-URGENCY}, with its due time in
 * milliseconds as {@code last}. An idle channel has nothing in the index. {@link #findDue} and {@link #nextDue} query one shard per level
 * of urgency.
 */
public final class DynamoDbNotificationStore implements NotificationStore {
    private static final Map<String, String> ACKNOWLEDGEMENT = Map.of("#acknowledgement", "acknowledgement");
    private static final String SK_PREFIX = "channel#";
    private static final String PREFIX = "notification#";
    private static final String VERSION = "version";
    private static final String DOCUMENT = "document";

    /** Identifies the call that wrote the item. */
    private static final String WRITE = "write";

    private static final String PENDING_SINCE = "pending_since";
    private static final Map<String, String> INDEX_KEYS = Map.of("#shard", "shard", "#last", "last");

    /** Maximum number of items that {@link #backlog} reads, silenced messages included. */
    private static final int MAX_COUNTED = Backlog.MAX_COUNTED;

    private final IncidentTable table;

    public DynamoDbNotificationStore(IncidentTable table) {
        this.table = table;
    }

    /** A partition of their own: a function that may put records must not be able to replace an incident. */
    private static String pk(Subject subject) {
        return PREFIX + subject.key();
    }

    private static Subject subject(Map<String, AttributeValue> item) {
        return Subject.parse(text(item, IncidentTable.PK).substring(PREFIX.length()));
    }

    private static Map<String, AttributeValue> key(Subject subject, String channel) {
        return Map.of(IncidentTable.PK, text(pk(subject)), IncidentTable.SK, text(SK_PREFIX + channel));
    }

    @Override
    public Optional<NotificationRecord> findRecord(Subject subject, String channel) {
        Map<String, AttributeValue> item = IncidentTable.call(
                "read a notification record",
                () -> table.client()
                        .getItem(get -> get.tableName(table.name())
                                .key(key(subject, channel))
                                .consistentRead(true))
                        .item());
        return item.isEmpty() ? Optional.empty() : Optional.of(read(item));
    }

    @Override
    public List<NotificationRecord> listRecords(Subject subject) {
        QueryRequest query = QueryRequest.builder()
                .tableName(table.name())
                .keyConditionExpression("#pk = :pk AND begins_with(#sk, :sk)")
                .expressionAttributeNames(Map.of("#pk", IncidentTable.PK, "#sk", IncidentTable.SK))
                .expressionAttributeValues(Map.of(":pk", text(pk(subject)), ":sk", text(SK_PREFIX)))
                .consistentRead(true)
                .build();
        return IncidentTable.call(
                "list notification records",
                () -> table.client().queryPaginator(query).items().stream()
                        .map(DynamoDbNotificationStore::read)
                        .toList());
    }

    /** The keys say whose record it is, the version its revision: the erasure of a subject may change such texts in the document. */
    private static NotificationRecord read(Map<String, AttributeValue> item) {
        return Json.read(text(item, DOCUMENT), NotificationRecord.class, StoreUnavailable::new)
                .storedAs(
                        subject(item),
                        text(item, IncidentTable.SK).substring(SK_PREFIX.length()),
                        number(item, VERSION));
    }

    @Override
    public boolean replace(NotificationRecord next) {
        Map<String, AttributeValue> item = new HashMap<>(key(next.subject(), next.channel()));
        item.put(VERSION, number(next.revision()));
        item.put(DOCUMENT, text(Json.write(next)));
        AttributeValue write = text(UUID.randomUUID().toString());
        item.put(WRITE, write);
        item.put(IncidentTable.EXPIRES, table.expiresIn(table.retention().incidents()));
        NotificationRecord.Pending pending = next.pending();
        if (pending != null) {
            item.put("shard", text(shard(next.channel(), pending.urgency())));
            item.put("last", number(pending.due()));
            if (pending.silence() == null) {
                item.put(PENDING_SINCE, number(pending.since()));
            }
        }
        PutItemRequest.Builder put = PutItemRequest.builder()
                .tableName(table.name())
                .item(item)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
        if (next.revision() == 1) {
            put.conditionExpression("attribute_not_exists(#pk)").expressionAttributeNames(Map.of("#pk", "pk"));
        } else {
            put.conditionExpression("#version = :before")
                    .expressionAttributeNames(Map.of("#version", VERSION))
                    .expressionAttributeValues(Map.of(":before", number(next.revision() - 1)));
        }
        try {
            table.client().putItem(put.build());
            return true;
        } catch (ConditionalCheckFailedException e) {
            // The SDK repeats a request whose response was lost. Then this call has written the item.
            return e.hasItem() && write.equals(e.item().get(WRITE));
        } catch (TransactionConflictException e) {
            return false;
        } catch (SdkException e) {
            throw IncidentTable.unavailable("store a notification record", e);
        }
    }

    private static String shard(String channel, int urgency) {
        return "outbox-" + channel + "-" + urgency;
    }

    @Override
    public List<Subject> findDue(String channel, Instant now, int limit) {
        List<Subject> due = new ArrayList<>();
        for (int urgency = 0; urgency < NotificationUrgency.LEVELS && due.size() < limit; urgency++) {
            int rest = limit - due.size();
            Map<String, AttributeValue> values =
                    Map.of(":shard", text(shard(channel, urgency)), ":now", number(now.toEpochMilli()));
            IncidentTable.call(
                            "find due notifications",
                            () -> table.client()
                                    .query(query -> query.tableName(table.name())
                                            .indexName(IncidentTable.BY_LAST_SEEN)
                                            .keyConditionExpression("#shard = :shard AND #last <= :now")
                                            .expressionAttributeNames(INDEX_KEYS)
                                            .expressionAttributeValues(values)
                                            .limit(rest)))
                    .items()
                    .forEach(item -> due.add(subject(item)));
        }
        return List.copyOf(due);
    }

    @Override
    public Optional<Instant> nextDue(String channel) {
        OptionalLong next = OptionalLong.empty();
        for (int urgency = 0; urgency < NotificationUrgency.LEVELS; urgency++) {
            Map<String, AttributeValue> values = Map.of(":shard", text(shard(channel, urgency)));
            OptionalLong first = IncidentTable.call(
                            "find the next notification",
                            () -> table.client()
                                    .query(query -> query.tableName(table.name())
                                            .indexName(IncidentTable.BY_LAST_SEEN)
                                            .keyConditionExpression("#shard = :shard")
                                            .expressionAttributeNames(Map.of("#shard", "shard"))
                                            .expressionAttributeValues(values)
                                            .limit(1)))
                    .items()
                    .stream()
                    .mapToLong(item -> number(item, "last"))
                    .findFirst();
            if (first.isPresent() && (next.isEmpty() || first.getAsLong() < next.getAsLong())) {
                next = first;
            }
        }
        return next.isPresent() ? Optional.of(Instant.ofEpochMilli(next.getAsLong())) : Optional.empty();
    }

    /** {@inheritDoc} Reads the index of the channel, about 300 bytes for each pending message. */
    @Override
    public Backlog backlog(String channel) {
        long pending = 0;
        long oldest = Long.MAX_VALUE;
        int read = 0;
        for (int urgency = 0; urgency < NotificationUrgency.LEVELS && read < MAX_COUNTED; urgency++) {
            QueryRequest query = QueryRequest.builder()
                    .tableName(table.name())
                    .indexName(IncidentTable.BY_LAST_SEEN)
                    .keyConditionExpression("#shard = :shard")
                    .projectionExpression("#since")
                    .expressionAttributeNames(Map.of("#shard", "shard", "#since", PENDING_SINCE))
                    .expressionAttributeValues(Map.of(":shard", text(shard(channel, urgency))))
                    .build();
            int rest = MAX_COUNTED - read;
            List<Map<String, AttributeValue>> items = IncidentTable.call(
                    "count pending notifications",
                    () -> table.client().queryPaginator(query).items().stream()
                            .limit(rest)
                            .toList());
            read += items.size();
            LongSummaryStatistics since = items.stream()
                    .filter(item -> item.containsKey(PENDING_SINCE))
                    .mapToLong(item -> number(item, PENDING_SINCE))
                    .summaryStatistics();
            pending += since.getCount();
            oldest = Math.min(oldest, since.getMin());
        }
        return new Backlog(pending, pending == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(oldest)));
    }

    /** Updates the incident's item; returns false if the condition does not hold. */
    private boolean update(
            String incidentId,
            String what,
            String expression,
            String condition,
            Map<String, String> names,
            Map<String, AttributeValue> values) {
        for (int attempt = 0; ; attempt++) {
            try {
                table.client()
                        .updateItem(update -> update.tableName(table.name())
                                .key(IncidentTable.incidentKey(incidentId))
                                .updateExpression(expression)
                                .conditionExpression(condition)
                                .expressionAttributeNames(names)
                                .expressionAttributeValues(values));
                return true;
            } catch (ConditionalCheckFailedException e) {
                return false;
            } catch (TransactionConflictException e) {
                IncidentTable.backOff(what, attempt, e);
            } catch (SdkException e) {
                throw IncidentTable.unavailable(what, e);
            }
        }
    }

    @Override
    public Optional<Acknowledgement> acknowledgement(String incidentId) {
        return OperatorAttributes.acknowledgement(
                incidentId, table.incident(incidentId, "#acknowledgement", ACKNOWLEDGEMENT));
    }

    /** {@inheritDoc} The incident may have expired. */
    @Override
    public void acknowledge(Acknowledgement acknowledgement) {
        AttributeValue stored = AttributeValue.fromM(Map.of(
                "episode", number(acknowledgement.episode()),
                "by", text(acknowledgement.by()),
                "at", number(acknowledgement.atMillis())));
        update(
                acknowledgement.incidentId(),
                "store an acknowledgement",
                "SET #acknowledgement = :acknowledgement",
                "attribute_exists(pk)",
                ACKNOWLEDGEMENT,
                Map.of(":acknowledgement", stored));
    }
}
