package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.notification.Announcement;
import io.tiercel.functions.notification.AnnouncementStore;
import io.tiercel.functions.notification.Situation;
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
 * What people were told, as the attribute {@code told} of each incident's item: there, one expression compares what a
 * channel owes with the incident's count. Looking for what is owed reads the whole index, about 400 bytes for each incident
 * of the last year.
 */
public final class DynamoDbAnnouncementStore implements AnnouncementStore {
    private static final Map<String, String> TOLD = Map.of("#told", "told");
    private static final Map<String, String> CARE = Map.of("#care", "care");

    private final IncidentTable table;

    public DynamoDbAnnouncementStore(IncidentTable table) {
        this.table = table;
    }

    @Override
    public Optional<Announcement> announcement(String incidentId, String channel) {
        return announcements(incidentId).stream()
                .filter(announcement -> announcement.channel().equals(channel))
                .findFirst();
    }

    @Override
    public List<Announcement> announcements(String incidentId) {
        AttributeValue told = table.incident(incidentId, "#told", TOLD).get("told");
        return told == null
                ? List.of()
                : told.m().entrySet().stream()
                        .map(entry -> announcement(
                                incidentId, entry.getKey(), entry.getValue().m()))
                        .sorted(Comparator.comparing(Announcement::channel))
                        .toList();
    }

    private static Announcement announcement(String incidentId, String channel, Map<String, AttributeValue> told) {
        AttributeValue problem = told.get("problem");
        AttributeValue thread = told.get("thread");
        return new Announcement(
                incidentId,
                channel,
                number(told, "announced"),
                number(told, "owed"),
                Instant.ofEpochMilli(number(told, "not_before")),
                (int) number(told, "attempts"),
                number(told, "sent"),
                problem == null ? null : problem.s(),
                Json.read(text(told, "situation"), Situation.class, StoreUnavailable::new),
                thread == null ? null : thread.s(),
                told.containsKey("unsure") && told.get("unsure").bool(),
                number(told, "revision"));
    }

    @Override
    public boolean replace(Announcement next) {
        Map<String, String> names = new HashMap<>(Map.of("#told", "told", "#channel", next.channel()));
        Map<String, AttributeValue> values = new HashMap<>(Map.of(":told", AttributeValue.fromM(told(next))));
        String condition = "attribute_exists(pk) AND attribute_not_exists(#told.#channel)";
        if (next.revision() > 1) {
            condition = "attribute_exists(pk) AND #told.#channel.#revision = :before";
            names.put("#revision", "revision");
            values.put(":before", number(next.revision() - 1));
        }
        return update(next.incidentId(), "keep what was told", "SET #told.#channel = :told", condition, names, values);
    }

    private static Map<String, AttributeValue> told(Announcement announcement) {
        Map<String, AttributeValue> told = new HashMap<>();
        told.put("announced", number(announcement.announcedCount()));
        told.put("owed", number(announcement.owedFrom()));
        // Rounded up: a message may be late by a millisecond, never early.
        told.put(
                "not_before", number(announcement.notBefore().plusNanos(999_999).toEpochMilli()));
        told.put("attempts", number(announcement.attempts()));
        told.put("sent", number(announcement.sent()));
        told.put("state", text(announcement.situation().closed() ? "closed" : "open"));
        told.put("situation", text(Json.write(announcement.situation())));
        told.put("unsure", AttributeValue.fromBool(announcement.unsure()));
        told.put("revision", number(announcement.revision()));
        if (announcement.problem() != null) {
            told.put("problem", text(announcement.problem()));
        }
        if (announcement.thread() != null) {
            told.put("thread", text(announcement.thread()));
        }
        return told;
    }

    /** Whether the incident's item was changed: not if the condition does not hold. */
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
        AttributeValue care = table.incident(incidentId, "#care", CARE).get("care");
        return care == null
                ? Optional.empty()
                : Optional.of(new Acknowledgement(
                        incidentId, (int) number(care.m(), "episode"), text(care.m(), "by"), number(care.m(), "at")));
    }

    /** {@inheritDoc} An incident that has expired meanwhile needs no care. */
    @Override
    public void acknowledge(Acknowledgement acknowledgement) {
        AttributeValue care = AttributeValue.fromM(Map.of(
                "episode", number(acknowledgement.episode()),
                "by", text(acknowledgement.by()),
                "at", number(acknowledgement.atMillis())));
        update(
                acknowledgement.incidentId(),
                "keep who takes care of an incident",
                "SET #care = :care",
                "attribute_exists(pk)",
                CARE,
                Map.of(":care", care));
    }

    @Override
    public List<String> owing(String channel, Instant now, int limit) {
        return IncidentTable.shards().stream()
                .flatMap(shard -> owing(shard, channel, now, limit).stream())
                .sorted(Comparator.comparingLong((Map<String, AttributeValue> item) -> notBefore(item, channel))
                        .thenComparingLong(item -> number(item, "last")))
                .limit(limit)
                .map(IncidentTable::incidentId)
                .toList();
    }

    private List<Map<String, AttributeValue>> owing(String shard, String channel, Instant now, int limit) {
        Map<String, String> names = new HashMap<>(Map.of("#channel", channel));
        for (String attribute : List.of("told", "count", "owed", "not_before", "state", "attempts", "unsure")) {
            names.put("#" + attribute, attribute);
        }
        QueryRequest oldestFirst = QueryRequest.builder()
                .tableName(table.name())
                .indexName(IncidentTable.BY_LAST_SEEN)
                .keyConditionExpression("shard = :shard")
                .filterExpression("attribute_not_exists(#told.#channel)"
                        + " OR (#count >= #told.#channel.#owed AND #told.#channel.#not_before <= :now)"
                        + " OR (#told.#channel.#state <> #state AND #told.#channel.#attempts = :none"
                        + " AND #told.#channel.#unsure = :no)")
                .expressionAttributeNames(names)
                .expressionAttributeValues(Map.of(
                        ":shard",
                        text(shard),
                        ":now",
                        number(now.toEpochMilli()),
                        ":none",
                        number(0),
                        ":no",
                        AttributeValue.fromBool(false)))
                .build();
        return IncidentTable.call(
                "look for what is owed",
                () -> table.client().queryPaginator(oldestFirst).items().stream()
                        .limit(limit)
                        .toList());
    }

    private static long notBefore(Map<String, AttributeValue> item, String channel) {
        AttributeValue told = item.get("told");
        AttributeValue ofChannel = told == null ? null : told.m().get(channel);
        return ofChannel == null ? Long.MIN_VALUE : number(ofChannel.m(), "not_before");
    }
}
