package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notification.NotificationStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * Notification records in DynamoDB, as the attribute {@code notifications} of each incident's item. There, one expression
 * can compare the count at which a message is pending with the incident's count. {@link #findPending} reads the whole index,
 * about 400 bytes for each incident of the last year.
 */
public final class DynamoDbNotificationStore implements NotificationStore {
    private static final Map<String, String> NOTIFICATIONS = Map.of("#notifications", "notifications");
    private static final Map<String, String> ACKNOWLEDGEMENT = Map.of("#acknowledgement", "acknowledgement");

    private final IncidentTable table;

    public DynamoDbNotificationStore(IncidentTable table) {
        this.table = table;
    }

    @Override
    public Optional<NotificationRecord> findRecord(String incidentId, String channel) {
        return listRecords(incidentId).stream()
                .filter(stored -> stored.channel().equals(channel))
                .findFirst();
    }

    @Override
    public List<NotificationRecord> listRecords(String incidentId) {
        AttributeValue channels =
                table.incident(incidentId, "#notifications", NOTIFICATIONS).get("notifications");
        return channels == null
                ? List.of()
                : channels.m().entrySet().stream()
                        .map(entry -> read(
                                incidentId, entry.getKey(), entry.getValue().m()))
                        .sorted(Comparator.comparing(NotificationRecord::channel))
                        .toList();
    }

    private static NotificationRecord read(String incidentId, String channel, Map<String, AttributeValue> stored) {
        AttributeValue error = stored.get("error");
        AttributeValue thread = stored.get("thread");
        return new NotificationRecord(
                incidentId,
                channel,
                number(stored, "delivered_count"),
                number(stored, "pending_from"),
                Instant.ofEpochMilli(number(stored, "not_before")),
                (int) number(stored, "attempts"),
                number(stored, "sent"),
                error == null ? null : error.s(),
                Json.read(text(stored, "delivered_state"), NotificationState.class, StoreUnavailable::new),
                thread == null ? null : thread.s(),
                stored.containsKey("in_flight") && stored.get("in_flight").bool(),
                number(stored, "revision"));
    }

    @Override
    public boolean replace(NotificationRecord next) {
        Map<String, String> names =
                new HashMap<>(Map.of("#notifications", "notifications", "#channel", next.channel()));
        Map<String, AttributeValue> values = new HashMap<>(Map.of(":record", AttributeValue.fromM(write(next))));
        String condition = "attribute_exists(pk) AND attribute_not_exists(#notifications.#channel)";
        if (next.revision() > 1) {
            condition = "attribute_exists(pk) AND #notifications.#channel.#revision = :before";
            names.put("#revision", "revision");
            values.put(":before", number(next.revision() - 1));
        }
        return update(
                next.incidentId(),
                "store a notification record",
                "SET #notifications.#channel = :record",
                condition,
                names,
                values);
    }

    private static Map<String, AttributeValue> write(NotificationRecord next) {
        Map<String, AttributeValue> stored = new HashMap<>();
        stored.put("delivered_count", number(next.deliveredCount()));
        stored.put("pending_from", number(next.pendingFromCount()));
        stored.put("not_before", number(next.notBeforeMillis()));
        stored.put("attempts", number(next.attempts()));
        stored.put("sent", number(next.sent()));
        stored.put(
                "state",
                text(next.state().state().isEmpty() ? "open" : next.state().state()));
        stored.put("verified", AttributeValue.fromBool(next.state().verified()));
        stored.put("delivered_state", text(Json.write(next.state())));
        stored.put("in_flight", AttributeValue.fromBool(next.inFlight()));
        stored.put("revision", number(next.revision()));
        if (next.error() != null) {
            stored.put("error", text(next.error()));
        }
        if (next.thread() != null) {
            stored.put("thread", text(next.thread()));
        }
        return stored;
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
        AttributeValue stored =
                table.incident(incidentId, "#acknowledgement", ACKNOWLEDGEMENT).get("acknowledgement");
        return stored == null
                ? Optional.empty()
                : Optional.of(new Acknowledgement(
                        incidentId,
                        (int) number(stored.m(), "episode"),
                        text(stored.m(), "by"),
                        number(stored.m(), "at")));
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

    @Override
    public List<String> findPending(String channel, Instant now, int limit) {
        return IncidentTable.shards().stream()
                .flatMap(shard -> findPending(shard, channel, now, limit).stream())
                .sorted(Comparator.comparingLong((Map<String, AttributeValue> item) -> notBefore(item, channel))
                        .thenComparingLong(item -> number(item, "last")))
                .limit(limit)
                .map(IncidentTable::incidentId)
                .toList();
    }

    private List<Map<String, AttributeValue>> findPending(String shard, String channel, Instant now, int limit) {
        Map<String, String> names = new HashMap<>(Map.of("#channel", channel));
        for (String attribute : List.of(
                "notifications",
                "count",
                "pending_from",
                "not_before",
                "state",
                "escalation",
                "attempts",
                "in_flight",
                "verified",
                "verified_count")) {
            names.put("#" + attribute, attribute);
        }
        QueryRequest oldestFirst = QueryRequest.builder()
                .tableName(table.name())
                .indexName(IncidentTable.BY_LAST_SEEN)
                .keyConditionExpression("shard = :shard")
                .filterExpression("attribute_not_exists(#notifications.#channel) OR (#count >="
                        + " #notifications.#channel.#pending_from AND"
                        + " #notifications.#channel.#not_before <= :now) OR"
                        + " (#notifications.#channel.#attempts = :zero AND"
                        + " #notifications.#channel.#in_flight = :false AND"
                        // The delivered state is a Lifecycle.label(), which an incident's item does not store.
                        + " (#verified_count > :zero AND #notifications.#channel.#verified = :false OR"
                        + " (#state = :open AND #escalation > :zero AND"
                        + " #notifications.#channel.#state <> :escalated) OR"
                        + " (NOT (#state = :open AND #escalation > :zero) AND"
                        + " #notifications.#channel.#state <> #state)))")
                .expressionAttributeNames(names)
                .expressionAttributeValues(Map.of(
                        ":shard",
                        text(shard),
                        ":now",
                        number(now.toEpochMilli()),
                        ":zero",
                        number(0),
                        ":open",
                        text("open"),
                        ":escalated",
                        text("escalated"),
                        ":false",
                        AttributeValue.fromBool(false)))
                .build();
        return IncidentTable.call(
                "find pending notifications",
                () -> table.client().queryPaginator(oldestFirst).items().stream()
                        .limit(limit)
                        .toList());
    }

    private static long notBefore(Map<String, AttributeValue> item, String channel) {
        AttributeValue channels = item.get("notifications");
        AttributeValue stored = channels == null ? null : channels.m().get(channel);
        return stored == null ? Long.MIN_VALUE : number(stored.m(), "not_before");
    }
}
