package io.tiercel.rules.check;

import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import java.util.Set;
import java.util.function.Consumer;

/** Collects the fields that conditions and outputs name. */
public final class NamedFields {
    private NamedFields() {}

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
            case CheckedExpr.Prefixed prefixed -> each(prefixed.source(), fields);
            case CheckedExpr.CompareSources compare -> {
                each(compare.source(), fields);
                each(compare.other(), fields);
            }
        }
    }

    private static void each(Source source, Consumer<FieldRef> fields) {
        switch (source) {
            case Source.FieldValue value -> fields.accept(value.ref());
            case Source.Constant _ -> {}
            case Source.Items items -> items.items().forEach(item -> each(item, fields));
            case Source.TextMapped mapped -> each(mapped.argument(), fields);
            case Source.Length length -> each(length.argument(), fields);
            case Source.Joined joined -> {
                each(joined.separator(), fields);
                each(joined.parts(), fields);
            }
            case Source.Options options -> each(options.arguments(), fields);
        }
    }
}
