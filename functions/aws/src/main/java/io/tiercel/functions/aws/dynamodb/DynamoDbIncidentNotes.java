package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.operate.IncidentNotes;
import io.tiercel.rules.text.Sha256;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * Stores assignments in the items of incidents, and comments in items of their own. The incident counts its comments, and has the hash of
 * the last one. One transaction changes both, so that the same comment is not stored twice. A comment expires when the incident would without
 * further alerts.
 */
public final class DynamoDbIncidentNotes implements IncidentNotes {
    private static final String COMMENTS = "comments";
    private static final String LAST_COMMENT = "last_comment";

    private final IncidentTable table;

    public DynamoDbIncidentNotes(IncidentTable table) {
        this.table = table;
    }

    @Override
    public Optional<Assignment> assignment(String incidentId) {
        return OperatorAttributes.assignment(table.incident(incidentId, List.of(OperatorAttributes.ASSIGNMENT)));
    }

    @Override
    public void assign(String incidentId, @Nullable Assignment assignment) {
        UpdateExpression update = new UpdateExpression();
        if (assignment == null) {
            update.remove(OperatorAttributes.ASSIGNMENT);
        } else {
            update.set(OperatorAttributes.ASSIGNMENT, OperatorAttributes.attribute(assignment));
        }
        for (int attempt = 0; ; attempt++) {
            try {
                table.client()
                        .updateItem(request -> request.tableName(table.name())
                                .key(IncidentTable.incidentKey(incidentId))
                                .updateExpression(update.expression())
                                .conditionExpression("attribute_exists(pk)")
                                .expressionAttributeNames(update.names())
                                .expressionAttributeValues(update.values().isEmpty() ? null : update.values()));
                return;
            } catch (ConditionalCheckFailedException e) {
                return;
            } catch (TransactionConflictException e) {
                IncidentTable.backOff("assign an incident", attempt, e);
            } catch (SdkException e) {
                throw IncidentTable.unavailable("assign an incident", e);
            }
        }
    }

    @Override
    public Added comment(String incidentId, Comment comment) {
        AttributeValue hash = text(Sha256.hex(comment.by() + "\n" + comment.text()));
        for (int attempt = 0; ; attempt++) {
            Map<String, AttributeValue> incident =
                    table.incident(incidentId, List.of(IncidentTable.EXPIRES, COMMENTS, LAST_COMMENT));
            long count = incident.containsKey(COMMENTS) ? number(incident, COMMENTS) : 0;
            if (incident.isEmpty()) {
                return Added.UNKNOWN;
            }
            if (hash.equals(incident.get(LAST_COMMENT))) {
                return Added.REPEATED;
            }
            if (count >= MAX_COMMENTS) {
                return Added.FULL;
            }
            try {
                table.client()
                        .transactWriteItems(transaction -> transaction.transactItems(
                                counted(incidentId, incident, count, hash),
                                put(
                                        incidentId,
                                        comment,
                                        count,
                                        IncidentTable.present(incident, IncidentTable.EXPIRES))));
                return Added.ADDED;
            } catch (TransactionCanceledException e) {
                IncidentTable.backOffCancelled("store a comment", attempt, e);
            } catch (SdkException e) {
                throw IncidentTable.unavailable("store a comment", e);
            }
        }
    }

    private TransactWriteItem counted(
            String incidentId, Map<String, AttributeValue> incident, long count, AttributeValue hash) {
        Map<String, AttributeValue> values = new HashMap<>(Map.of(":next", number(count + 1), ":hash", hash));
        AttributeValue before = incident.get(COMMENTS);
        if (before != null) {
            values.put(":count", before);
        }
        return TransactWriteItem.builder()
                .update(update -> update.tableName(table.name())
                        .key(IncidentTable.incidentKey(incidentId))
                        .updateExpression("SET #comments = :next, #last_comment = :hash")
                        .conditionExpression("attribute_exists(#pk) AND "
                                + (before == null ? "attribute_not_exists(#comments)" : "#comments = :count"))
                        .expressionAttributeNames(
                                Map.of("#pk", IncidentTable.PK, "#comments", COMMENTS, "#last_comment", LAST_COMMENT))
                        .expressionAttributeValues(values))
                .build();
    }

    private TransactWriteItem put(String incidentId, Comment comment, long number, AttributeValue expires) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table.name())
                        .item(Map.of(
                                IncidentTable.PK,
                                text(IncidentTable.commentsPk(incidentId)),
                                IncidentTable.SK,
                                text("%03d".formatted(number)),
                                "by",
                                text(comment.by()),
                                "at",
                                number(comment.at().toEpochMilli()),
                                "text",
                                text(comment.text()),
                                IncidentTable.EXPIRES,
                                expires)))
                .build();
    }

    @Override
    public List<Comment> comments(String incidentId) {
        QueryRequest all = QueryRequest.builder()
                .tableName(table.name())
                .consistentRead(true)
                .keyConditionExpression("pk = :pk")
                .expressionAttributeValues(Map.of(":pk", text(IncidentTable.commentsPk(incidentId))))
                .build();
        return IncidentTable.call(
                "read the comments of an incident",
                () -> table.client().queryPaginator(all).items().stream()
                        .map(item -> new Comment(
                                Instant.ofEpochMilli(number(item, "at")), text(item, "by"), text(item, "text")))
                        .toList());
    }
}
