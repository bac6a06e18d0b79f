package io.tiercel.rules.check;

import io.tiercel.rules.check.ConditionWarning.Kind;
import io.tiercel.rules.condition.ConditionParser;
import io.tiercel.rules.condition.Expr;
import io.tiercel.rules.condition.Literal;
import io.tiercel.rules.condition.Operand;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.condition.RightSide;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldTrait;
import io.tiercel.rules.match.PosixRegex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds probable mistakes in a condition. It needs only the syntax tree, so it also works if checking fails. */
public final class ConditionLinter {
    /** First components of all field names. Only constants that start with one of them can be field names. */
    private static final Set<String> FIRST_COMPONENTS = Arrays.stream(Field.values())
            .map(field -> field.fieldName().substring(0, field.fieldName().indexOf('.')))
            .collect(Collectors.toUnmodifiableSet());

    private final List<ConditionWarning> found = new ArrayList<>();

    private ConditionLinter() {}

    /** Returns the warnings about a condition in the order of its text. */
    public static List<ConditionWarning> lint(Expr expr) {
        ConditionLinter linter = new ConditionLinter();
        linter.search(expr, null);
        return List.copyOf(linter.found);
    }

    private void search(Expr expr, @Nullable String macro) {
        switch (expr) {
            case Expr.And and -> and.operands().forEach(operand -> search(operand, macro));
            case Expr.Or or -> or.operands().forEach(operand -> search(operand, macro));
            case Expr.Not not -> search(not.operand(), macro);
            case Expr.ExpandedMacro expanded -> search(expanded.body(), expanded.macro());
            case Expr.MacroRef _ -> {}
            case Expr.Check check -> search(check, macro);
        }
    }

    private void search(Expr.Check check, @Nullable String macro) {
        operand(check.left(), macro);
        switch (check.right()) {
            case RightSide.None _ -> {}
            case RightSide.OtherOperand other -> operand(other.operand(), macro);
            case RightSide.SingleValue single -> value(check, single.value(), macro);
            case RightSide.ValueList several -> several.values().forEach(value -> value(check, value, macro));
        }
    }

    private void operand(Operand operand, @Nullable String macro) {
        switch (operand) {
            case Operand.FieldName written -> {
                Field field = Field.byName(written.name());
                if (field != null && field.is(FieldTrait.DEPRECATED)) {
                    found.add(new ConditionWarning(
                            Kind.DEPRECATED_FIELD, macro, written.offset(), written.name() + " is deprecated"));
                }
            }
            case Operand.Transformed transformed ->
                transformed.arguments().forEach(argument -> {
                    if (argument instanceof Operand inner) {
                        operand(inner, macro);
                    }
                });
        }
    }

    private void value(Expr.Check check, Literal value, @Nullable String macro) {
        String text = value.unicode();
        if (text.equals("<NA>") && isAuditField(check.left()) && comparesEquality(check.operator())) {
            found.add(new ConditionWarning(
                    Kind.UNSAFE_NA_CHECK,
                    macro,
                    value.offset(),
                    "an absent field does not equal the text <NA>; write 'not field exists' instead"));
        }
        String suspicion = suspicion(check.operator(), text);
        if (suspicion != null) {
            found.add(new ConditionWarning(Kind.SUSPICIOUS_CONSTANT, macro, value.offset(), suspicion));
        }
    }

    private static @Nullable String suspicion(Operator operator, String text) {
        if (ConditionParser.looksLikeTransformer(text)) {
            return "'" + text + "' is plain text here; remove the quotes to use the transformer";
        }
        if (namesField(text)) {
            return "'" + text + "' is plain text here; write val(" + text + ") to compare with the field";
        }
        if (operator == Operator.REGEX && PosixRegex.isLiteral(text)) {
            return "regex '" + text
                    + "' has no special characters; use =, startswith, endswith or contains, which are faster";
        }
        return null;
    }

    private static boolean namesField(String text) {
        int dot = text.indexOf('.');
        if (dot <= 0 || !FIRST_COMPONENTS.contains(text.substring(0, dot))) {
            return false;
        }
        int bracket = text.indexOf('[');
        return bracket < 0
                ? FieldResolver.isField(text, null)
                : text.endsWith("]")
                        && FieldResolver.isField(
                                text.substring(0, bracket), text.substring(bracket + 1, text.length() - 1));
    }

    private static boolean isAuditField(Operand operand) {
        return operand instanceof Operand.FieldName written
                && (written.name().startsWith("ka.") || written.name().startsWith("jevt."));
    }

    private static boolean comparesEquality(Operator operator) {
        return switch (operator) {
            case EQUAL, NOT_EQUAL, IN, INTERSECTS, PMATCH -> true;
            default -> false;
        };
    }
}
