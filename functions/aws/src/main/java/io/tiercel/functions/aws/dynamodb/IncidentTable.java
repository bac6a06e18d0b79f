package io.tiercel.functions.aws.dynamodb;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.privacy.Retention;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * The table that all stores share, with its keys and error handling.
 *
 * @param client the DynamoDB client
 * @param name name of the table
 * @param clock clock for expiry times
 * @param retention how long items are kept
 */
public record IncidentTable(DynamoDbClient client, String name, InstantSource clock, Retention retention) {
    /** Creates a table with the default retention. */
    public IncidentTable(DynamoDbClient client, String name, InstantSource clock) {
        this(client, name, clock, Retention.DEFAULT);
    }

    static final String CONDITION_FAILED = "ConditionalCheckFailed";

    static final String PK = "pk";
    static final String SK = "sk";
    static final String EXPIRES = "expires";
    static final String BY_LAST_SEEN = "by-last-seen";

    /** Contains only open incidents, because closed ones lack {@link #OPEN}. */
    static final String OPEN_BY_LAST_RECEIVED = "open-by-last-received";

    static final String OPEN = "open";

    /** Maximum number of attempts of a conflicting write. They take some seconds, less than the timeout of any function. */
    static final int MAX_ATTEMPTS = 40;

    /** Maximum number of keys of a batch of reads. */
    private static final int MAX_BATCH = 100;

    private static final long MIN_PAUSE_NANOS = Duration.ofMillis(5).toNanos();
    private static final long MAX_PAUSE_NANOS = Duration.ofMillis(200).toNanos();

    static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    static long number(Map<String, AttributeValue> item, String attribute) {
        return Long.parseLong(present(item, attribute).n());
    }

    static String text(Map<String, AttributeValue> item, String attribute) {
        return present(item, attribute).s();
    }

    static boolean flag(Map<String, AttributeValue> item, String attribute) {
        return present(item, attribute).bool();
    }

    static AttributeValue present(Map<String, AttributeValue> item, String attribute) {
        AttributeValue value = item.get(attribute);
        if (value == null) {
            throw new IllegalStateException("DynamoDB: item " + item.get(PK) + " has no " + attribute);
        }
        return value;
    }

    static Map<String, AttributeValue> alertKey(String alertId) {
        return Map.of(PK, text("alert#" + alertId), SK, text("alert"));
    }

    static Map<String, AttributeValue> incidentKey(String incidentId) {
        return Map.of(PK, text(incidentPk(incidentId)), SK, text("incident"));
    }

    /** Returns the key of a cause that a folded incident counts. It sorts before the incident, so that reads of it skip it. */
    static Map<String, AttributeValue> foldedCauseKey(String incidentId, String cause) {
        return Map.of(PK, text(incidentPk(incidentId)), SK, text("cause#" + cause));
    }

    static Map<String, AttributeValue> slotsKey(String slotKey) {
        return Map.of(PK, text("slots#" + slotKey), SK, text("slots"));
    }

    /** Returns the partition key of an incident's comments. It is not that of the incident, so that a comment never replaces one. */
    static String commentsPk(String incidentId) {
        return "comments#" + incidentId;
    }

    static String incidentPk(String incidentId) {
        return "incident#" + incidentId;
    }

    static String incidentId(Map<String, AttributeValue> item) {
        return text(item, PK).substring("incident#".length());
    }

    /** Returns the index partition of an incident. A constant would create one hot partition. */
    static String shard(String incidentId) {
        return incidentId.substring(0, 1);
    }

    static List<String> shards() {
        return List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f");
    }

    AttributeValue expiresIn(Duration kept) {
        return number(clock.instant().plus(kept).getEpochSecond());
    }

