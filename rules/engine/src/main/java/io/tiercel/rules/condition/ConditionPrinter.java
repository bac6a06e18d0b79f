package io.tiercel.rules.condition;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes a condition in a normal form: one blank between words, parentheses around every {@code and} and {@code or},
 * quotes only where they are needed. What it writes reads back as the same tree.
 */
public final class ConditionPrinter {
    private ConditionPrinter() {}

    /** The condition as text; expanded macros appear as their bodies. */
    public static String of(Expr expr) {
        return switch (expr) {
            case Expr.And and -> joined(and.operands(), " and ");
            case Expr.Or or -> joined(or.operands(), " or ");
            case Expr.Not not -> "not " + of(not.operand());
            case Expr.Check check -> of(check);
            case Expr.MacroRef ref -> ref.name();
            case Expr.ExpandedMacro expanded -> of(expanded.body());
        };
    }

    private static String joined(List<Expr> operands, String word) {
        return operands.stream().map(ConditionPrinter::of).collect(Collectors.joining(word, "(", ")"));
    }

    private static String of(Expr.Check check) {
        String left = of(check.left()) + " " + check.operator().text();
        if (check.modifier() != null) {
            left += " " + check.modifier().text();
        }
        return switch (check.right()) {
            case RightSide.None _ -> left;
            case RightSide.SingleValue single ->
                check.operator().takesList() || check.modifier() != null
                        ? left + " (" + of(single.value()) + ")"
                        : left + " " + of(single.value());
            case RightSide.ValueList several ->
                several.values().stream().map(ConditionPrinter::of).collect(Collectors.joining(", ", left + " (", ")"));
            case RightSide.OtherOperand(Operand.FieldName field) -> left + " val(" + field.text() + ")";
            case RightSide.OtherOperand(Operand.Transformed transformed) -> left + " " + of(transformed);
        };
    }

    /** A field or transformer as text. */
    public static String of(Operand operand) {
        return switch (operand) {
            case Operand.FieldName field -> field.text();
            case Operand.Transformed transformed ->
                transformed.transformer()
                        + transformed.arguments().stream()
                                .map(ConditionPrinter::of)
                                .collect(Collectors.joining(", ", "(", ")"))
                        + (transformed.index() == null ? "" : "[" + transformed.index() + "]");
        };
    }

    private static String of(TransformerArgument argument) {
        return switch (argument) {
            case Operand operand -> of(operand);
            case Literal value -> value.quoted() ? quoted(value.unicode()) : value.unicode();
            case TransformerArgument.Items list ->
                list.items().stream().map(ConditionPrinter::of).collect(Collectors.joining(", ", "(", ")"));
        };
    }

    private static String of(Literal value) {
        String text = value.unicode();
        boolean bare = !text.isEmpty() && text.chars().noneMatch(c -> c < ' ' || " ()\"'=,\\".indexOf(c) >= 0);
        return bare || !value.quoted() ? text : quoted(text);
    }

    private static String quoted(String text) {
        StringBuilder result = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            switch (c) {
                case '"', '\\' -> result.append('\\').append(c);
                case '\b' -> result.append("\\b");
                case '\f' -> result.append("\\f");
                case '\n' -> result.append("\\n");
                case '\r' -> result.append("\\r");
                case '\t' -> result.append("\\t");
                default -> {
                    if (c < ' ') {
                        result.append("\\x")
                                .append(Character.forDigit(c >> 4, 16))
                                .append(Character.forDigit(c & 15, 16));
                    } else {
                        result.append(c);
                    }
                }
            }
        }
        return result.append('"').toString();
    }
}
