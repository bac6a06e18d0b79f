package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.interact.TokenReplayGuard;
import java.time.Instant;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** Used tokens in DynamoDB, which deletes them after they expire. */
public final class DynamoDbTokenReplayGuard implements TokenReplayGuard {
    private final IncidentTable table;

    public DynamoDbTokenReplayGuard(IncidentTable table) {
        this.table = table;
    }

    @Override
    public boolean use(String token, Instant until) {
        return IncidentTable.call("store a used token", () -> {
            try {
                table.client()
                        .putItem(put -> put.tableName(table.name())
                                .item(Map.of(
                                        IncidentTable.PK,
                                        text("used_token#" + token),
                                        IncidentTable.SK,
                                        text("used_token"),
                                        IncidentTable.EXPIRES,
                                        number(until.getEpochSecond() + 1)))
                                .conditionExpression("attribute_not_exists(pk)"));
                return true;
            } catch (ConditionalCheckFailedException e) {
                return false;
            }
        });
    }
}