    /** Returns the write of an item, whatever is stored. */
    TransactWriteItem put(Map<String, AttributeValue> item) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(name).item(item))
                .build();
    }

    /** Returns the write of an item, on the condition that there is none. */
    TransactWriteItem putIfAbsent(Map<String, AttributeValue> item) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(name).item(item).conditionExpression("attribute_not_exists(pk)"))
                .build();
    }

    /** Reads some attributes of an incident's item with strong consistency. Returns an empty map if there is no item. */
    Map<String, AttributeValue> incident(String incidentId, List<String> attributes) {
        Map<String, String> names =
                attributes.stream().collect(Collectors.toMap(attribute -> "#" + attribute, attribute -> attribute));
        return incident(incidentId, String.join(", ", names.keySet()), names);
    }

    /** Reads an incident's item with strong consistency. Returns an empty map if there is no item. */
    Map<String, AttributeValue> incident(String incidentId, @Nullable String projection, Map<String, String> names) {
        return call(
                "read an incident",
                () -> client.getItem(get -> get.tableName(name)
                                .key(incidentKey(incidentId))
                                .projectionExpression(projection)
                                .expressionAttributeNames(names.isEmpty() ? null : names)
                                .consistentRead(true))
                        .item());
    }

    /**
     * Reads some attributes of several incidents' items with strong consistency.
     *
     * @param incidentIds at most 100 ids
     * @return the items that exist, by id
     */
    Map<String, Map<String, AttributeValue>> incidents(Collection<String> incidentIds, List<String> attributes) {
        Map<String, String> names = new HashMap<>(Map.of("#pk", PK));
        attributes.forEach(attribute -> names.put("#" + attribute, attribute));
        return readAll(
                        incidentIds.stream().map(IncidentTable::incidentKey).toList(),
                        String.join(", ", names.keySet()),
                        names)
                .stream()
                .collect(Collectors.toMap(IncidentTable::incidentId, item -> item));
    }

    /**
     * Reads several incidents' items with strong consistency.
     *
     * @return the items that exist, by id
     */
    Map<String, Map<String, AttributeValue>> incidents(List<String> incidentIds) {
        return batches(incidentIds).stream()
                .flatMap(batch ->
                        readAll(batch.stream().map(IncidentTable::incidentKey).toList(), null, Map.of()).stream())
                .collect(Collectors.toMap(IncidentTable::incidentId, item -> item));
    }

    /** Splits a list into parts that one request can read. */
    static <T> List<List<T>> batches(List<T> all) {
        return IntStream.iterate(0, from -> from < all.size(), from -> from + MAX_BATCH)
                .mapToObj(from -> all.subList(from, Math.min(all.size(), from + MAX_BATCH)))
                .toList();
    }

    /** Reads an incident's item and its sample with strong consistency. Returns an empty list if there is no item. */
    List<Map<String, AttributeValue>> incidentWithSample(String incidentId) {
        QueryRequest all = QueryRequest.builder()
                .tableName(name)
                .consistentRead(true)
                .keyConditionExpression("pk = :pk AND sk BETWEEN :incident AND :sample")
                .expressionAttributeValues(Map.of(
                        ":pk", text(incidentPk(incidentId)), ":incident", text("incident"), ":sample", text("sample$")))
                .build();
        return call(
                "read an incident",
                () -> client.queryPaginator(all).items().stream().toList());
    }

    /** Returns the documents of the sample among the items of {@link #incidentWithSample}. */
    static List<String> sample(List<Map<String, AttributeValue>> items) {
        return items.stream()
                .filter(item -> text(item, SK).startsWith("sample#"))
                .map(item -> text(item, "document"))
                .toList();
    }

    private List<Map<String, AttributeValue>> readAll(
            Collection<Map<String, AttributeValue>> keys, @Nullable String projection, Map<String, String> names) {
        List<Map<String, AttributeValue>> found = new ArrayList<>();
        Collection<Map<String, AttributeValue>> missing = keys;
        for (int attempt = 0; !missing.isEmpty(); attempt++) {
            KeysAndAttributes request = KeysAndAttributes.builder()
                    .keys(missing)
                    .projectionExpression(projection)
                    .expressionAttributeNames(names.isEmpty() ? null : names)
                    .consistentRead(true)
                    .build();
            BatchGetItemResponse response = call(
                    "read incidents", () -> client.batchGetItem(batch -> batch.requestItems(Map.of(name, request))));
            found.addAll(response.responses().getOrDefault(name, List.of()));
            KeysAndAttributes unprocessed = response.unprocessedKeys().get(name);
            missing = unprocessed == null ? List.of() : unprocessed.keys();
            if (!missing.isEmpty()) {
                backOff("read incidents", attempt, null);
            }
        }
        return found;
    }

    /** Returns the incident in which an alert with a marker was counted, or null if it has no marker. */
    @Nullable
    String markedIncident(String alertId) {
        Map<String, AttributeValue> marker = call(
                "read the marker of an alert",
                () -> client.getItem(get ->
                                get.tableName(name).key(alertKey(alertId)).consistentRead(true))
                        .item());
        return marker.isEmpty() ? null : text(marker, "incident");
    }

    /** Returns whether an item exists, with strong consistency. */
    boolean exists(Map<String, AttributeValue> key) {
        return !call(
                        "look for an item",
                        () -> client.getItem(get -> get.tableName(name)
                                        .key(key)
                                        .projectionExpression(PK)
                                        .consistentRead(true))
                                .item())
                .isEmpty();
    }

    /** Calls DynamoDB and converts exceptions of the client to {@link StoreUnavailable}. */
    static <T> T call(String operation, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw unavailable(operation, e);
        }
    }

    static StoreUnavailable unavailable(String operation, @Nullable Throwable cause) {
        String reason = cause == null ? "the table is busy" : String.valueOf(cause.getMessage());
        return new StoreUnavailable("DynamoDB: could not " + operation + ": " + reason, cause);
    }

    /** Returns whether a transaction that was cancelled for this reason can succeed if it is retried. */
    static boolean isRetryable(CancellationReason reason) {
        return switch (reason.code()) {
            case "None", CONDITION_FAILED, "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded" ->
                true;
            default -> false;
        };
    }

    /** Waits before another attempt at a cancelled transaction, or throws if another attempt cannot succeed. */
    static void backOffCancelled(String operation, int attempt, TransactionCanceledException cancelled) {
        if (!cancelled.cancellationReasons().stream().allMatch(IncidentTable::isRetryable)) {
            throw unavailable(operation, cancelled);
        }
        backOff(operation, attempt, cancelled);
    }

    /**
     * Waits after a conflicting write. The random pause grows with the attempt, so that conflicting writers do not collide again.
     * Throws after {@link #MAX_ATTEMPTS}.
     *
     * @param conflict the failure; null if the table only returned a part of what was requested
     */
    static void backOff(String operation, int attempt, @Nullable SdkException conflict) {
        if (attempt + 1 >= MAX_ATTEMPTS) {
            throw unavailable(
                    operation + " in " + MAX_ATTEMPTS + " attempts",
                    conflict == null ? new IllegalStateException("DynamoDB left keys unprocessed") : conflict);
        }
        long maxPause = Math.min(MIN_PAUSE_NANOS << Math.min(attempt, 10), MAX_PAUSE_NANOS);
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(maxPause) + 1);
    }
}
