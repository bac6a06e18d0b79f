package io.tiercel.functions.aws.permissions;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An operation on a table, as IAM sees it. A transaction consists of several.
 *
 * @param action the IAM action, such as {@code dynamodb:PutItem}
 * @param table name of the table
 * @param index name of the index that a query reads; empty for the table itself
 * @param leadingKeys values of the partition key that the request names: {@code dynamodb:LeadingKeys}; empty for a scan
 * @param attributes top-level attributes that the request names: {@code dynamodb:Attributes}; empty if it names none, which reads all
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html">Condition keys of
 *     DynamoDB</a>
 */
public record TableCall(String action, String table, String index, Set<String> leadingKeys, Set<String> attributes) {
    private static final Pattern PATH =
            Pattern.compile("(?<![:\\w#.])([#A-Za-z_]\\w*+)(?:\\.[#\\w]+|\\[[0-9]+])*+(?! *\\()");
    private static final Set<String> KEYWORDS =
            Set.of("SET", "ADD", "REMOVE", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN");
    private static final Pattern PARTITION = Pattern.compile("^\\s*([#\\w]+)\\s*=\\s*(:\\w+)");

    /**
     * Returns the operations of a request.
     *
     * @param operation the operation of the API, such as {@code TransactWriteItems}
     * @param body the request in DynamoDB's JSON protocol
     * @throws AssertionError if the operation is not known here
     */
    public static List<TableCall> of(String operation, JsonNode body) {
        return switch (operation) {
            case "GetItem" -> List.of(item(operation, body, body.path("Key"), "ProjectionExpression"));
            case "PutItem" -> List.of(item(operation, body, body.path("Item"), "ConditionExpression"));
            case "UpdateItem", "DeleteItem", "ConditionCheckItem" ->
                List.of(item(operation, body, body.path("Key"), "UpdateExpression", "ConditionExpression"));
            case "Query" -> List.of(query(body));
            case "Scan" -> List.of(new TableCall("dynamodb:Scan", table(body), index(body), Set.of(), Set.of()));
            case "BatchGetItem" -> batch(body);
            case "TransactWriteItems" -> transaction(body);
            default -> throw new AssertionError("the permissions of " + operation + " are not known");
        };
    }

    private static List<TableCall> transaction(JsonNode body) {
        List<TableCall> calls = new ArrayList<>();
        for (JsonNode entry : body.path("TransactItems")) {
            entry.properties()
                    .forEach(write -> calls.addAll(of(
                            write.getKey().equals("ConditionCheck") ? "ConditionCheckItem" : write.getKey() + "Item",
                            write.getValue())));
        }
        return calls;
    }

    private static List<TableCall> batch(JsonNode body) {
        List<TableCall> calls = new ArrayList<>();
        body.path("RequestItems").properties().forEach(request -> {
            Set<String> keys = new TreeSet<>();
            request.getValue()
                    .path("Keys")
                    .forEach(key -> keys.add(key.path("pk").path("S").asText()));
            calls.add(new TableCall(
                    "dynamodb:BatchGetItem",
                    request.getKey(),
                    "",
                    keys,
                    named(request.getValue(), "ProjectionExpression")));
        });
        return calls;
    }

    private static TableCall item(String operation, JsonNode body, JsonNode item, String... expressions) {
        Set<String> attributes = new TreeSet<>(named(body, expressions));
        boolean readsAll = operation.equals("GetItem") && attributes.isEmpty();
        if (!readsAll) {
            item.fieldNames().forEachRemaining(attributes::add);
        }
        return new TableCall(
                "dynamodb:" + operation,
                table(body),
                "",
                Set.of(item.path("pk").path("S").asText()),
                attributes);
    }

    private static TableCall query(JsonNode body) {
        Matcher partition =
                PARTITION.matcher(body.path("KeyConditionExpression").asText());
        if (!partition.find()) {
            throw new AssertionError("a query without a partition key: " + body);
        }
        String value = body.path("ExpressionAttributeValues")
                .path(partition.group(2))
                .path("S")
                .asText();
        return new TableCall(
                "dynamodb:Query", table(body), index(body), Set.of(value), named(body, "ProjectionExpression"));
    }

    private static String table(JsonNode body) {
        return body.path("TableName").asText();
    }

    private static String index(JsonNode body) {
        return body.path("IndexName").asText();
    }

    /** Returns the top-level attributes that expressions name. */
    private static Set<String> named(JsonNode body, String... expressions) {
        Map<String, String> aliases = new TreeMap<>();
        body.path("ExpressionAttributeNames")
                .properties()
                .forEach(name -> aliases.put(name.getKey(), name.getValue().asText()));
        Set<String> attributes = new TreeSet<>();
        for (String expression : expressions) {
            Matcher paths = PATH.matcher(body.path(expression).asText());
            while (paths.find()) {
                String name = paths.group(1);
                if (!KEYWORDS.contains(name)) {
                    attributes.add(aliases.getOrDefault(name, name));
                }
            }
        }
        return attributes;
    }
}
