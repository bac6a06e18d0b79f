package io.tiercel.sensor.cli;

import io.tiercel.rules.condition.Expr;
import io.tiercel.rules.condition.Literal;
import io.tiercel.rules.condition.Operand;
import io.tiercel.rules.condition.RightSide;
import io.tiercel.rules.condition.TransformerArgument;
import java.util.SortedSet;
import java.util.TreeSet;

/** The fields that a condition uses. */
final class ConditionFields {
    private ConditionFields() {}

    static SortedSet<String> of(Expr condition) {
        SortedSet<String> fields = new TreeSet<>();
        collect(condition, fields);
        return fields;
    }

    private static void collect(Expr expr, SortedSet<String> fields) {
        switch (expr) {
            case Expr.And and -> and.operands().forEach(operand -> collect(operand, fields));
            case Expr.Or or -> or.operands().forEach(operand -> collect(operand, fields));
            case Expr.Not not -> collect(not.operand(), fields);
            case Expr.ExpandedMacro expanded -> collect(expanded.body(), fields);
            case Expr.MacroRef _ -> {}
            case Expr.Check check -> {
                collect(check.left(), fields);
                if (check.right() instanceof RightSide.OtherOperand other) {
                    collect(other.operand(), fields);
                }
            }
        }
    }

    private static void collect(TransformerArgument argument, SortedSet<String> fields) {
        switch (argument) {
            case Operand.FieldName field -> fields.add(field.text());
            case Operand.Transformed transformed -> transformed.arguments().forEach(inner -> collect(inner, fields));
            case TransformerArgument.Items items -> items.items().forEach(inner -> collect(inner, fields));
            case Literal _ -> {}
        }
    }
}
