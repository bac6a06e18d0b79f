package io.tiercel.functions.cloud;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.respond.state.StateDocuments;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * Documents of the incident table for commands, with the rights of the caller: {@code dynamodb:GetItem} and {@code dynamodb:PutItem}.
 * The items have the form that the functions read.
 */
public final class DynamoDbStateDocuments implements StateDocuments {
    private final DynamoDbClient api;
    private final String table;

    public DynamoDbStateDocuments(AwsConnection connection, String table) {
        this.api = connection.client(DynamoDbClient.builder());
        this.table = table;
    }

    private static Map<String, AttributeValue> key(String key) {
        return Map.of("pk", AttributeValue.fromS("state#" + key), "sk", AttributeValue.fromS("state"));
    }

    @Override
    public Optional<Versioned> read(String key) {
        try {
            Map<String, AttributeValue> item = api.getItem(
                            get -> get.tableName(table).key(key(key)).consistentRead(true))
                    .item();
            AttributeValue version = item.get("version");
            AttributeValue document = item.get("document");
            return version == null || document == null
                    ? Optional.empty()
                    : Optional.of(new Versioned(Long.parseLong(version.n()), document.s()));
        } catch (SdkException e) {
            throw unavailable(e);
        }
    }

    /** @throws IllegalArgumentException if the document may expire: only the functions know how long it is kept */
    @Override
    public boolean write(String key, long expectedVersion, String document, Schedule schedule) {
        if (!schedule.kept()) {
            throw new IllegalArgumentException("commands write only documents that are kept");
        }
        Map<String, AttributeValue> item = new HashMap<>(key(key));
        item.put("version", number(expectedVersion + 1));
        item.put("document", AttributeValue.fromS(document));
        DueKind kind = schedule.kind();
        Instant at = schedule.at();
        if (kind != null && at != null) {
            item.put("shard", AttributeValue.fromS("due-" + kind.label()));
            item.put("last", number(at.toEpochMilli()));
        }
        PutItemRequest.Builder put = PutItemRequest.builder().tableName(table).item(item);
        if (expectedVersion == 0) {
            put.conditionExpression("attribute_not_exists(pk)");
        } else {
            put.conditionExpression("#version = :expected")
                    .expressionAttributeNames(Map.of("#version", "version"))
                    .expressionAttributeValues(Map.of(":expected", number(expectedVersion)));
        }
        try {
            api.putItem(put.build());
            return true;
        } catch (ConditionalCheckFailedException | TransactionConflictException e) {
            return false;
        } catch (SdkException e) {
            throw unavailable(e);
        }
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    private StoreUnavailable unavailable(SdkException e) {
        return new StoreUnavailable("DynamoDB: cannot use table " + table + ": " + e.getMessage(), e);
    }
}
