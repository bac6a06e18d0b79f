package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.PK;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.SK;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.operate.IncidentPages.InvalidCursor;
import io.tiercel.functions.respond.hold.HoldPages;
import io.tiercel.functions.respond.state.StateStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * Stores the state of responses in the incident table: {@code state#KEY}, {@code state}. A document with a due time is in the index
 * {@code by-last-seen}, in the shard {@code due-KIND}, with its due time in milliseconds as {@code last}.
 */
public final class DynamoDbStateStore implements StateStore {
    private static final String PREFIX = "state#";
    private static final String KIND = "state";

    /** The shard of holds without a due time, so that operators can list them. */
    private static final String HELD = "held";

    private static final Pattern CURSOR =
            Pattern.compile("[01](?: [0-9]{1,18} " + HoldPages.PREFIX + "[\\x21-\\x7e]{1,1000})?");

    private final IncidentTable table;

    public DynamoDbStateStore(IncidentTable table) {
        this.table = table;
    }

    private static Map<String, AttributeValue> key(String key) {
        return Map.of(PK, text(PREFIX + key), SK, text(KIND));
    }

    @Override
    public Optional<Versioned> read(String key) {
        Map<String, AttributeValue> item = IncidentTable.call(
                "read a response's state",
                () -> table.client()
                        .getItem(
                                get -> get.tableName(table.name()).key(key(key)).consistentRead(true))
                        .item());
        return item.isEmpty()
                ? Optional.empty()
                : Optional.of(new Versioned(number(item, "version"), text(item, "document")));
    }

    @Override
    public Map<String, Versioned> readAll(Collection<String> keys) {
        return items(keys).stream()
                .collect(Collectors.toUnmodifiableMap(
                        DynamoDbStateStore::keyOf,
                        item -> new Versioned(number(item, "version"), text(item, "document"))));
    }

    private static String keyOf(Map<String, AttributeValue> item) {
        return text(item, PK).substring(PREFIX.length());
    }

    private List<Map<String, AttributeValue>> items(Collection<String> keys) {
        List<Map<String, AttributeValue>> found = new ArrayList<>();
        Collection<Map<String, AttributeValue>> missing =
                keys.stream().map(DynamoDbStateStore::key).toList();
        for (int attempt = 0; !missing.isEmpty(); attempt++) {
            KeysAndAttributes request = KeysAndAttributes.builder()
                    .keys(missing)
                    .consistentRead(true)
                    .build();
            BatchGetItemResponse response = IncidentTable.call(
                    "read states of responses",
                    () -> table.client().batchGetItem(batch -> batch.requestItems(Map.of(table.name(), request))));
            found.addAll(response.responses().getOrDefault(table.name(), List.of()));
            KeysAndAttributes unprocessed = response.unprocessedKeys().get(table.name());
            missing = unprocessed == null ? List.of() : unprocessed.keys();
            if (!missing.isEmpty()) {
                IncidentTable.backOff("read states of responses", attempt, null);
            }
        }
        return found;
    }

    @Override
    public boolean write(String key, long replaced, String document, Schedule schedule) {
        Map<String, AttributeValue> item = new HashMap<>(key(key));
        item.put("version", number(replaced + 1));
        item.put("document", text(document));
        AttributeValue write = text(UUID.randomUUID().toString());
        item.put("write", write);
        if (!schedule.kept()) {
            item.put(IncidentTable.EXPIRES, table.expiresIn(table.retention().responses()));
        }
        if (schedule.kind() != null && schedule.at() != null) {
            item.put("shard", text(shard(schedule.kind())));
            item.put("last", number(schedule.at().toEpochMilli()));
        } else if (schedule.kept() && key.startsWith(HoldPages.PREFIX)) {
            item.put("shard", text(HELD));
            item.put("last", number(table.clock().millis()));
        }
        PutItemRequest.Builder put = PutItemRequest.builder()
                .tableName(table.name())
                .item(item)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
        if (replaced == 0) {
            put.conditionExpression("attribute_not_exists(#pk)").expressionAttributeNames(Map.of("#pk", PK));
        } else {
            put.conditionExpression("#version = :replaced")
                    .expressionAttributeNames(Map.of("#version", "version"))
                    .expressionAttributeValues(Map.of(":replaced", number(replaced)));
        }
        try {
            table.client().putItem(put.build());
            return true;
        } catch (ConditionalCheckFailedException e) {
            // The SDK repeats a request whose response was lost. Then this call has written the item.
            return e.hasItem() && write.equals(e.item().get("write"));
        } catch (TransactionConflictException e) {
            return false;
        } catch (SdkException e) {
            throw IncidentTable.unavailable("write a response's state", e);
        }
    }

    private static String shard(DueKind kind) {
        return "due-" + kind.label();
    }

    @Override
    public List<String> due(DueKind kind, Instant now, int limit) {
        return IncidentTable.call(
                "find due documents",
                () -> table
                        .client()
                        .query(query -> query.tableName(table.name())
                                .indexName(IncidentTable.BY_LAST_SEEN)
                                .keyConditionExpression("#shard = :shard AND #last <= :now")
                                .expressionAttributeNames(Map.of("#shard", "shard", "#last", "last"))
                                .expressionAttributeValues(
                                        Map.of(":shard", text(shard(kind)), ":now", number(now.toEpochMilli())))
                                .limit(limit))
                        .items()
                        .stream()
                        .map(item -> text(item, PK).substring(PREFIX.length()))
                        .toList());
    }

    /**
     * Returns a page of holds: those without a due time, then exposed parts. The cursor is the position in the index.
     *
     * @throws InvalidCursor if the cursor has another form
     */
    HoldPages.Page holds(@Nullable String cursor, int limit) {
        List<String> shards = List.of(HELD, shard(DueKind.EXPOSED));
        String[] position = cursor == null ? new String[] {"0"} : cursor.split(" ", 3);
        if (!CURSOR.matcher(cursor == null ? "0" : cursor).matches()) {
            throw new InvalidCursor();
        }
        int number = position[0].charAt(0) - '0';
        Map<String, AttributeValue> start = new HashMap<>();
        if (position.length == 3) {
            start.putAll(key(position[2]));
            start.put("shard", text(shards.get(number)));
            start.put("last", AttributeValue.fromN(position[1]));
        }
        QueryResponse page = query(shards.get(number), start.isEmpty() ? null : start, Math.min(limit, MAX_KEYS));
        SortedMap<String, String> documents = new TreeMap<>();
        items(page.items().stream().map(DynamoDbStateStore::keyOf).toList()).stream()
                .filter(item -> keyOf(item).startsWith(HoldPages.PREFIX) && !item.containsKey(IncidentTable.EXPIRES))
                .forEach(item -> documents.put(keyOf(item), text(item, "document")));
        String next = number + 1 < shards.size() ? Integer.toString(number + 1) : null;
        if (page.hasLastEvaluatedKey() && !page.lastEvaluatedKey().isEmpty()) {
            Map<String, AttributeValue> last = page.lastEvaluatedKey();
            next = number + " " + number(last, "last") + " " + keyOf(last);
        }
        return new HoldPages.Page(Collections.unmodifiableSortedMap(documents), next);
    }

    private QueryResponse query(String shard, @Nullable Map<String, AttributeValue> start, int limit) {
        return IncidentTable.call(
                "find documents",
                () -> table.client()
                        .query(query -> query.tableName(table.name())
                                .indexName(IncidentTable.BY_LAST_SEEN)
                                .keyConditionExpression("shard = :shard")
                                .expressionAttributeValues(Map.of(":shard", text(shard)))
                                .exclusiveStartKey(start)
                                .limit(limit)));
    }
}
