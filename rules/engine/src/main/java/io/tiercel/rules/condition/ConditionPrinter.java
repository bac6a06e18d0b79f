package io.tiercel.rules.condition;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Prints a condition in a canonical form.
 *
 * <p>Words are separated by one space, every {@code and} and {@code or} has parentheses, and values have quotes only
 * where required. Parsing the result gives the same tree.
 */
public final class ConditionPrinter {
    private ConditionPrinter() {}

    /** Returns the condition as text. Expanded macros are printed as their bodies. */
    public static String print(Expr expr) {
        return switch (expr) {
            case Expr.And and -> joined(and.operands(), " and ");
            case Expr.Or or -> joined(or.operands(), " or ");
            case Expr.Not not -> "not " + print(not.operand());
            case Expr.Check check -> print(check);
            case Expr.MacroRef ref -> ref.name();
            case Expr.ExpandedMacro expanded -> print(expanded.body());
        };
    }

    private static String joined(List<Expr> operands, String word) {
        return operands.stream().map(ConditionPrinter::print).collect(Collectors.joining(word, "(", ")"));
    }

    private static String print(Expr.Check check) {
        String left = print(check.left()) + " " + check.operator().text();
        if (check.modifier() != null) {
            left += " " + check.modifier().text();
        }
        return switch (check.right()) {
            case RightSide.None _ -> left;
            case RightSide.SingleValue single ->
                check.operator().takesList() || check.modifier() != null
                        ? left + " (" + print(single.value()) + ")"
                        : left + " " + print(single.value());
            case RightSide.ValueList several ->
                several.values().stream()
                        .map(ConditionPrinter::print)
                        .collect(Collectors.joining(", ", left + " (", ")"));
            case RightSide.OtherOperand(Operand.FieldName field) -> left + " val(" + field.text() + ")";
            case RightSide.OtherOperand(Operand.Transformed transformed) -> left + " " + print(transformed);
        };
    }

    /** Returns a field or transformer as text. */
    public static String print(Operand operand) {
        return switch (operand) {
            case Operand.FieldName field -> field.text();
            case Operand.Transformed transformed ->
                transformed.transformer()
                        + transformed.arguments().stream()
                                .map(ConditionPrinter::print)
                                .collect(Collectors.joining(", ", "(", ")"))
                        + (transformed.index() == null ? "" : "[" + transformed.index() + "]");
        };
    }

    private static String print(TransformerArgument argument) {
        return switch (argument) {
            case Operand operand -> print(operand);
            case Literal value -> value.quoted() ? quoted(value.unicode()) : value.unicode();
            case TransformerArgument.Items list ->
                list.items().stream().map(ConditionPrinter::print).collect(Collectors.joining(", ", "(", ")"));
        };
    }

    private static String print(Literal value) {
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
