package io.tiercel.rules.check;

import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import java.util.Set;
import java.util.function.Consumer;

/** Collects the fields that conditions use. */
public final class FieldCollector {
    private FieldCollector() {}

    /** Adds the fields of a condition to the set. */
    public static void collect(CheckedExpr expr, Set<Field> fields) {
        forEach(expr, ref -> fields.add(ref.field()));
    }

    /** Calls the consumer for each field reference of a condition, once per occurrence. */
    public static void forEach(CheckedExpr expr, Consumer<FieldRef> fields) {
        switch (expr) {
            case CheckedExpr.And and -> and.operands().forEach(operand -> forEach(operand, fields));
            case CheckedExpr.Or or -> or.operands().forEach(operand -> forEach(operand, fields));
            case CheckedExpr.Not not -> forEach(not.operand(), fields);
            case CheckedExpr.Shared shared -> forEach(shared.body(), fields);
            case CheckedExpr.Exists exists -> forEach(exists.source(), fields);
            case CheckedExpr.Compare compare -> forEach(compare.source(), fields);
            case CheckedExpr.Quantified quantified -> forEach(quantified.source(), fields);
            case CheckedExpr.Member member -> forEach(member.source(), fields);
            case CheckedExpr.PathMatch prefixed -> forEach(prefixed.source(), fields);
            case CheckedExpr.CompareSources compare -> {
                forEach(compare.source(), fields);
                forEach(compare.other(), fields);
            }
        }
    }

    private static void forEach(ValueSource source, Consumer<FieldRef> fields) {
        switch (source) {
            case ValueSource.FieldValue value -> fields.accept(value.ref());
            case ValueSource.ConstantText _ -> {}
            case ValueSource.Items items -> items.items().forEach(item -> forEach(item, fields));
            case ValueSource.TextMapped mapped -> forEach(mapped.argument(), fields);
            case ValueSource.Length length -> forEach(length.argument(), fields);
            case ValueSource.Joined joined -> {
                forEach(joined.separator(), fields);
                forEach(joined.parts(), fields);
            }
            case ValueSource.Options options -> forEach(options.arguments(), fields);
        }
    }
}
