package io.tiercel.rules.check;

import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import java.util.Set;
import java.util.function.Consumer;

/** Collects the fields that conditions and outputs name. */
public final class FieldCollector {
    private FieldCollector() {}

    /** Adds the fields of a condition. */
    public static void collect(CheckedExpr expr, Set<Field> fields) {
        each(expr, ref -> fields.add(ref.field()));
    }

    /** Hands over every field of a condition, with its argument, as often as it is named. */
    public static void each(CheckedExpr expr, Consumer<FieldRef> fields) {
        switch (expr) {
            case CheckedExpr.And and -> and.operands().forEach(operand -> each(operand, fields));
            case CheckedExpr.Or or -> or.operands().forEach(operand -> each(operand, fields));
            case CheckedExpr.Not not -> each(not.operand(), fields);
            case CheckedExpr.Shared shared -> each(shared.body(), fields);
            case CheckedExpr.Exists exists -> each(exists.source(), fields);
            case CheckedExpr.Compare compare -> each(compare.source(), fields);
            case CheckedExpr.Quantified quantified -> each(quantified.source(), fields);
            case CheckedExpr.Member member -> each(member.source(), fields);
            case CheckedExpr.PathMatch prefixed -> each(prefixed.source(), fields);
            case CheckedExpr.CompareSources compare -> {
                each(compare.source(), fields);
                each(compare.other(), fields);
            }
        }
    }

    private static void each(ValueSource source, Consumer<FieldRef> fields) {
        switch (source) {
            case ValueSource.FieldValue value -> fields.accept(value.ref());
            case ValueSource.Constant _ -> {}
            case ValueSource.Items items -> items.items().forEach(item -> each(item, fields));
            case ValueSource.TextMapped mapped -> each(mapped.argument(), fields);
            case ValueSource.Length length -> each(length.argument(), fields);
            case ValueSource.Joined joined -> {
                each(joined.separator(), fields);
                each(joined.parts(), fields);
            }
            case ValueSource.Options options -> each(options.arguments(), fields);
        }
    }
}
