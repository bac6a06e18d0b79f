package io.tiercel.bench.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * A write of one item, alone or in a transaction.
 *
 * @param table name of the table
 * @param key the key, possibly with other attributes
 * @param change returns the item after the write, from the state before it; empty deletes the item
 * @param condition the condition expression, or null
 * @param names aliases of attributes
 * @param values values of the expressions
 * @param returnsOld whether a failed condition returns the item
 */
record ItemWrite(
        String table,
        Map<String, AttributeValue> key,
        Function<Scope, Map<String, AttributeValue>> change,
        @Nullable String condition,
        Map<String, String> names,
        Map<String, AttributeValue> values,
        boolean returnsOld) {
    private static boolean old(@Nullable ReturnValuesOnConditionCheckFailure wanted) {
        return wanted == ReturnValuesOnConditionCheckFailure.ALL_OLD;
    }

    static ItemWrite of(PutItemRequest put) {
        return new ItemWrite(
                put.tableName(),
                put.item(),
                _ -> put.item(),
                put.conditionExpression(),
                put.expressionAttributeNames(),
                put.expressionAttributeValues(),
                old(put.returnValuesOnConditionCheckFailure()));
    }

    static ItemWrite of(DeleteItemRequest delete) {
        return new ItemWrite(
                delete.tableName(),
                delete.key(),
                _ -> Map.of(),
                delete.conditionExpression(),
                delete.expressionAttributeNames(),
                delete.expressionAttributeValues(),
                old(delete.returnValuesOnConditionCheckFailure()));
    }

    static ItemWrite of(UpdateItemRequest update) {
        ItemUpdate change = ItemUpdate.of(update.updateExpression());
        return new ItemWrite(
                update.tableName(),
                update.key(),
                before -> change.apply(before, update.key()),
                update.conditionExpression(),
                update.expressionAttributeNames(),
                update.expressionAttributeValues(),
                old(update.returnValuesOnConditionCheckFailure()));
    }

    /** Returns a write of a transaction. */
    static ItemWrite of(TransactWriteItem item) {
        if (item.put() != null) {
            var put = item.put();
            return new ItemWrite(
                    put.tableName(),
                    put.item(),
                    _ -> put.item(),
                    put.conditionExpression(),
                    put.expressionAttributeNames(),
                    put.expressionAttributeValues(),
                    old(put.returnValuesOnConditionCheckFailure()));
        }
        if (item.update() != null) {
            var update = item.update();
            ItemUpdate change = ItemUpdate.of(update.updateExpression());
            return new ItemWrite(
                    update.tableName(),
                    update.key(),
                    before -> change.apply(before, update.key()),
                    update.conditionExpression(),
                    update.expressionAttributeNames(),
                    update.expressionAttributeValues(),
                    old(update.returnValuesOnConditionCheckFailure()));
        }
        if (item.delete() != null) {
            var delete = item.delete();
            return new ItemWrite(
                    delete.tableName(),
                    delete.key(),
                    _ -> Map.of(),
                    delete.conditionExpression(),
                    delete.expressionAttributeNames(),
                    delete.expressionAttributeValues(),
                    old(delete.returnValuesOnConditionCheckFailure()));
        }
        var check = item.conditionCheck();
        return new ItemWrite(
                check.tableName(),
                check.key(),
                Scope::item,
                check.conditionExpression(),
                check.expressionAttributeNames(),
                check.expressionAttributeValues(),
                old(check.returnValuesOnConditionCheckFailure()));
    }

    private Scope scope(InMemoryTable stored) {
        return new Scope(stored.get(key), names, values);
    }

    /**
     * Writes one item alone.
     *
     * @return the item before the write
     */
    Map<String, AttributeValue> apply(InMemoryTable stored) {
        Scope before = scope(stored);
        if (!Condition.of(condition).test(before)) {
            stored.consume(key, before.item(), Map.of(), false);
            throw ConditionalCheckFailedException.builder()
                    .message("The conditional request failed")
                    .item(returnsOld && !before.item().isEmpty() ? before.item() : null)
                    .statusCode(400)
                    .build();
        }
        stored.replace(key, change.apply(before), false);
        return before.item();
    }

    /** Writes all items, or none if a condition does not hold. A cancelled transaction consumes like one that succeeds. */
    static void applyAll(List<ItemWrite> writes, Function<String, InMemoryTable> tables) {
        List<CancellationReason> reasons = new ArrayList<>();
        boolean cancelled = false;
        for (ItemWrite write : writes) {
            Scope before = write.scope(tables.apply(write.table));
            boolean holds = Condition.of(write.condition).test(before);
            cancelled |= !holds;
            CancellationReason.Builder reason =
                    CancellationReason.builder().code(holds ? "None" : "ConditionalCheckFailed");
            if (!holds && write.returnsOld) {
                reason.item(before.item());
            }
            reasons.add(reason.build());
        }
        for (ItemWrite write : writes) {
            InMemoryTable stored = tables.apply(write.table);
            Scope before = write.scope(stored);
            if (cancelled) {
                stored.consume(write.key, before.item(), Map.of(), true);
            } else {
                stored.replace(write.key, write.change.apply(before), true);
            }
        }
        if (cancelled) {
            throw TransactionCanceledException.builder()
                    .message("Transaction cancelled: " + reasons)
                    .cancellationReasons(reasons)
                    .statusCode(400)
                    .build();
        }
    }
}
