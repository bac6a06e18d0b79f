package io.tiercel.bench.aws;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * DynamoDB in memory, for one process. One request runs at a time, so transactions never conflict. Items do not expire. An expression
 * or a parameter that is not supported fails.
 */
public final class InMemoryTables implements DynamoDbClient {
    private static final int READ_UNIT = 4096;
    private static final int MAX_TRANSACTION = 100;

    private final Map<String, InMemoryTable> tables = new HashMap<>();
    private final Consumption.Meter meter;

    /** @param meter receives what requests consume */
    public InMemoryTables(Consumption.Meter meter) {
        this.meter = meter;
    }

    /** Creates a table. */
    public synchronized void createTable(String name, TableSchema schema) {
        tables.put(name, new InMemoryTable(name, schema, meter));
    }

    /** Returns the number of items of an index. */
    public synchronized long size(String table, String index) {
        return table(table).all(index).size();
    }

    /** Returns the size of a table with its indexes, bytes. */
    public synchronized long bytes(String table) {
        InMemoryTable stored = table(table);
        long bytes = stored.all(null).stream().mapToLong(ItemSize::of).sum();
        for (TableSchema.Index index : stored.schema().indexes()) {
            bytes += stored.all(index.name()).stream().mapToLong(ItemSize::of).sum();
        }
        return bytes;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    private InMemoryTable table(String name) {
        return Objects.requireNonNull(tables.get(name), name);
    }

    /** Runs one request alone. Misuse of the API becomes the exception of the service. */
    private synchronized <T> T request(String operation, Supplier<T> request) {
        meter.requested("DynamoDB." + operation, "", 1);
        try {
            return request.get();
        } catch (IllegalArgumentException e) {
            throw DynamoDbException.builder()
                    .message("ValidationException: " + e.getMessage())
                    .statusCode(400)
                    .cause(e)
                    .build();
        }
    }

    @Override
    public GetItemResponse getItem(GetItemRequest request) {
        return request("GetItem", () -> {
            Map<String, AttributeValue> item =
                    read(table(request.tableName()), request.key(), Boolean.TRUE.equals(request.consistentRead()));
            GetItemResponse.Builder response = GetItemResponse.builder();
            return item.isEmpty()
                    ? response.build()
                    : response.item(project(item, request.projectionExpression(), request.expressionAttributeNames()))
                            .build();
        });
    }

    private Map<String, AttributeValue> read(InMemoryTable table, Map<String, AttributeValue> key, boolean consistent) {
        Map<String, AttributeValue> item = table.get(key);
        consumeRead(table.name(), "", table.partition(key), ItemSize.of(item), consistent);
        return item;
    }

    private void consumeRead(String table, String index, String partition, int bytes, boolean consistent) {
        double units = Math.max(1, Math.ceilDiv(bytes, READ_UNIT));
        meter.consumed(new Consumption(table, index, partition, "", false, false, consistent ? units : units / 2));
    }

    private static Map<String, AttributeValue> project(
            Map<String, AttributeValue> item, @Nullable String projection, Map<String, String> names) {
        if (projection == null || projection.isEmpty()) {
            return item;
        }
        Scope scope = new Scope(item, names, Map.of());
        Map<String, AttributeValue> projected = new HashMap<>();
        Tokens tokens = new Tokens(projection);
        do {
            String name = scope.attribute(tokens.next());
            AttributeValue value = item.get(name);
            if (value != null) {
                projected.put(name, value);
            }
        } while (tokens.skip(","));
        tokens.requireEnd();
        return projected;
    }

    @Override
    public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
        return request("BatchGetItem", () -> {
            Map<String, List<Map<String, AttributeValue>>> responses = new HashMap<>();
            request.requestItems().forEach((name, keys) -> {
                List<Map<String, AttributeValue>> found = new ArrayList<>();
                for (Map<String, AttributeValue> key : keys.keys()) {
                    Map<String, AttributeValue> item =
                            read(table(name), key, Boolean.TRUE.equals(keys.consistentRead()));
                    if (!item.isEmpty()) {
                        found.add(project(item, keys.projectionExpression(), keys.expressionAttributeNames()));
                    }
                }
                responses.put(name, found);
            });
            return BatchGetItemResponse.builder()
                    .responses(responses)
                    .unprocessedKeys(Map.of())
                    .build();
        });
    }

