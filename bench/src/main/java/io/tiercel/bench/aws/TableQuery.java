package io.tiercel.bench.aws;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/**
 * One query of a table or an index. A page ends at the limit of the request or at 1 MiB.
 *
 * @param table the table
 * @param request the query
 */
record TableQuery(InMemoryTable table, QueryRequest request) {
    private static final int READ_UNIT = 4096;
    private static final int MAX_PAGE = 1024 * 1024;
    private static final Pattern PARTITION = Pattern.compile("^\\s*([#\\w]+)\\s*=\\s*(:\\w+)");

    QueryResponse run(Consumption.Meter meter) {
        Matcher equality = PARTITION.matcher(request.keyConditionExpression());
        if (!equality.find()) {
            throw new IllegalArgumentException("a query must start with the partition key");
        }
        String partition = Objects.requireNonNull(
                        request.expressionAttributeValues().get(equality.group(2)))
                .s();
        Condition keys = Condition.of(request.keyConditionExpression());
        Condition filter = Condition.of(request.filterExpression());
        int limit = request.limit() == null ? Integer.MAX_VALUE : request.limit();
        List<Map<String, AttributeValue>> found = new ArrayList<>();
        int bytes = 0;
        int evaluated = 0;
        Map<String, AttributeValue> last = null;
        for (Map<String, AttributeValue> item : ordered(partition).values()) {
            Scope scope = scope(item);
            if (!keys.test(scope)) {
                continue;
            }
            if (evaluated == limit || bytes > MAX_PAGE) {
                return response(meter, partition, found, bytes, evaluated, last);
            }
            evaluated++;
            bytes += ItemSize.of(item);
            last = item;
            if (filter.test(scope)) {
                found.add(projected(item));
            }
        }
        // DynamoDB does not look beyond the limit, so a page that ends there has a next one.
        return response(meter, partition, found, bytes, evaluated, evaluated == limit ? last : null);
    }

    private Scope scope(Map<String, AttributeValue> item) {
        return new Scope(item, request.expressionAttributeNames(), request.expressionAttributeValues());
    }

    private NavigableMap<InMemoryTable.SortKey, Map<String, AttributeValue>> ordered(String partition) {
        NavigableMap<InMemoryTable.SortKey, Map<String, AttributeValue>> items =
                table.partition(request.indexName(), partition);
        boolean forward = !Boolean.FALSE.equals(request.scanIndexForward());
        NavigableMap<InMemoryTable.SortKey, Map<String, AttributeValue>> ordered =
                forward ? items : items.descendingMap();
        if (request.exclusiveStartKey().isEmpty()) {
            return ordered;
        }
        return ordered.tailMap(sortKey(request.exclusiveStartKey()), false);
    }

    private InMemoryTable.SortKey sortKey(Map<String, AttributeValue> item) {
        return request.indexName() == null
                ? new InMemoryTable.SortKey(
                        Objects.requireNonNull(item.get(table.schema().sortKey())), "")
                : table.indexKey(table.index(request.indexName()), item);
    }

    private Map<String, AttributeValue> projected(Map<String, AttributeValue> item) {
        if (request.projectionExpression() == null) {
            return item;
        }
        Map<String, AttributeValue> projected = new HashMap<>();
        Scope scope = scope(item);
        Tokens tokens = new Tokens(request.projectionExpression());
        do {
            String name = scope.attribute(tokens.next());
            AttributeValue value = item.get(name);
            if (value != null) {
                projected.put(name, value);
            }
        } while (tokens.skip(","));
        return projected;
    }

    private QueryResponse response(
            Consumption.Meter meter,
            String partition,
            List<Map<String, AttributeValue>> found,
            int bytes,
            int evaluated,
            @Nullable Map<String, AttributeValue> last) {
        double units = Math.max(1, Math.ceilDiv(bytes, READ_UNIT));
        boolean consistent = Boolean.TRUE.equals(request.consistentRead());
        meter.consumed(new Consumption(
                request.tableName(),
                Objects.requireNonNullElse(request.indexName(), ""),
                partition,
                "",
                false,
                false,
                consistent ? units : units / 2));
        QueryResponse.Builder response =
                QueryResponse.builder().items(found).count(found.size()).scannedCount(evaluated);
        if (last != null) {
            Map<String, AttributeValue> start = new HashMap<>(table.key(last));
            if (request.indexName() != null) {
                TableSchema.Index index = table.index(request.indexName());
                for (String attribute : List.of(index.partitionKey(), index.sortKey())) {
                    start.put(attribute, Objects.requireNonNull(last.get(attribute)));
                }
            }
            response.lastEvaluatedKey(start);
        }
        return response.build();
    }
}
