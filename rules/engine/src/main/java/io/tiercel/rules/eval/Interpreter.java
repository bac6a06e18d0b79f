package io.tiercel.rules.eval;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ConstantSet;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.field.FieldType;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates conditions by walking their trees. It is simple and serves as the reference for the compiler.
 *
 * <p>A comparison is true or false. If its field or right side is absent, the comparison is false for every operator.
 * Only {@code not} can make it true.
 *
 * <p>This class has no state and is thread-safe. {@link SharedResults} adds a cache for shared subexpressions.
 */
public final class Interpreter {
    private Interpreter() {}

    /** Returns whether the condition is true for the event. */
    public static boolean matches(CheckedExpr expr, Event event) {
        return matches(expr, event, null);
    }

    static boolean matches(CheckedExpr expr, Event event, @Nullable SharedResults results) {
        return switch (expr) {
            case CheckedExpr.Compare compare -> compare(compare, event);
            case CheckedExpr.Member member -> member(member, event);
            case CheckedExpr.And and -> {
                List<CheckedExpr> operands = and.operands();
                for (int i = 0; i < operands.size(); i++) {
                    if (!matches(operands.get(i), event, results)) {
                        yield false;
                    }
                }
                yield true;
            }
            case CheckedExpr.Or or -> {
                List<CheckedExpr> operands = or.operands();
                for (int i = 0; i < operands.size(); i++) {
                    if (matches(operands.get(i), event, results)) {
                        yield true;
                    }
                }
                yield false;
            }
            case CheckedExpr.Not not -> !matches(not.operand(), event, results);
            case CheckedExpr.Shared shared ->
                results == null ? matches(shared.body(), event, null) : results.matches(shared, event);
            case CheckedExpr.Exists exists -> ValueReader.present(exists.source(), event);
            case CheckedExpr.Quantified quantified -> quantified(quantified, event);
            case CheckedExpr.PathMatch prefixed -> prefixed(prefixed, event);
            case CheckedExpr.CompareSources compare -> compareSources(compare, event);
        };
    }

    private static boolean compare(CheckedExpr.Compare compare, Event event) {
        ValueSource source = compare.source();
        Operator operator = compare.operator();
        Constant constant = compare.constant();
        List<?> several = several(source, event);
        if (several != null) {
            return anyEqual(source) && operator == Operator.NOT_EQUAL
                    ? !several.isEmpty() && !any(source.type(), several, Operator.EQUAL, constant)
                    : any(source.type(), several, operator, constant);
        }
        return switch (source.type()) {
            case TEXT, PATH, BYTES -> {
                String value = ValueReader.text(source, event);
                yield value != null && Comparisons.text(value, operator, constant);
            }
            case ADDRESS, NETWORK -> {
                InetAddress value = ValueReader.address(source, event);
                yield value != null && Comparisons.inside(value, constant) == (operator == Operator.EQUAL);
            }
            case INT64, UINT64, UINT32, PORT, TIME, BOOLEAN, DOUBLE ->
                constant instanceof Constant.Numeric(long number)
                        && ValueReader.present(source, event)
                        && Comparisons.numbers(source.type(), ValueReader.number(source, event), operator, number);
        };
    }

    /** Returns the values of a multi-valued source, which are compared one by one; null for other sources. */
    private static @Nullable List<?> several(ValueSource source, Event event) {
        if (source instanceof ValueSource.FieldValue field
                && !source.list()
                && field.ref().multiple()) {
            List<?> values = event.list(field.ref());
            return values == null ? List.of() : values;
        }
        return null;
    }

    private static boolean anyEqual(ValueSource source) {
        return source instanceof ValueSource.FieldValue field && field.ref().anyEqual();
    }

    /** Returns whether the comparison is true for at least one of several values. */
    public static boolean any(FieldType type, List<?> values, Operator operator, Constant constant) {
        for (int i = 0; i < values.size(); i++) {
            if (one(type, values.get(i), operator, constant)) {
                return true;
            }
        }
        return false;
    }

    private static boolean one(FieldType type, Object value, Operator operator, Constant constant) {
        return switch (value) {
            case String text -> Comparisons.text(text, operator, constant);
            case Long number ->
                constant instanceof Constant.Numeric(long other) && Comparisons.numbers(type, number, operator, other);
            case InetAddress address -> Comparisons.inside(address, constant) == (operator == Operator.EQUAL);
            default -> false;
        };
    }

