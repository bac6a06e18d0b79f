package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.privacy.Retention;
import io.tiercel.rules.text.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** One attempt to count an alert: reads its incident, and builds the transaction. Used by one thread. */
final class AlertTransaction {
    private static final List<String> READ_BEFORE_WRITE = List.of(
            "first",
            "last",
            "priority",
            "sampled",
            "sampled_verified",
            "state",
            "closed_until",
            "verified_count",
            "slot_verified",
            "folded_causes",
            "doubts");

    private final IncidentTable table;
    private final IncidentAlert incidentAlert;
    private final String incidentId;
    private final Map<String, AttributeValue> stored;
    private final boolean opens;

    private AlertTransaction(IncidentTable table, IncidentAlert incidentAlert) {
        this.table = table;
        this.incidentAlert = incidentAlert;
        this.incidentId = incidentAlert.fingerprint().incidentId();
        this.stored = table.incident(incidentId, READ_BEFORE_WRITE);
        this.opens = stored.isEmpty()
                || stored.containsKey("closed_until")
                        && incidentAlert.reopens(number(stored, "closed_until"), number(stored, "verified_count"));
    }

    /**
     * A transaction.
     *
     * @param incidentId the incident in which it counts the alert
     * @param opens whether it opens or reopens the incident
     * @param writes its writes; the first one is that of the alert's marker
     */
    record Prepared(String incidentId, boolean opens, List<TransactWriteItem> writes) {}

    /** Prepares to count an alert in its own incident, or in that of further causes if no slot is free. */
    static Prepared prepare(IncidentTable table, IncidentAlert incidentAlert, int maxOpen) {
        AlertTransaction own = new AlertTransaction(table, incidentAlert);
        if (!own.opens && !own.needsVerifiedSlot()) {
            return own.inOwnIncident(null);
        }
        IncidentSlots slots =
                IncidentSlots.read(table, incidentAlert.fingerprint().slotKey());
        IncidentSlots taken = slots.take(own.incidentId, incidentAlert.verified(), maxOpen);
        if (taken == null) {
            taken = slots.freeStale(table).take(own.incidentId, incidentAlert.verified(), maxOpen);
        }
        if (!own.opens) {
            return own.inOwnIncident(taken != null && taken.verified().contains(own.incidentId) ? taken : null);
        }
        return taken == null
                ? new AlertTransaction(table, incidentAlert.folded()).inFoldedIncident(own.incidentId)
                : own.inOwnIncident(taken);
    }

    /** Returns whether the alert is the first one from a verified sender since an unverified sender opened the incident. */
    private boolean needsVerifiedSlot() {
        return incidentAlert.verified()
                && !stored.containsKey("closed_until")
                && !IncidentTable.flag(stored, "slot_verified");
    }

    private Prepared inOwnIncident(@Nullable IncidentSlots slots) {
        List<TransactWriteItem> writes = new ArrayList<>();
        writes.add(marker());
        boolean slotVerified = slots == null
                ? IncidentTable.flag(stored, "slot_verified")
                : slots.verified().contains(incidentId);
        writes.add(stored.isEmpty() ? opening(slotVerified) : counting(slotVerified, null, true));
        if (slots != null) {
            writes.add(slots.write(table));
        }
        addSample(writes);
        return new Prepared(incidentId, opens, writes);
    }

    private Prepared inFoldedIncident(String cause) {
        boolean newCause =
                stored.isEmpty() || number(stored, "folded_causes") < Incident.MAX_FOLDED_CAUSES && isNew(cause);
        List<TransactWriteItem> writes = new ArrayList<>();
        writes.add(marker());
        writes.add(stored.isEmpty() ? opening(false) : counting(false, newCause ? number(1) : null, newCause));
        if (newCause) {
            writes.add(foldedCause(cause));
            addSample(writes);
        }
        return new Prepared(incidentId, opens, writes);
    }

    private boolean isNew(String cause) {
        return IncidentTable.call(
                        "read a folded cause",
                        () -> table.client()
                                .getItem(get -> get.tableName(table.name())
                                        .key(IncidentTable.foldedCauseKey(incidentId, cause))
                                        .projectionExpression(IncidentTable.PK)
                                        .consistentRead(true))
                                .item())
                .isEmpty();
    }

