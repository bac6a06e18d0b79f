package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.RecordResult;
import io.tiercel.rules.alert.Alert;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * Stores incidents in DynamoDB. The package documentation describes the items.
 *
 * <p>{@link AlertCounter} counts alerts, all of a batch at once.
 */
public final class DynamoDbIncidentStore implements IncidentStore {
    private static final int HEALTH_SLOTS = 1000;

    private final IncidentTable table;
    private final AlertCounter counter;

    public DynamoDbIncidentStore(IncidentTable table) {
        this(table, AlertIdLog.Limits.DEFAULT);
    }

    DynamoDbIncidentStore(IncidentTable table, AlertIdLog.Limits limits) {
        this.table = table;
        this.counter = new AlertCounter(table, new AlertIdLogs(limits));
    }

    @Override
    public RecordResult record(IncidentAlert incidentAlert, int maxOpen) {
        return recordAll(List.of(new RecordRequest(incidentAlert, maxOpen))).getFirst();
    }

    @Override
    public List<RecordResult> recordAll(List<RecordRequest> requests) {
        return counter.countAll(requests);
    }

    @Override
    public void markAudited(String incidentId, int escalation, int episode) {
        raise(incidentId, "escalation", escalation);
        raise(incidentId, "audited_episode", episode);
    }

    private void raise(String incidentId, String attribute, long minimum) {
        update(
                "mark an incident as audited",
                incidentId,
                new UpdateExpression().set(attribute, number(minimum)).onlyIf(attribute, "<", number(minimum)));
    }

    @Override
    public boolean close(Incident seen, IncidentClosure closing) {
        UpdateExpression update = new UpdateExpression()
                .set("state", text(IncidentState.CLOSED.label()))
                .set("closed_at", number(closing.at().toEpochMilli()))
                .set("closed_by", text(closing.by()))
                .set("closed_until", number(closing.untilNanos()))
                .remove(IncidentTable.OPEN)
                .onlyIf("state", "=", text(IncidentState.OPEN.label()))
                .onlyIf("count", "=", number(seen.count()));
        if (seen.folded()) {
            return update("close an incident", seen.id(), update);
        }
        Map<String, AttributeValue> stored = table.incident(seen.id(), List.of("slot_key"));
        return !stored.isEmpty() && closeAndFreeSlot(seen.id(), text(stored, "slot_key"), update);
    }

    private boolean closeAndFreeSlot(String incidentId, String slotKey, UpdateExpression update) {
        TransactWriteItem closing = TransactWriteItem.builder()
                .update(request -> request.tableName(table.name())
                        .key(IncidentTable.incidentKey(incidentId))
                        .updateExpression(update.expression())
                        .conditionExpression(update.condition())
                        .expressionAttributeNames(update.names())
                        .expressionAttributeValues(update.values()))
                .build();
        for (int attempt = 0; ; attempt++) {
            TransactWriteItem slots = IncidentSlots.read(table, slotKey)
                    .without(List.of(incidentId))
                    .write(table);
            try {
                table.client().transactWriteItems(transaction -> transaction.transactItems(closing, slots));
                return true;
            } catch (TransactionCanceledException e) {
                if (IncidentTable.CONDITION_FAILED.equals(
                        e.cancellationReasons().getFirst().code())) {
                    return false;
                }
                IncidentTable.backOffCancelled("close an incident", attempt, e);
            } catch (SdkException e) {
                throw IncidentTable.unavailable("close an incident", e);
            }
        }
    }

    /** Updates an incident without a transaction. Returns false if a condition fails. */
    private boolean update(String operation, String incidentId, UpdateExpression update) {
        for (int attempt = 0; ; attempt++) {
            try {
                table.client()
                        .updateItem(request -> request.tableName(table.name())
                                .key(IncidentTable.incidentKey(incidentId))
                                .updateExpression(update.expression())
                                .conditionExpression(update.condition())
                                .expressionAttributeNames(update.names())
                                .expressionAttributeValues(update.values()));
                return true;
            } catch (ConditionalCheckFailedException e) {
                return false;
            } catch (TransactionConflictException e) {
                IncidentTable.backOff(operation, attempt, e);
            } catch (SdkException e) {
                throw IncidentTable.unavailable(operation, e);
            }
        }
    }

    @Override
    public List<Incident> quietSince(Instant time, int limit) {
        return load(IncidentTable.shards().stream()
                .flatMap(shard -> quiet(shard, time, limit).stream())
                .sorted(Comparator.comparingLong((Map<String, AttributeValue> item) -> number(item, "last_received")))
                .limit(limit)
                .toList());
    }

