package io.tiercel.bench.aws;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The items of one table and of its indexes. Callers hold the lock of all tables. */
final class InMemoryTable {
    private static final int WRITE_UNIT = 1024;

    private final String name;
    private final TableSchema schema;
    private final Consumption.Meter meter;
    private final Map<String, NavigableMap<SortKey, Map<String, AttributeValue>>> items = new HashMap<>();
    private final Map<String, Map<String, NavigableMap<SortKey, Map<String, AttributeValue>>>> indexes =
            new HashMap<>();

    /**
     * Orders the items of a partition.
     *
     * @param value value of the sort key
     * @param id the key in the table, which makes equal values of an index different; empty in the table itself
     */
    record SortKey(AttributeValue value, String id) implements Comparable<SortKey> {
        private static final Comparator<SortKey> ORDER =
                Comparator.comparing(SortKey::value, Operand::compare).thenComparing(SortKey::id);

        @Override
        public int compareTo(SortKey other) {
            return ORDER.compare(this, other);
        }
    }

    InMemoryTable(String name, TableSchema schema, Consumption.Meter meter) {
        this.name = name;
        this.schema = schema;
        this.meter = meter;
        schema.indexes().forEach(index -> indexes.put(index.name(), new HashMap<>()));
    }

    String name() {
        return name;
    }

    TableSchema schema() {
        return schema;
    }

    String partition(Map<String, AttributeValue> key) {
        return text(key, schema.partitionKey());
    }

    /** Returns a text that identifies an item. */
    String id(Map<String, AttributeValue> key) {
        return partition(key) + "\n" + text(key, schema.sortKey());
    }

    private static String text(Map<String, AttributeValue> item, String attribute) {
        AttributeValue value = item.get(attribute);
        if (value == null || value.s() == null || value.s().isEmpty()) {
            throw new IllegalArgumentException("the key " + attribute + " must be a text that is not empty");
        }
        return value.s();
    }

    /** Returns the key of an item. */
    Map<String, AttributeValue> key(Map<String, AttributeValue> item) {
        return Map.of(
                schema.partitionKey(), Objects.requireNonNull(item.get(schema.partitionKey())),
                schema.sortKey(), Objects.requireNonNull(item.get(schema.sortKey())));
    }

    /** Returns an item; an empty map if there is none. */
    Map<String, AttributeValue> get(Map<String, AttributeValue> key) {
        NavigableMap<SortKey, Map<String, AttributeValue>> partition = items.get(partition(key));
        Map<String, AttributeValue> item = partition == null ? null : partition.get(sortKey(key));
        return item == null ? Map.of() : item;
    }

    private SortKey sortKey(Map<String, AttributeValue> key) {
        return new SortKey(Objects.requireNonNull(key.get(schema.sortKey())), "");
    }

    /** Returns the items of a partition of the table, or of an index. */
    NavigableMap<SortKey, Map<String, AttributeValue>> partition(@Nullable String index, String partition) {
        Map<String, NavigableMap<SortKey, Map<String, AttributeValue>>> all =
                index == null ? items : Objects.requireNonNull(indexes.get(index), index);
        return all.getOrDefault(partition, new TreeMap<>());
    }

    /** Returns all items of the table or an index, one partition after the other. */
    List<Map<String, AttributeValue>> all(@Nullable String index) {
        return (index == null ? items : Objects.requireNonNull(indexes.get(index), index))
                .values().stream()
                        .flatMap(partition -> partition.values().stream())
                        .toList();
    }

    /** Returns the sort key of an item in an index. */
    SortKey indexKey(TableSchema.Index index, Map<String, AttributeValue> item) {
        return new SortKey(Objects.requireNonNull(item.get(index.sortKey())), id(item));
    }

    TableSchema.Index index(String index) {
        return schema.indexes().stream()
                .filter(candidate -> candidate.name().equals(index))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Replaces an item and its entries in the indexes.
     *
     * @param after the new item; empty deletes it
     */
    void replace(Map<String, AttributeValue> key, Map<String, AttributeValue> after, boolean transaction) {
        Map<String, AttributeValue> before = get(key);
        consume(key, before, after, transaction);
        NavigableMap<SortKey, Map<String, AttributeValue>> partition =
                items.computeIfAbsent(partition(key), _ -> new TreeMap<>());
        if (after.isEmpty()) {
            partition.remove(sortKey(key));
            if (partition.isEmpty()) {
                items.remove(partition(key));
            }
        } else {
            partition.put(sortKey(key), Map.copyOf(after));
        }
        for (TableSchema.Index index : schema.indexes()) {
            replace(index, projected(index, before), projected(index, after));
        }
    }

    /** Measures a write of the table itself, also one that fails. */
    void consume(
            Map<String, AttributeValue> key,
            Map<String, AttributeValue> before,
            Map<String, AttributeValue> after,
            boolean transaction) {
        double units = units(Math.max(ItemSize.of(before), ItemSize.of(after)));
        meter.consumed(new Consumption(
                name,
                "",
                partition(key),
                transaction ? text(key, schema.sortKey()) : "",
                true,
                transaction,
                transaction ? 2 * units : units));
    }

    private static double units(int bytes) {
        return Math.max(1, Math.ceilDiv(bytes, WRITE_UNIT));
    }

    private Map<String, AttributeValue> projected(TableSchema.Index index, Map<String, AttributeValue> item) {
        if (!item.containsKey(index.partitionKey()) || !item.containsKey(index.sortKey())) {
            return Map.of();
        }
        if (index.projected() == null) {
            return item;
        }
        Map<String, AttributeValue> projected = new HashMap<>(key(item));
        for (String attribute : List.of(index.partitionKey(), index.sortKey())) {
            projected.put(attribute, Objects.requireNonNull(item.get(attribute)));
        }
        for (String attribute : index.projected()) {
            AttributeValue value = item.get(attribute);
            if (value != null) {
                projected.put(attribute, value);
            }
        }
        return projected;
    }

    /** A changed key is a deletion and an insertion, which count separately. */
    private void replace(
            TableSchema.Index index, Map<String, AttributeValue> before, Map<String, AttributeValue> after) {
        if (before.equals(after)) {
            return;
        }
        boolean sameKey = !before.isEmpty()
                && !after.isEmpty()
                && indexKey(index, before).equals(indexKey(index, after))
                && text(before, index.partitionKey()).equals(text(after, index.partitionKey()));
        Map<String, NavigableMap<SortKey, Map<String, AttributeValue>>> entries =
                Objects.requireNonNull(indexes.get(index.name()));
        if (!before.isEmpty()) {
            String partition = text(before, index.partitionKey());
            Objects.requireNonNull(entries.get(partition)).remove(indexKey(index, before));
            if (!sameKey) {
                consumeIndex(index, partition, ItemSize.of(before));
            }
        }
        if (!after.isEmpty()) {
            String partition = text(after, index.partitionKey());
            entries.computeIfAbsent(partition, _ -> new TreeMap<>()).put(indexKey(index, after), after);
            consumeIndex(index, partition, Math.max(ItemSize.of(after), sameKey ? ItemSize.of(before) : 0));
        }
    }

    /** Indexes are written later and outside of the transaction. */
    private void consumeIndex(TableSchema.Index index, String partition, int bytes) {
        meter.consumed(new Consumption(name, index.name(), partition, "", true, false, units(bytes)));
    }
}