    private TransactWriteItem foldedCause(String cause) {
        Map<String, AttributeValue> item = new HashMap<>(IncidentTable.foldedCauseKey(incidentId, cause));
        item.put(IncidentTable.EXPIRES, table.expiresIn(table.retention().incidents()));
        // A cause can outlive its incident, because it expires later. Then the new incident counts it.
        return stored.isEmpty()
                ? TransactWriteItem.builder()
                        .put(put -> put.tableName(table.name()).item(item))
                        .build()
                : putIfAbsent(item);
    }

    private TransactWriteItem marker() {
        Map<String, AttributeValue> item = new HashMap<>(IncidentTable.alertKey(incidentAlert.alertId()));
        item.put("incident", text(incidentId));
        item.put(IncidentTable.EXPIRES, table.expiresIn(Retention.ALERT_IDS));
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table.name())
                        .item(item)
                        .conditionExpression("attribute_not_exists(pk)")
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                .build();
    }

    private TransactWriteItem opening(boolean slotVerified) {
        Map<String, AttributeValue> item =
                IncidentItem.opening(incidentAlert, slotVerified, table.clock().instant());
        item.putAll(IncidentTable.incidentKey(incidentId));
        item.put("shard", text(IncidentTable.shard(incidentId)));
        item.put(IncidentTable.OPEN, text(IncidentTable.shard(incidentId)));
        item.put(IncidentTable.EXPIRES, table.expiresIn(table.retention().incidents()));
        return putIfAbsent(item);
    }

    private TransactWriteItem putIfAbsent(Map<String, AttributeValue> item) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table.name()).item(item).conditionExpression("attribute_not_exists(pk)"))
                .build();
    }

    /**
     * The unchanged state is a condition, because the decision to reopen depends on it. The state changes rarely, so this condition
     * rarely fails.
     *
     * @param slotVerified the kind of slot that the incident holds after the transaction
     * @param newCauses number of new causes of a folded incident; null for none
     * @param sampled whether the alert can become a sample
     */
    private TransactWriteItem counting(boolean slotVerified, @Nullable AttributeValue newCauses, boolean sampled) {
        AttributeValue time = number(incidentAlert.alert().timeNanos());
        AttributeValue last = number(incidentAlert.lastNanos());
        AttributeValue priority = number(incidentAlert.alert().priority().ordinal());
        AttributeValue now = number(table.clock().millis());
        UpdateExpression update = new UpdateExpression()
                .onlyIf("state", "=", text(text(stored, "state")))
                .add("count", number(incidentAlert.count()))
                .set("last_received", now)
                .set(IncidentTable.EXPIRES, table.expiresIn(table.retention().incidents()));
        if (opens) {
            update.set("state", text(IncidentState.OPEN.label()))
                    .set(IncidentTable.OPEN, text(IncidentTable.shard(incidentId)))
                    .set("opened", now)
                    .add("episode", number(1))
                    .remove("closed_at", "closed_by", "closed_until");
        }
        if (slotVerified != IncidentTable.flag(stored, "slot_verified")) {
            update.set("slot_verified", AttributeValue.fromBool(slotVerified));
        }
        if (newCauses != null) {
            update.add("folded_causes", newCauses).onlyIf("folded_causes", "<", number(Incident.MAX_FOLDED_CAUSES));
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
        String samples = sampled();
        if (sampled && number(stored, samples) < Incident.SAMPLE_LIMIT) {
            update.add(samples, number(1)).onlyIf(samples, "<", number(Incident.SAMPLE_LIMIT));
        }
        if (incidentAlert.verified()) {
            countVerified(update);
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
    private void countVerified(UpdateExpression update) {
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

    /** Returns the attribute that counts the samples of the alert's kind of sender. */
    private String sampled() {
        return incidentAlert.verified() ? "sampled_verified" : "sampled";
    }

    /** Concurrent alerts may have the same number, except for the alert that the enrichment describes: it alone has 0. */
    private void addSample(List<TransactWriteItem> writes) {
        long number = stored.isEmpty() ? 0 : number(stored, sampled());
        if (number >= Incident.SAMPLE_LIMIT) {
            return;
        }
        // Samples of verified senders come first.
        String kind = incidentAlert.verified() ? "0" : "1";
        String order = "%02d".formatted(number);
        String id = Sha256.hex(incidentAlert.alertId());
        writes.add(TransactWriteItem.builder()
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
                .build());
    }
}
