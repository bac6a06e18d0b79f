package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.StoreUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * The item with the open incidents of one cluster, rule and workload. The transaction that opens, reopens or closes an incident
 * also writes this item, if it is unchanged since it was read. It contains ids instead of a counter, so an incident never holds
 * two slots, and a slot whose incident no longer exists can be found.
 *
 * @param key {@link Fingerprint#slotKey}
 * @param verified ids of the incidents that hold a slot of verified senders, at most {@link IncidentRule#MAX_OPEN_LIMIT}
 * @param unverified ids of the incidents that hold another slot, as many
 * @param revision number of writes; 0 if there is no item
 * @param checkedMillis time of the last search for incidents that no longer exist, milliseconds since the epoch
 */
record IncidentSlots(String key, Set<String> verified, Set<String> unverified, long revision, long checkedMillis) {
    /** Minimum time between two searches, which read up to {@link #MAX_CHECKED} incidents. */
    static final Duration CHECK_INTERVAL = Duration.ofHours(1);

    private static final int MAX_CHECKED = 100;
    private static final Duration EMPTY_KEPT = Duration.ofDays(1);

    /** Reads the item with strong consistency. */
    static IncidentSlots read(IncidentTable table, String key) {
        Map<String, AttributeValue> item = IncidentTable.call(
                "read open incidents",
                () -> table.client()
                        .getItem(get -> get.tableName(table.name())
                                .key(IncidentTable.slotsKey(key))
                                .consistentRead(true))
                        .item());
        return item.isEmpty()
                ? new IncidentSlots(key, Set.of(), Set.of(), 0, 0)
                : new IncidentSlots(
                        key,
                        ids(item.get("verified")),
                        ids(item.get("unverified")),
                        number(item, "revision"),
                        number(item, "checked"));
    }

    private static Set<String> ids(@Nullable AttributeValue value) {
        return value == null ? Set.of() : Set.copyOf(value.ss());
    }

    /**
     * Returns the slots after an incident took one, or null if none is free. An incident that holds a slot of the other kind moves
     * if one of this kind is free, and otherwise keeps it.
     *
     * @param ofVerified whether the alert that opens or moves the incident is from a verified sender
     * @param maxOpen number of slots of each kind
     */
    @Nullable
    IncidentSlots take(String incidentId, boolean ofVerified, int maxOpen) {
        Set<String> same = ofVerified ? verified : unverified;
        Set<String> other = ofVerified ? unverified : verified;
        if (same.contains(incidentId)) {
            return this;
        }
        if (same.size() >= maxOpen) {
            return other.contains(incidentId) ? this : null;
        }
        Set<String> taken = new TreeSet<>(same);
        taken.add(incidentId);
        IncidentSlots left = without(List.of(incidentId));
        return ofVerified
                ? new IncidentSlots(key, taken, left.unverified, revision, checkedMillis)
                : new IncidentSlots(key, left.verified, taken, revision, checkedMillis);
    }

    /** Returns the slots without those of some incidents. */
    IncidentSlots without(List<String> incidentIds) {
        Set<String> verifiedLeft = new TreeSet<>(verified);
        Set<String> unverifiedLeft = new TreeSet<>(unverified);
        incidentIds.forEach(id -> {
            verifiedLeft.remove(id);
            unverifiedLeft.remove(id);
        });
        return new IncidentSlots(key, verifiedLeft, unverifiedLeft, revision, checkedMillis);
    }

    /**
     * Frees slots of incidents that do not exist or are closed. An incident that expires while it is open leaves its slot behind,
     * because nobody closes it. Does nothing within {@link #CHECK_INTERVAL} of the last search, or if the item changed at
     * the same time.
     *
     * @return the current slots
     */
    IncidentSlots freeStale(IncidentTable table) {
        if (!isCheckDue(table)) {
            return this;
        }
        long now = table.clock().millis();
        List<String> holders = new ArrayList<>(verified);
        holders.addAll(unverified);
        Collections.shuffle(holders);
        List<String> stale = holders.stream()
                .limit(MAX_CHECKED)
                .filter(id -> !isOpen(table.incident(id, List.of("state"))))
                .toList();
        IncidentSlots left = without(stale);
        Put put = new IncidentSlots(key, left.verified, left.unverified, revision, now).put(table);
        try {
            IncidentTable.call(
                    "free slots of expired incidents",
                    () -> table.client()
                            .putItem(request -> request.tableName(put.tableName())
                                    .item(put.item())
                                    .conditionExpression(put.conditionExpression())
                                    .expressionAttributeNames(put.expressionAttributeNames())
                                    .expressionAttributeValues(put.expressionAttributeValues())));
        } catch (StoreUnavailable e) {
            if (!(e.getCause() instanceof ConditionalCheckFailedException
                    || e.getCause() instanceof TransactionConflictException)) {
                throw e;
            }
        }
        return read(table, key);
    }

    /** Returns whether {@link #freeStale} would search now. */
    boolean isCheckDue(IncidentTable table) {
        return table.clock().millis() - checkedMillis >= CHECK_INTERVAL.toMillis();
    }

    private static boolean isOpen(Map<String, AttributeValue> incident) {
        return !incident.isEmpty() && text(incident, "state").equals(IncidentState.OPEN.label());
    }

    /** Returns the write of these slots, on the condition that the item is unchanged since it was read. */
    TransactWriteItem write(IncidentTable table) {
        return TransactWriteItem.builder().put(put(table)).build();
    }

    private Put put(IncidentTable table) {
        Map<String, AttributeValue> item = new HashMap<>(IncidentTable.slotsKey(key));
        item.put("revision", number(revision + 1));
        item.put("checked", number(checkedMillis));
        if (!verified.isEmpty()) {
            item.put("verified", AttributeValue.fromSs(List.copyOf(verified)));
        }
        if (!unverified.isEmpty()) {
            item.put("unverified", AttributeValue.fromSs(List.copyOf(unverified)));
        }
        if (verified.isEmpty() && unverified.isEmpty()) {
            // An empty item contains nothing. One with open incidents must not expire.
            item.put(IncidentTable.EXPIRES, table.expiresIn(EMPTY_KEPT));
        }
        Put.Builder put = Put.builder().tableName(table.name()).item(item);
        return revision == 0
                ? put.conditionExpression("attribute_not_exists(pk)").build()
                : put.conditionExpression("#revision = :revision")
                        .expressionAttributeNames(Map.of("#revision", "revision"))
                        .expressionAttributeValues(Map.of(":revision", number(revision)))
                        .build();
    }
}
