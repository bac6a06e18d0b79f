package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentChange;
import io.tiercel.functions.incident.IncidentCounts;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.text.Sha256;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * The writes of one incident in which a transaction counts alerts: the incident, its new samples and its new causes. The transaction
 * fails if the stored incident has counted other alerts since it was read, or was closed.
 */
final class IncidentWrites {
    private final IncidentTable table;
    private final IncidentChange change;
    private final Instant received;

    /** @param received the current time */
    IncidentWrites(IncidentTable table, IncidentChange change, Instant received) {
        this.table = table;
        this.change = change;
        this.received = received;
    }

    /** @param stored the incident's item with {@link IncidentItem#COUNTED}; empty if there is none */
    List<TransactWriteItem> list(Map<String, AttributeValue> stored) {
        List<TransactWriteItem> writes = new ArrayList<>();
        writes.add(stored.isEmpty() ? put() : update(stored));
        change.causes().forEach(cause -> writes.add(cause(cause)));
        addSamples(writes);
        return writes;
    }

    private TransactWriteItem put() {
        Map<String, AttributeValue> item = IncidentItem.opening(change.first(), received);
        item.putAll(IncidentTable.incidentKey(change.id()));
        item.put("shard", text(IncidentTable.shard(change.id())));
        item.put(IncidentTable.OPEN, text(IncidentTable.shard(change.id())));
        item.putAll(counted());
        return table.putIfAbsent(item);
    }

    private Map<String, AttributeValue> counted() {
        Map<String, AttributeValue> counted = IncidentItem.attributes(change.after());
        counted.put("last_received", number(received.toEpochMilli()));
        counted.put(IncidentTable.EXPIRES, table.expiresIn(table.retention().incidents()));
        IncidentAlert enriching = change.enriching();
        if (enriching != null) {
            counted.put("enrichment", text(Json.write(enriching.enrichment())));
        }
        return counted;
    }

    private TransactWriteItem update(Map<String, AttributeValue> stored) {
        UpdateExpression update = new UpdateExpression()
                .onlyIf("count", "=", IncidentTable.present(stored, "count"))
                .onlyIf("state", "=", IncidentTable.present(stored, "state"));
        if (change.reopened()) {
            update.set("state", text(IncidentState.OPEN.label()))
                    .set(IncidentTable.OPEN, text(IncidentTable.shard(change.id())))
                    .set("opened", number(received.toEpochMilli()))
                    .set("episode", number(change.after().lifecycle().episode()))
                    .remove("closed_at", "closed_by", "closed_until");
        }
        counted().forEach((attribute, value) -> {
            if (!sameAs(stored.get(attribute), value)) {
                update.set(attribute, value);
            }
        });
        return TransactWriteItem.builder()
                .update(request -> request.tableName(table.name())
                        .key(IncidentTable.incidentKey(change.id()))
                        .updateExpression(update.expression())
                        .conditionExpression(update.condition())
                        .expressionAttributeNames(update.names())
                        .expressionAttributeValues(update.values()))
                .build();
    }

    private static boolean sameAs(@Nullable AttributeValue before, AttributeValue value) {
        return before != null
                && (value.hasSs() ? Set.copyOf(value.ss()).equals(Set.copyOf(before.ss())) : value.equals(before));
    }

    /** A cause can outlive its incident, because it expires later. Then it is written again. */
    private TransactWriteItem cause(String cause) {
        Map<String, AttributeValue> item = new HashMap<>(IncidentTable.foldedCauseKey(change.id(), cause));
        item.put(IncidentTable.EXPIRES, table.expiresIn(table.retention().incidents()));
        return change.before() == null ? table.put(item) : table.putIfAbsent(item);
    }

    private void addSamples(List<TransactWriteItem> writes) {
        IncidentCounts before = change.before();
        int verified = before == null ? 0 : before.verifiedSamples();
        int others = before == null ? 0 : before.samples();
        for (IncidentAlert sample : change.samples()) {
            // Samples of verified senders come first.
            String order = sample.verified() ? "0#%02d".formatted(verified++) : "1#%02d".formatted(others++);
            writes.add(table.put(Map.of(
                    IncidentTable.PK,
                    text(IncidentTable.incidentPk(change.id())),
                    IncidentTable.SK,
                    text("sample#" + order + "#" + Sha256.hex(sample.alertId())),
                    "document",
                    text(sample.document()),
                    IncidentTable.EXPIRES,
                    table.expiresIn(table.retention().samples()))));
        }
    }
}
