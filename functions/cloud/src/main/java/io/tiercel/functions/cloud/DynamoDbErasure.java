package io.tiercel.functions.cloud;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.notification.silence.SilenceStore;
import io.tiercel.functions.privacy.ErasureReport;
import io.tiercel.functions.privacy.SubjectEraser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * Erases a subject from the incident table, with the rights of the caller: {@code dynamodb:Scan}, {@code dynamodb:GetItem} and
 * {@code dynamodb:UpdateItem}. Reads the whole table. Functions may use the table at the same time: an attribute is replaced only
 * if it still has the value that was read.
 */
public final class DynamoDbErasure {
    /** Attempts for one item that functions change at the same time. */
    private static final int MAX_ATTEMPTS = 10;

    private static final String VERSION = "version";

    /** Attributes of an incident that contain plain text, by name; the rule stays. */
    private static final List<String> INCIDENT_TEXTS =
            List.of("cluster", "workload", "executable", "target", "closed_by");

    private final DynamoDbClient api;
    private final String table;

    public DynamoDbErasure(AwsConnection connection, String table) {
        this.api = connection.client(DynamoDbClient.builder());
        this.table = table;
    }

    /**
     * Erases a subject.
     *
     * @param dryRun whether to count only
     * @throws StoreUnavailable if DynamoDB fails or denies the access; a part of the items may be changed, and another call
     *     changes the rest
     */
    public ErasureReport erase(SubjectEraser eraser, boolean dryRun) {
        Map<String, Long> changed = new LinkedHashMap<>();
        try {
            for (Map<String, AttributeValue> item : api.scanPaginator(
                            scan -> scan.tableName(table).consistentRead(true))
                    .items()) {
                Kind kind = Kind.of(item);
                if (kind != Kind.OTHER && erase(item, kind, eraser, dryRun)) {
                    changed.merge(kind.label, 1L, Long::sum);
                }
            }
        } catch (SdkException e) {
            throw new StoreUnavailable("DynamoDB: cannot erase in table " + table + ": " + e.getMessage(), e);
        }
        return new ErasureReport(changed, 0, true);
    }