    /**
     * {@inheritDoc} The cursor is the number of the shard, and the time of the last alert and the id of the last incident. An alert
     * moves an incident forwards only. A page is one query of the index of open incidents, about 100 bytes for each.
     */
    @Override
    public OpenPage open(String cursor, Instant until, int limit) {
        List<String> shards = IncidentTable.shards();
        String[] after = cursor.isEmpty() ? new String[] {"0"} : cursor.split("/", 3);
        int number = Integer.parseInt(after[0]);
        String shard = shards.get(number);
        Map<String, AttributeValue> start = new HashMap<>();
        if (after.length == 3) {
            start.putAll(IncidentTable.incidentKey(after[2]));
            start.put(IncidentTable.OPEN, text(shard));
            start.put("last_received", AttributeValue.fromN(after[1]));
        }
        QueryResponse page = IncidentTable.call(
                "list open incidents",
                () -> table.client()
                        .query(query -> query.tableName(table.name())
                                .indexName(IncidentTable.OPEN_BY_LAST_RECEIVED)
                                .keyConditionExpression("#open = :shard AND #last_received <= :until")
                                .expressionAttributeNames(
                                        Map.of("#open", IncidentTable.OPEN, "#last_received", "last_received"))
                                .expressionAttributeValues(
                                        Map.of(":shard", text(shard), ":until", number(until.toEpochMilli())))
                                .exclusiveStartKey(start.isEmpty() ? null : start)
                                .limit(limit)));
        String next = number + 1 < shards.size() ? Integer.toString(number + 1) : "";
        if (page.hasLastEvaluatedKey()) {
            Map<String, AttributeValue> last = page.lastEvaluatedKey();
            next = number + "/" + number(last, "last_received") + "/" + IncidentTable.incidentId(last);
        }
        return new OpenPage(page.items().stream().map(IncidentTable::incidentId).toList(), next);
    }

    private List<Map<String, AttributeValue>> quiet(String shard, Instant time, int limit) {
        QueryRequest longestFirst = QueryRequest.builder()
                .tableName(table.name())
                .indexName(IncidentTable.OPEN_BY_LAST_RECEIVED)
                .keyConditionExpression("#open = :shard AND #last_received <= :time")
                .expressionAttributeNames(Map.of("#open", IncidentTable.OPEN, "#last_received", "last_received"))
                .expressionAttributeValues(Map.of(":shard", text(shard), ":time", number(time.toEpochMilli())))
                .build();
        return IncidentTable.call(
                "find quiet incidents",
                () -> table.client().queryPaginator(longestFirst).items().stream()
                        .limit(limit)
                        .toList());
    }

    @Override
    public void recordHealth(String alertId, Alert alert, String document, boolean verified) {
        String slot = (verified ? "verified-" : "") + "%03d".formatted(Math.floorMod(alertId.hashCode(), HEALTH_SLOTS));
        IncidentTable.call("store a health message", () -> {
            try {
                return table.client()
                        .putItem(put -> put.tableName(table.name())
                                .item(Map.of(
                                        IncidentTable.PK,
                                        text("health"),
                                        IncidentTable.SK,
                                        text(slot),
                                        "alert",
                                        text(alertId),
                                        "time",
                                        number(alert.timeNanos()),
                                        "document",
                                        text(document),
                                        IncidentTable.EXPIRES,
                                        table.expiresIn(table.retention().health())))
                                .conditionExpression("attribute_not_exists(pk) OR #time < :time")
                                .expressionAttributeNames(Map.of("#time", "time"))
                                .expressionAttributeValues(Map.of(":time", number(alert.timeNanos()))));
            } catch (ConditionalCheckFailedException e) {
                // The slot contains this message or a newer one.
                return e;
            }
        });
    }

    @Override
    public Optional<Incident> find(String incidentId) {
        List<Map<String, AttributeValue>> items = table.incidentWithSample(incidentId);
        return items.stream()
                .filter(item -> text(item, IncidentTable.SK).equals("incident"))
                .findFirst()
                .map(item -> IncidentItem.incident(item, IncidentTable.sample(items)));
    }

    @Override
    public List<Incident> list(IncidentQuery query) {
        return load(IncidentTable.shards().stream()
                .flatMap(shard -> newest(shard, query).stream())
                .sorted(Comparator.comparingLong((Map<String, AttributeValue> item) -> number(item, "last"))
                        .reversed())
                .limit(query.limit())
                .toList());
    }

    /** Loads the current incidents of index items. */
    private List<Incident> load(List<Map<String, AttributeValue>> keys) {
        List<Incident> incidents = new ArrayList<>();
        for (Map<String, AttributeValue> key : keys) {
            Map<String, AttributeValue> item = table.incident(IncidentTable.incidentId(key), null, Map.of());
            if (!item.isEmpty()) {
                incidents.add(IncidentItem.incident(item, List.of()));
            }
        }
        return List.copyOf(incidents);
    }

    private List<Map<String, AttributeValue>> newest(String shard, IncidentQuery query) {
        Map<String, String> names = new HashMap<>();
        Map<String, AttributeValue> values = new HashMap<>(Map.of(":shard", text(shard)));
        List<String> filter = new ArrayList<>();
        if (query.state() != null) {
            names.put("#state", "state");
            values.put(":state", text(query.state().label()));
            filter.add("#state = :state");
        }
        if (query.rule() != null) {
            names.put("#rule", "rule");
            values.put(":rule", text(query.rule()));
            filter.add("#rule = :rule");
        }
        if (query.minEscalation() > 0) {
            names.put("#escalation", "escalation");
            values.put(":escalation", number(query.minEscalation()));
            filter.add("#escalation >= :escalation");
        }
        QueryRequest newestFirst = QueryRequest.builder()
                .tableName(table.name())
                .indexName(IncidentTable.BY_LAST_SEEN)
                .scanIndexForward(false)
                .keyConditionExpression("shard = :shard")
                .filterExpression(filter.isEmpty() ? null : String.join(" AND ", filter))
                .expressionAttributeNames(names.isEmpty() ? null : names)
                .expressionAttributeValues(values)
                .build();
        return IncidentTable.call(
                "list incidents",
                () -> table.client().queryPaginator(newestFirst).items().stream()
                        .limit(query.limit())
                        .toList());
    }
}