    @Override
    public PutItemResponse putItem(PutItemRequest request) {
        return request("PutItem", () -> {
            ItemWrite write = ItemWrite.of(request);
            Map<String, AttributeValue> before = write.apply(table(request.tableName()));
            return PutItemResponse.builder()
                    .attributes(request.returnValues() == ReturnValue.ALL_OLD ? before : null)
                    .build();
        });
    }

    @Override
    public DeleteItemResponse deleteItem(DeleteItemRequest request) {
        return request("DeleteItem", () -> {
            ItemWrite write = ItemWrite.of(request);
            Map<String, AttributeValue> before = write.apply(table(request.tableName()));
            return DeleteItemResponse.builder()
                    .attributes(request.returnValues() == ReturnValue.ALL_OLD ? before : null)
                    .build();
        });
    }

    @Override
    public UpdateItemResponse updateItem(UpdateItemRequest request) {
        return request("UpdateItem", () -> {
            InMemoryTable table = table(request.tableName());
            Map<String, AttributeValue> before = ItemWrite.of(request).apply(table);
            ReturnValue wanted = Objects.requireNonNullElse(request.returnValues(), ReturnValue.NONE);
            UpdateItemResponse.Builder response = UpdateItemResponse.builder();
            return switch (wanted) {
                case NONE -> response.build();
                case ALL_OLD ->
                    response.attributes(before.isEmpty() ? null : before).build();
                case ALL_NEW -> response.attributes(table.get(request.key())).build();
                default -> throw new IllegalArgumentException("ReturnValues " + wanted + " is not supported");
            };
        });
    }

    @Override
    public TransactWriteItemsResponse transactWriteItems(TransactWriteItemsRequest request) {
        return request("TransactWriteItems", () -> {
            List<ItemWrite> writes =
                    request.transactItems().stream().map(ItemWrite::of).toList();
            Set<String> keys = new HashSet<>();
            for (ItemWrite write : writes) {
                if (!keys.add(write.table() + "\n" + table(write.table()).id(write.key()))) {
                    throw new IllegalArgumentException("a transaction contains an item twice");
                }
            }
            if (writes.isEmpty() || writes.size() > MAX_TRANSACTION) {
                throw new IllegalArgumentException("a transaction must contain 1 to " + MAX_TRANSACTION + " items");
            }
            ItemWrite.applyAll(writes, this::table);
            return TransactWriteItemsResponse.builder().build();
        });
    }

    @Override
    public QueryResponse query(QueryRequest request) {
        return request("Query", () -> new TableQuery(table(request.tableName()), request).run(meter));
    }

    @Override
    public ScanResponse scan(ScanRequest request) {
        return request("Scan", () -> {
            InMemoryTable table = table(request.tableName());
            List<Map<String, AttributeValue>> items = table.all(request.indexName());
            int bytes = items.stream().mapToInt(ItemSize::of).sum();
            String index = Objects.requireNonNullElse(request.indexName(), "");
            consumeRead(request.tableName(), index, "", bytes, Boolean.TRUE.equals(request.consistentRead()));
            return ScanResponse.builder()
                    .items(items.stream()
                            .map(item ->
                                    project(item, request.projectionExpression(), request.expressionAttributeNames()))
                            .toList())
                    .count(items.size())
                    .build();
        });
    }

    /** Returns the items of a partition in order, for tests. */
    synchronized List<Map<String, AttributeValue>> items(String table, String partition) {
        NavigableMap<?, Map<String, AttributeValue>> found = table(table).partition(null, partition);
        return List.copyOf(found.values());
    }
}