    /** Returns whether a comparison with a modifier is true. */
    public static boolean quantified(CheckedExpr.Quantified quantified, Event event) {
        ValueSource source = quantified.source();
        List<?> several = several(source, event);
        if (several == null || anyEqual(source)) {
            int matches = 0;
            for (Constant constant : quantified.constants()) {
                boolean match = compare(new CheckedExpr.Compare(source, quantified.operator(), constant), event);
                matches += match ? 1 : 0;
            }
            return ValueReader.present(source, event) && satisfied(quantified, matches);
        }
        for (Object value : several) {
            int matches = 0;
            for (Constant constant : quantified.constants()) {
                matches += one(source.type(), value, quantified.operator(), constant) ? 1 : 0;
            }
            if (satisfied(quantified, matches)) {
                return true;
            }
        }
        return false;
    }

    private static boolean satisfied(CheckedExpr.Quantified quantified, int matches) {
        int all = quantified.constants().size();
        return switch (quantified.modifier()) {
            case ANYOF -> matches > 0;
            case ALLOF -> all > 0 && matches == all;
            case ONEOF -> matches == 1;
        };
    }

    private static boolean member(CheckedExpr.Member member, Event event) {
        ValueSource source = member.source();
        ConstantSet set = member.set();
        if (source.list()) {
            List<?> values = ValueReader.list(source, event);
            return values != null && !set.constants().isEmpty() && listed(values, set, member.any());
        }
        List<?> several = several(source, event);
        if (several != null) {
            return listed(several, set, true);
        }
        return switch (source.type()) {
            case TEXT, PATH, BYTES -> {
                String value = ValueReader.text(source, event);
                yield value != null && set.contains(value);
            }
            case ADDRESS, NETWORK -> {
                InetAddress value = ValueReader.address(source, event);
                yield value != null && set.contains(value);
            }
            case INT64, UINT64, UINT32, PORT, TIME, BOOLEAN, DOUBLE ->
                ValueReader.present(source, event) && set.contains(ValueReader.number(source, event));
        };
    }

    /** Returns whether any of the values is in the set ({@code any}), or whether all are. */
    public static boolean listed(List<?> values, ConstantSet set, boolean any) {
        for (int i = 0; i < values.size(); i++) {
            boolean found = switch (values.get(i)) {
                case String text -> set.contains(text);
                case Long number -> set.contains(number.longValue());
                case InetAddress address -> set.contains(address);
                default -> false;
            };
            if (found == any) {
                return any;
            }
        }
        return !any;
    }

    private static boolean prefixed(CheckedExpr.PathMatch prefixed, Event event) {
        List<?> several = several(prefixed.source(), event);
        if (several != null) {
            return several.stream().anyMatch(value -> prefixed.prefixes().covers(String.valueOf(value)));
        }
        String value = ValueReader.text(prefixed.source(), event);
        return value != null && prefixed.prefixes().covers(value);
    }

    /** Returns whether the comparison of two values of the event is true. */
    public static boolean compareSources(CheckedExpr.CompareSources compare, Event event) {
        ValueSource source = compare.source();
        Operator operator = compare.operator();
        ValueSource other = compare.other();
        if (!ValueReader.present(other, event)) {
            return false;
        }
        if (source.list()) {
            List<?> left = ValueReader.list(source, event);
            List<?> right = ValueReader.list(other, event);
            return left != null
                    && right != null
                    && !right.isEmpty()
                    && (operator == Operator.INTERSECTS
                            ? left.stream().anyMatch(right::contains)
                            : right.containsAll(left));
        }
        List<?> several = several(source, event);
        if (several != null) {
            Object right = value(other, event);
            boolean noneEqual = anyEqual(source) && operator == Operator.NOT_EQUAL;
            Operator effective = noneEqual ? Operator.EQUAL : operator;
            boolean found =
                    right != null && several.stream().anyMatch(left -> values(source.type(), left, effective, right));
            return noneEqual ? !several.isEmpty() && !found : found;
        }
        Object left = ValueReader.present(source, event) ? value(source, event) : null;
        Object right = value(other, event);
        return left != null && right != null && values(source.type(), left, operator, right);
    }

    private static @Nullable Object value(ValueSource source, Event event) {
        return switch (source.type()) {
            case TEXT, PATH, BYTES -> ValueReader.text(source, event);
            case ADDRESS, NETWORK -> ValueReader.address(source, event);
            case INT64, UINT64, UINT32, PORT, TIME, BOOLEAN, DOUBLE -> ValueReader.number(source, event);
        };
    }

    private static boolean values(FieldType type, Object left, Operator operator, Object right) {
        return switch (left) {
            case String text -> right instanceof String other && Comparisons.texts(text, operator, other);
            case Long number -> right instanceof Long other && Comparisons.numbers(type, number, operator, other);
            default -> left.equals(right) != (operator == Operator.NOT_EQUAL);
        };
    }
}
