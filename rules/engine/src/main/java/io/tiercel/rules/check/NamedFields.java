package io.tiercel.rules.check;

import io.tiercel.rules.field.Field;
import java.util.Set;

/** Collects the fields that conditions and outputs name. */
public final class NamedFields {
    private NamedFields() {}

    /** Adds the fields of a condition. */
    public static void collect(CheckedExpr expr, Set<Field> fields) {
        switch (expr) {
            case CheckedExpr.And and -> and.operands().forEach(operand -> collect(operand, fields));
            case CheckedExpr.Or or -> or.operands().forEach(operand -> collect(operand, fields));
            case CheckedExpr.Not not -> collect(not.operand(), fields);
            case CheckedExpr.Shared shared -> collect(shared.body(), fields);
            case CheckedExpr.Exists exists -> collect(exists.source(), fields);
            case CheckedExpr.Compare compare -> collect(compare.source(), fields);
            case CheckedExpr.Quantified quantified -> collect(quantified.source(), fields);
            case CheckedExpr.Member member -> collect(member.source(), fields);
            case CheckedExpr.Prefixed prefixed -> collect(prefixed.source(), fields);
            case CheckedExpr.CompareSources compare -> {
                collect(compare.source(), fields);
                collect(compare.other(), fields);
            }
        }
    }

    private static void collect(Source source, Set<Field> fields) {
        switch (source) {
            case Source.FieldValue value -> fields.add(value.ref().field());
            case Source.Constant _ -> {}
            case Source.Items items -> items.items().forEach(item -> collect(item, fields));
            case Source.TextMapped mapped -> collect(mapped.argument(), fields);
            case Source.Length length -> collect(length.argument(), fields);
            case Source.Joined joined -> {
                collect(joined.separator(), fields);
                collect(joined.parts(), fields);
            }
            case Source.Options options -> collect(options.arguments(), fields);
        }
    }
}
