package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.interact.UsedTokens;
import java.time.Instant;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** Used tokens in DynamoDB, which removes them some time after their own is over. */
public final class DynamoDbUsedTokens implements UsedTokens {
    private final IncidentTable table;

    public DynamoDbUsedTokens(IncidentTable table) {
        this.table = table;
    }

    @Override
    public boolean use(String token, Instant until) {
        return IncidentTable.call("remember what was used", () -> {
            try {
                table.client()
                        .putItem(put -> put.tableName(table.name())
                                .item(Map.of(
                                        IncidentTable.PK,
                                        text("used#" + token),
                                        IncidentTable.SK,
                                        text("used"),
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
