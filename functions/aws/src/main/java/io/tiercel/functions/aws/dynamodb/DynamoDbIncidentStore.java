package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.IncidentSummary;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.functions.incident.RecordResult;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.privacy.Retention;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.text.Sha256;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * Stores incidents in DynamoDB. The package documentation describes the items.
 *
 * <p>One transaction counts an alert. It writes the alert's marker, if there is none, and updates the incident. Sums (count,
 * tactics) are added without a condition. A minimum or maximum is read first and written only if it changes, on the condition
 * that the write is still an improvement. A conflicting transaction is retried. Therefore most alerts of a busy incident do not
 * conflict.
 */
public final class DynamoDbIncidentStore implements IncidentStore {
    private static final List<String> READ_BEFORE_WRITE = List.of(
            "first",
            "last",
            "priority",
            "sampled",
            "sampled_verified",
            "state",
            "closed_until",
            "verified_count",
            "doubts");
    private static final int HEALTH_SLOTS = 1000;

    private final IncidentTable table;

    public DynamoDbIncidentStore(IncidentTable table) {
        this.table = table;
    }

    @Override
    public RecordResult record(IncidentAlert incidentAlert) {
        String incidentId = incidentAlert.fingerprint().incidentId();
        for (int attempt = 0; ; attempt++) {
            Map<String, AttributeValue> stored = table.incident(incidentId, READ_BEFORE_WRITE);
            boolean reopens = reopens(incidentAlert, stored);
            List<TransactWriteItem> writes = new ArrayList<>();
            writes.add(marker(incidentAlert.alertId(), incidentId));
            writes.add(
                    stored.isEmpty()
                            ? opening(incidentAlert, incidentId)
                            : counting(incidentAlert, incidentId, stored, reopens));
            long sampled = stored.isEmpty() ? 0 : number(stored, sampled(incidentAlert));
            if (sampled < Incident.SAMPLE_LIMIT) {
                writes.add(sample(incidentAlert, incidentId, sampled));
            }
            try {
                table.client().transactWriteItems(transaction -> transaction.transactItems(writes));
                return new RecordResult(incidentId, false, stored.isEmpty() || reopens, summary(incidentId));
            } catch (TransactionCanceledException e) {
                CancellationReason markerReason = e.cancellationReasons().getFirst();
                if (IncidentTable.CONDITION_FAILED.equals(markerReason.code())) {
                    String countedIn = countedIn(markerReason, incidentId);
                    return new RecordResult(countedIn, true, false, summary(countedIn));
                }
                if (!e.cancellationReasons().stream().allMatch(IncidentTable::isRetryable)) {
                    throw IncidentTable.unavailable("count an alert", e);
                }
                IncidentTable.backOff("count an alert", attempt, e);
            } catch (SdkException e) {
                throw IncidentTable.unavailable("count an alert", e);
            }
        }
    }

    private static boolean reopens(IncidentAlert incidentAlert, Map<String, AttributeValue> stored) {
        return stored.containsKey("closed_until")
                && incidentAlert.reopens(number(stored, "closed_until"), number(stored, "verified_count"));
    }

    /** Returns the attribute that counts the samples of the alert's kind of sender. */
    private static String sampled(IncidentAlert incidentAlert) {
        return incidentAlert.verified() ? "sampled_verified" : "sampled";
    }

    /** Returns the summary of an incident, or that of an incident without episodes if it has expired. */
    private IncidentSummary summary(String incidentId) {
        Map<String, AttributeValue> item = table.incident(incidentId, IncidentItem.SUMMARY);
        return item.isEmpty()
                ? new IncidentSummary(0, 0, new Lifecycle(IncidentState.CLOSED, 0, 0, null), 0)
                : IncidentItem.summary(item);
    }

    /** Returns the incident of the first delivery. A changed configuration may give the alert another fingerprint. */
    private static String countedIn(CancellationReason markerReason, String incidentId) {
        AttributeValue incident = markerReason.item().get("incident");
        return incident == null ? incidentId : incident.s();
    }

