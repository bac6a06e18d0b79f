package io.tiercel.functions.aws;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * Counts what a client of DynamoDB consumes, by the rules of its capacity units. A write takes a unit for each KiB of its item, and two
 * in a transaction. A strongly consistent read takes a unit for each 4 KiB, here of what is returned. The writes of indexes are not
 * counted.
 *
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html">Read and write
 *     operations</a>
 */
final class CapacityMeter implements ExecutionInterceptor {
    private static final int WRITE_UNIT = 1024;
    private static final int READ_UNIT = 4096;

    private final List<Write> writes = Collections.synchronizedList(new ArrayList<>());
    private int requests;
    private double readUnits;
    private int readRequests;

    /** A write: of a whole item, or of the item with a key, whose size is read later. */
    private record Write(String table, Map<String, AttributeValue> item, boolean whole, int factor) {}

    /**
     * What was consumed.
     *
     * @param requests write requests
     * @param items written items
     * @param units write units
     * @param readRequests requests that read
     * @param readUnits read units
     */
    record Totals(int requests, int items, long units, int readRequests, double readUnits) {}

    /** Starts again. */
    synchronized void reset() {
        writes.clear();
        requests = 0;
        readRequests = 0;
        readUnits = 0;
    }

    /** Returns what was consumed since the last reset. Reads the sizes of updated items without counting these reads. */
    synchronized Totals totals(Moto moto) {
        long units = 0;
        try (DynamoDbClient client = moto.dynamoDb()) {
            for (Write write : writes) {
                Map<String, AttributeValue> item = write.whole
                        ? write.item
                        : client.getItem(get -> get.tableName(write.table).key(write.item))
                                .item();
                units += (long) write.factor * Math.ceilDiv(size(item), WRITE_UNIT);
            }
        }
        return new Totals(requests, writes.size(), units, readRequests, readUnits);
    }

    /** Returns what was read since the last reset. */
    synchronized Totals reads() {
        return new Totals(requests, writes.size(), 0, readRequests, readUnits);
    }

    @Override
    public synchronized void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        write(context.request());
        read(context.response());
    }

    private void write(SdkRequest request) {
        int before = writes.size();
        switch (request) {
            case TransactWriteItemsRequest transaction ->
                transaction.transactItems().forEach(this::writeInTransaction);
            case PutItemRequest put -> writes.add(new Write(put.tableName(), put.item(), true, 1));
            case UpdateItemRequest update -> writes.add(new Write(update.tableName(), update.key(), false, 1));
            default -> {}
        }
        requests += writes.size() > before ? 1 : 0;
    }

    private void writeInTransaction(TransactWriteItem write) {
        writes.add(
                write.put() != null
                        ? new Write(write.put().tableName(), write.put().item(), true, 2)
                        : new Write(write.update().tableName(), write.update().key(), false, 2));
    }

    private void read(SdkResponse response) {
        switch (response) {
            case GetItemResponse item -> add(List.of(item.item()), false);
            case BatchGetItemResponse batch ->
                add(batch.responses().values().stream().flatMap(List::stream).toList(), false);
            case QueryResponse query -> add(query.items(), true);
            default -> {}
        }
    }

    /** @param together whether the sizes are added before rounding, as for a query */
    private void add(List<Map<String, AttributeValue>> items, boolean together) {
        readRequests++;
        if (together || items.isEmpty()) {
            readUnits += Math.max(
                    1, Math.ceilDiv(items.stream().mapToInt(CapacityMeter::size).sum(), READ_UNIT));
        } else {
            items.forEach(item -> readUnits += Math.max(1, Math.ceilDiv(size(item), READ_UNIT)));
        }
    }

    /** Returns the size of an item by the rules of DynamoDB, in bytes. */
    private static int size(Map<String, AttributeValue> item) {
        return item.entrySet().stream()
                .mapToInt(attribute -> utf8(attribute.getKey()) + size(attribute.getValue()))
                .sum();
    }

    private static int size(AttributeValue value) {
        return switch (value.type()) {
            case S -> utf8(value.s());
            case N -> value.n().length() / 2 + 1;
            case B -> value.b().asByteArrayUnsafe().length;
            case SS -> value.ss().stream().mapToInt(CapacityMeter::utf8).sum();
            case BOOL, NUL -> 1;
            default -> throw new AssertionError("no size of " + value.type());
        };
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