    private boolean erase(Map<String, AttributeValue> scanned, Kind kind, SubjectEraser eraser, boolean dryRun) {
        Map<String, AttributeValue> item = scanned;
        Map<String, AttributeValue> key = Map.of("pk", value(item, "pk"), "sk", value(item, "sk"));
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Map<String, AttributeValue> erased = erased(item, kind, eraser);
            if (erased.isEmpty() || dryRun) {
                return !erased.isEmpty();
            }
            try {
                update(key, item, erased);
                return true;
            } catch (ConditionalCheckFailedException | TransactionConflictException e) {
                item = api.getItem(get -> get.tableName(table).key(key).consistentRead(true))
                        .item();
            }
        }
        throw new StoreUnavailable(
                "DynamoDB: an item keeps changing; run the command again",
                new IllegalStateException(kind.label + " changed " + MAX_ATTEMPTS + " times"));
    }

    private void update(
            Map<String, AttributeValue> key, Map<String, AttributeValue> before, Map<String, AttributeValue> after) {
        List<String> changes = new ArrayList<>();
        List<String> conditions = new ArrayList<>();
        Map<String, String> names = new HashMap<>();
        Map<String, AttributeValue> values = new HashMap<>();
        after.forEach((name, value) -> {
            int number = names.size();
            names.put("#n" + number, name);
            values.put(":after" + number, value);
            values.put(":before" + number, value(before, name));
            changes.add("#n" + number + " = :after" + number);
            conditions.add("#n" + number + " = :before" + number);
        });
        api.updateItem(update -> update.tableName(table)
                .key(key)
                .updateExpression("SET " + String.join(", ", changes))
                .conditionExpression(String.join(" AND ", conditions))
                .expressionAttributeNames(names)
                .expressionAttributeValues(values));
    }

    /** Returns the changed attributes. */
    private static Map<String, AttributeValue> erased(
            Map<String, AttributeValue> item, Kind kind, SubjectEraser eraser) {
        Map<String, AttributeValue> erased = new HashMap<>();
        switch (kind) {
            case SAMPLE -> put(erased, item, "document", eraser::document);
            case HEALTH -> {
                put(erased, item, "document", eraser::document);
                put(erased, item, "alert", eraser::text);
            }
            case GROUP -> put(erased, item, "value", eraser::text);
            case MEMBER -> {
                put(erased, item, "workload", eraser::text);
                put(erased, item, "target", eraser::text);
            }
            case NOTIFICATION -> put(erased, item, "document", eraser::document);
            case TARGET, SILENCES, KILL_SWITCH, HEARTBEAT -> put(erased, item, "document", eraser::document);
            case NOTES -> put(erased, item, "document", eraser::notes);
            case INCIDENT -> {
                INCIDENT_TEXTS.forEach(name -> put(erased, item, name, eraser::text));
                put(erased, item, "enrichment", eraser::document);
                put(erased, item, "doubts", eraser::document);
                put(erased, item, "acknowledgement", eraser::text);
                put(erased, item, "assignment", eraser::text);
            }
            case COMMENT -> {
                put(erased, item, "by", eraser::text);
                put(erased, item, "text", eraser::text);
            }
            case OTHER -> {}
        }
        AttributeValue version = item.get(VERSION);
        if (!erased.isEmpty() && version != null) {
            erased.put(VERSION, AttributeValue.fromN(Long.toString(Long.parseLong(version.n()) + 1)));
        }
        return erased;
    }

    private static void put(
            Map<String, AttributeValue> erased,
            Map<String, AttributeValue> item,
            String name,
            UnaryOperator<String> eraser) {
        AttributeValue before = item.get(name);
        if (before != null) {
            AttributeValue after = erased(before, eraser);
            if (!after.equals(before)) {
                erased.put(name, after);
            }
        }
    }

    private static AttributeValue erased(AttributeValue value, UnaryOperator<String> eraser) {
        if (value.s() != null) {
            return AttributeValue.fromS(eraser.apply(value.s()));
        }
        if (value.hasM()) {
            Map<String, AttributeValue> map = new HashMap<>();
            value.m().forEach((name, part) -> map.put(name, erased(part, eraser)));
            return AttributeValue.fromM(map);
        }
        return value;
    }

    private static AttributeValue value(Map<String, AttributeValue> item, String name) {
        return item.getOrDefault(name, AttributeValue.fromNul(true));
    }

    /** The kinds of items, by their keys. */
    private enum Kind {
        SAMPLE("samples"),
        INCIDENT("incidents"),
        COMMENT("comments"),
        NOTIFICATION("notifications"),
        GROUP("groups"),
        MEMBER("members of groups"),
        TARGET("affected targets"),
        NOTES("notes of responses"),
        SILENCES("silences"),
        KILL_SWITCH("kill switch"),
        HEARTBEAT("heartbeats"),
        HEALTH("sensor messages"),
        /** Items that do not contain the fields. {@code counted#...} has hashes of ids. The keys of {@code alert#ID} cannot be changed. */
        OTHER("");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        static Kind of(Map<String, AttributeValue> item) {
            String pk = String.valueOf(value(item, "pk").s());
            String sk = String.valueOf(value(item, "sk").s());
            if (pk.startsWith("incident#")) {
                return sk.equals("incident") ? INCIDENT : sk.startsWith("sample#") ? SAMPLE : OTHER;
            }
            if (pk.startsWith("group#")) {
                return sk.startsWith("incident#") ? MEMBER : GROUP;
            }
            if (pk.startsWith("comments#")) {
                return COMMENT;
            }
            if (pk.equals("state#kill-switch")) {
                return KILL_SWITCH;
            }
            if (pk.startsWith("state#fleet/verified/") || pk.startsWith("state#fleet/unverified/")) {
                return HEARTBEAT;
            }
            if (pk.startsWith("notification#")) {
                return NOTIFICATION;
            }
            if (pk.startsWith("state#target/")) {
                return TARGET;
            }
            if (pk.startsWith("state#plan/") || pk.startsWith("state#step/") || pk.startsWith("state#commands/")) {
                return NOTES;
            }
            if (pk.equals("state#" + SilenceStore.KEY)) {
                return SILENCES;
            }
            return pk.equals("health") ? HEALTH : OTHER;
        }
    }
}
