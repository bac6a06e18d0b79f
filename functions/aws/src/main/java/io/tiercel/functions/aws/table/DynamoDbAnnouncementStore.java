package io.tiercel.functions.aws.table;

import static io.tiercel.functions.aws.table.IncidentTable.number;
import static io.tiercel.functions.aws.table.IncidentTable.text;

import io.tiercel.functions.notification.Announcement;
import io.tiercel.functions.notification.AnnouncementStore;
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
        return new Announcement(
                incidentId,
                channel,
                number(told, "announced"),
                number(told, "owed"),
                Instant.ofEpochMilli(number(told, "not_before")),
                (int) number(told, "attempts"),
                number(told, "sent"),
                problem == null ? null : problem.s());
    }

    @Override
    public void save(Announcement announcement) {
        Map<String, AttributeValue> told = new HashMap<>();
        told.put("announced", number(announcement.announcedCount()));
        told.put("owed", number(announcement.owedFrom()));
        // Rounded up: a message may be late by a millisecond, never early.
        told.put(
                "not_before", number(announcement.notBefore().plusNanos(999_999).toEpochMilli()));
        told.put("attempts", number(announcement.attempts()));
        told.put("sent", number(announcement.sent()));
        if (announcement.problem() != null) {
            told.put("problem", text(announcement.problem()));
        }
        for (int attempt = 0; ; attempt++) {
            try {
                table.client()
                        .updateItem(update -> update.tableName(table.name())
                                .key(IncidentTable.incidentKey(announcement.incidentId()))
                                .updateExpression("SET #told.#channel = :told")
                                .conditionExpression("attribute_exists(pk)")
                                .expressionAttributeNames(Map.of("#told", "told", "#channel", announcement.channel()))
                                .expressionAttributeValues(Map.of(":told", AttributeValue.fromM(told))));
                return;
            } catch (ConditionalCheckFailedException e) {
                // The incident has expired meanwhile: nothing is owed for it any more.
                return;
            } catch (TransactionConflictException e) {
                IncidentTable.stepBack("keep what was told", attempt, e);
            } catch (SdkException e) {
                throw IncidentTable.unavailable("keep what was told", e);
            }
        }
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
        QueryRequest oldestFirst = QueryRequest.builder()
                .tableName(table.name())
                .indexName(IncidentTable.BY_LAST_SEEN)
                .keyConditionExpression("shard = :shard")
                .filterExpression("attribute_not_exists(#told.#channel)"
                        + " OR (#count >= #told.#channel.#owed AND #told.#channel.#not_before <= :now)")
                .expressionAttributeNames(Map.of(
                        "#told",
                        "told",
                        "#channel",
                        channel,
                        "#count",
                        "count",
                        "#owed",
                        "owed",
                        "#not_before",
                        "not_before"))
                .expressionAttributeValues(Map.of(":shard", text(shard), ":now", number(now.toEpochMilli())))
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
