package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/**
 * Merges the shards of the index {@code by-last-seen}, the last seen incident first. Reads a limited number of items and stops then, so
 * that no request is expensive. An instance belongs to one request.
 */
final class IncidentIndexReader {
    private final IncidentTable table;
    private final IncidentIndexFilter filter;
    private final ShardPositions positions;
    private final List<Shard> shards;
    private final int chunk;
    private int remaining;

    /** What was read of a shard and not returned yet. */
    private static final class Shard {
        private final int number;
        private final Deque<Map<String, AttributeValue>> items = new ArrayDeque<>();
        private @Nullable Map<String, AttributeValue> next;

        /** Whether the index may have more items than {@link #items}. */
        private boolean more;

        private Shard(int number) {
            this.number = number;
        }
    }

    /**
     * Creates a reader.
     *
     * @param positions where to start; the reader moves them
     * @param chunk number of items of one query
     * @param maxItems maximum number of items that all queries read, those included that the filter drops
     */
    IncidentIndexReader(
            IncidentTable table, IncidentIndexFilter filter, ShardPositions positions, int chunk, int maxItems) {
        this.table = table;
        this.filter = filter;
        this.positions = positions;
        this.chunk = chunk;
        this.remaining = maxItems;
        this.shards = IntStream.range(0, IncidentTable.shards().size())
                .mapToObj(this::shard)
                .toList();
    }

    private Shard shard(int number) {
        Shard shard = new Shard(number);
        shard.more = !positions.atEnd(number);
        shard.next = positions.startKey(number);
        return shard;
    }

    /**
     * Returns the next items and moves behind them.
     *
     * @param limit maximum number of items
     * @return fewer items than the limit only at the end, or if the maximum number of items is read
     */
    List<Map<String, AttributeValue>> take(int limit) {
        List<Map<String, AttributeValue>> taken = new ArrayList<>();
        while (taken.size() < limit && fill()) {
            Shard newest = null;
            for (Shard shard : shards) {
                if (!shard.items.isEmpty() && (newest == null || last(shard) > last(newest))) {
                    newest = shard;
                }
            }
            if (newest == null) {
                break;
            }
            Map<String, AttributeValue> item = newest.items.removeFirst();
            taken.add(item);
            moveBehind(newest, item);
        }
        return taken;
    }

    private static long last(Shard shard) {
        return number(shard.items.getFirst(), "last");
    }

    /** Reads until the next item of every shard is known. Returns false if that exceeds the maximum number of items. */
    private boolean fill() {
        for (Shard shard : shards) {
            while (shard.items.isEmpty() && shard.more) {
                if (remaining <= 0) {
                    return false;
                }
                read(shard);
            }
        }
        return true;
    }

    private void read(Shard shard) {
        QueryResponse response = IncidentTable.call(
                "list incidents",
                () -> table.client()
                        .query(filter.query(IncidentTable.shards().get(shard.number))
                                .tableName(table.name())
                                .exclusiveStartKey(shard.next)
                                .limit(chunk)
                                .build()));
        remaining -= Math.max(1, response.scannedCount());
        shard.items.addAll(response.items());
        shard.more =
                response.hasLastEvaluatedKey() && !response.lastEvaluatedKey().isEmpty();
        shard.next = shard.more ? response.lastEvaluatedKey() : null;
        if (shard.items.isEmpty()) {
            moveBehind(shard, shard.next);
        }
    }

    /** Moves behind the last item that was returned or dropped. */
    private void moveBehind(Shard shard, @Nullable Map<String, AttributeValue> item) {
        if (!shard.items.isEmpty() && item != null) {
            positions.moveAfter(shard.number, item);
        } else if (shard.next != null) {
            // The filter may have dropped items between the last item and this key.
            positions.moveAfter(shard.number, shard.next);
        } else {
            positions.moveToEnd(shard.number);
        }
    }
}