    private TransactWriteItem marker(String alertId, String incidentId) {
        Map<String, AttributeValue> item = new HashMap<>(IncidentTable.alertKey(alertId));
        item.put("incident", text(incidentId));
        item.put(IncidentTable.EXPIRES, table.expiresIn(Retention.ALERT_IDS));
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table.name())
                        .item(item)
                        .conditionExpression("attribute_not_exists(pk)")
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                .build();
    }

    private TransactWriteItem opening(IncidentAlert incidentAlert, String incidentId) {
        Map<String, AttributeValue> item =
                IncidentItem.opening(incidentAlert, table.clock().instant());
        item.putAll(IncidentTable.incidentKey(incidentId));
        item.put("shard", text(IncidentTable.shard(incidentId)));
        item.put(IncidentTable.OPEN, text(IncidentTable.shard(incidentId)));
        item.put(IncidentTable.EXPIRES, table.expiresIn(table.retention().incidents()));
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table.name()).item(item).conditionExpression("attribute_not_exists(pk)"))
                .build();
    }

    /**
     * The unchanged state is a condition, because the decision to reopen depends on it. The state changes rarely, so this condition
     * rarely fails.
     */
    private TransactWriteItem counting(
            IncidentAlert incidentAlert, String incidentId, Map<String, AttributeValue> stored, boolean reopens) {
        AttributeValue time = number(incidentAlert.alert().timeNanos());
        AttributeValue last = number(incidentAlert.lastNanos());
        AttributeValue priority = number(incidentAlert.alert().priority().ordinal());
        AttributeValue now = number(table.clock().millis());
        UpdateExpression update = new UpdateExpression()
                .onlyIf("state", "=", text(text(stored, "state")))
                .add("count", number(incidentAlert.count()))
                .set("last_received", now)
                .set(IncidentTable.EXPIRES, table.expiresIn(table.retention().incidents()));
        if (reopens) {
            update.set("state", text(IncidentState.OPEN.label()))
                    .set(IncidentTable.OPEN, text(IncidentTable.shard(incidentId)))
                    .set("opened", now)
                    .add("episode", number(1))
                    .remove("closed_at", "closed_by", "closed_until");
        }
        if (incidentAlert.alert().timeNanos() < number(stored, "first")) {
            update.set("first", time).onlyIf("first", ">", time);
        }
        if (incidentAlert.lastNanos() > number(stored, "last")) {
            update.set("last", last).onlyIf("last", "<", last);
        }
        if (incidentAlert.alert().priority().ordinal() < number(stored, "priority")) {
            update.set("priority", priority).onlyIf("priority", ">", priority);
        }
        if (!incidentAlert.enrichment().tactics().isEmpty()) {
            update.add(
                    "tactics", AttributeValue.fromSs(incidentAlert.enrichment().tactics()));
        }
        String sampled = sampled(incidentAlert);
        if (number(stored, sampled) < Incident.SAMPLE_LIMIT) {
            update.add(sampled, number(1)).onlyIf(sampled, "<", number(Incident.SAMPLE_LIMIT));
        }
        if (incidentAlert.verified()) {
            countVerified(update, incidentAlert, stored);
        }
        return TransactWriteItem.builder()
                .update(request -> request.tableName(table.name())
                        .key(IncidentTable.incidentKey(incidentId))
                        .updateExpression(update.expression())
                        .conditionExpression(update.condition())
                        .expressionAttributeNames(update.names())
                        .expressionAttributeValues(update.values()))
                .build();
    }

    /** The first verified alert replaces the enrichment of alerts that anybody could have sent. */
    private static void countVerified(
            UpdateExpression update, IncidentAlert incidentAlert, Map<String, AttributeValue> stored) {
        update.add("verified_count", number(incidentAlert.verifiedCount()));
        if (number(stored, "verified_count") == 0) {
            update.set("enrichment", text(Json.write(incidentAlert.enrichment())))
                    .onlyIf("verified_count", "=", number(0));
        }
        String before = text(stored, "doubts");
        Set<String> doubts = new LinkedHashSet<>(IncidentItem.doubts(before));
        if (doubts.size() < Incident.MAX_DOUBTS && doubts.addAll(incidentAlert.doubts())) {
            update.set("doubts", IncidentItem.doubts(List.copyOf(doubts))).onlyIf("doubts", "=", text(before));
        }
    }

    /** Concurrent alerts may have the same number, except for the alert that the enrichment describes: it alone has 0. */
    private TransactWriteItem sample(IncidentAlert incidentAlert, String incidentId, long number) {
        // Samples of verified senders come first.
        String kind = incidentAlert.verified() ? "0" : "1";
        String order = "%02d".formatted(number);
        String id = Sha256.hex(incidentAlert.alertId());
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table.name())
                        .item(Map.of(
                                IncidentTable.PK,
                                text(IncidentTable.incidentPk(incidentId)),
                                IncidentTable.SK,
                                text("sample#" + kind + "#" + order + "#" + id),
                                "document",
                                text(incidentAlert.document()),
                                IncidentTable.EXPIRES,
                                table.expiresIn(table.retention().samples()))))
                .build();
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
        return update(
                "close an incident",
                seen.id(),
                new UpdateExpression()
                        .set("state", text(IncidentState.CLOSED.label()))
                        .set("closed_at", number(closing.at().toEpochMilli()))
                        .set("closed_by", text(closing.by()))
                        .set("closed_until", number(closing.untilNanos()))
                        .remove(IncidentTable.OPEN)
                        .onlyIf("state", "=", text(IncidentState.OPEN.label()))
                        .onlyIf("count", "=", number(seen.count())));
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
        QueryRequest all = QueryRequest.builder()
                .tableName(table.name())
                .consistentRead(true)
                .keyConditionExpression("pk = :pk AND sk BETWEEN :incident AND :sample")
                .expressionAttributeValues(Map.of(
                        ":pk",
                        text(IncidentTable.incidentPk(incidentId)),
                        ":incident",
                        text("incident"),
                        ":sample",
                        text("sample$")))
                .build();
        List<Map<String, AttributeValue>> items = IncidentTable.call(
                "read an incident",
                () -> table.client().queryPaginator(all).items().stream().toList());
        List<String> sample = items.stream()
                .filter(item -> text(item, IncidentTable.SK).startsWith("sample#"))
                .map(item -> text(item, "document"))
                .toList();
        return items.stream()
                .filter(item -> text(item, IncidentTable.SK).equals("incident"))
                .findFirst()
                .map(item -> IncidentItem.incident(item, sample));
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
