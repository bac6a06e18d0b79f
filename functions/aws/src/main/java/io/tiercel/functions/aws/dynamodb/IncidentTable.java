package io.tiercel.functions.aws.dynamodb;

import io.tiercel.functions.incident.StoreUnavailable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;

/**
 * The table that both stores share: its names, its keys, and how a call to it fails.
 *
 * @param client DynamoDB
 * @param name the table's name
 * @param clock for times to live and the order of samples
 */
public record IncidentTable(DynamoDbClient client, String name, InstantSource clock) {
    static final int ALERT_DAYS = 30;
    static final int INCIDENT_DAYS = 365;

    static final String CONDITION_FAILED = "ConditionalCheckFailed";

    static final String PK = "pk";
    static final String SK = "sk";
    static final String EXPIRES = "expires";
    static final String BY_LAST_SEEN = "by-last-seen";

    /** Holds the open incidents alone: closed ones lack {@link #OPEN}. */
    static final String OPEN_BY_HEARD = "open-by-heard";

    static final String OPEN = "open";

    /** Tries at a write that others get in the way of: some seconds, less than any function's time-out. */
    static final int TRIES = 40;

    private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(5).toNanos();
    private static final long LAST_PAUSE_NANOS = Duration.ofMillis(200).toNanos();

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

    private static AttributeValue present(Map<String, AttributeValue> item, String attribute) {
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

    static String incidentPk(String incidentId) {
        return "incident#" + incidentId;
    }

    static String incidentId(Map<String, AttributeValue> item) {
        return text(item, PK).substring("incident#".length());
    }

    /** The incident's part of the index: a constant would make one hot partition of it. */
    static String shard(String incidentId) {
        return incidentId.substring(0, 1);
    }

    static List<String> shards() {
        return List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f");
    }

    AttributeValue expiresIn(int days) {
        return number(clock.instant().plus(Duration.ofDays(days)).getEpochSecond());
    }

    /** Some attributes of the incident's item as the last write left them; empty if there is none. */
    Map<String, AttributeValue> incident(String incidentId, List<String> attributes) {
        Map<String, String> names =
                attributes.stream().collect(Collectors.toMap(attribute -> "#" + attribute, attribute -> attribute));
        return incident(incidentId, String.join(", ", names.keySet()), names);
    }

    /** The incident's item as the last write left it; empty if there is none. */
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

    /** Calls DynamoDB; what its client gives up on is a store that is not available. */
    static <T> T call(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw unavailable(what, e);
        }
    }

    static StoreUnavailable unavailable(String what, Throwable cause) {
        return new StoreUnavailable("DynamoDB: could not " + what + ": " + cause.getMessage(), cause);
    }

    /** Whether a transaction that was cancelled for this reason is worth making anew. */
    static boolean passes(CancellationReason reason) {
        return switch (reason.code()) {
            case "None", CONDITION_FAILED, "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded" ->
                true;
            default -> false;
        };
    }

    /**
     * After a write that others got in the way of: waits a random time that grows with the attempt, so that those who
     * collided do not meet again; gives up after {@link #TRIES}.
     */
    static void stepBack(String what, int attempt, SdkException collision) {
        if (attempt + 1 >= TRIES) {
            throw unavailable(what + " in " + TRIES + " tries", collision);
        }
        long longest = Math.min(FIRST_PAUSE_NANOS << Math.min(attempt, 10), LAST_PAUSE_NANOS);
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(longest) + 1);
    }
}
