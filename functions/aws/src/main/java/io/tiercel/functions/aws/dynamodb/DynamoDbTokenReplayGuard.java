package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.interact.TokenReplayGuard;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** Used tokens in DynamoDB, which deletes them after they expire. */
public final class DynamoDbTokenReplayGuard implements TokenReplayGuard {
    private final IncidentTable table;

    public DynamoDbTokenReplayGuard(IncidentTable table) {
        this.table = table;
    }

    private static Map<String, AttributeValue> key(String token) {
        return Map.of(IncidentTable.PK, text("used_token#" + token), IncidentTable.SK, text("used_token"));
    }

    @Override
    public boolean used(String token) {
        return IncidentTable.call(
                "read a used token",
                () -> !table.client()
                        .getItem(get ->
                                get.tableName(table.name()).key(key(token)).consistentRead(true))
                        .item()
                        .isEmpty());
    }

    @Override
    public boolean use(String token, Instant until) {
        return IncidentTable.call("store a used token", () -> {
            try {
                Map<String, AttributeValue> item = new HashMap<>(key(token));
                item.put(IncidentTable.EXPIRES, number(until.getEpochSecond() + 1));
                table.client()
                        .putItem(put ->
                                put.tableName(table.name()).item(item).conditionExpression("attribute_not_exists(pk)"));
                return true;
            } catch (ConditionalCheckFailedException e) {
                return false;
            }
        });
    }
}
