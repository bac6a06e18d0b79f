package io.tiercel.rules.check;

import io.tiercel.rules.check.ConditionCheckException.Kind;
import io.tiercel.rules.condition.Expr;
import io.tiercel.rules.condition.Literal;
import io.tiercel.rules.condition.Modifier;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.condition.RightSide;
import io.tiercel.rules.field.FieldTrait;
import io.tiercel.rules.field.FieldType;
import io.tiercel.rules.match.PathPrefixes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks conditions after list and macro substitution. One checker is used for all rules of a rule set. */
public final class ConditionChecker {
    /** Minimum number of comparisons in a macro for its result to be cached. Smaller macros are evaluated again. */
    private static final int MIN_SHARED_CHECKS = 3;

    private final FieldTable table;
    private final OperandChecker operands;
    private final ConstantReader constants;

    public ConditionChecker(FieldTable table) {
        this.table = table;
        this.operands = new OperandChecker(table);
        this.constants = new ConstantReader();
    }

    /**
     * Checks a condition.
     *
     * @throws ConditionCheckException with the first error by position
     */
    public CheckedCondition check(Expr expr) throws ConditionCheckException {
        CheckedExpr checked = checked(expr);
        return new CheckedCondition(checked, ConditionLinter.lint(expr));
    }

    private CheckedExpr checked(Expr expr) throws ConditionCheckException {
        return switch (expr) {
            case Expr.And and -> new CheckedExpr.And(checked(and.operands()));
            case Expr.Or or -> new CheckedExpr.Or(checked(or.operands()));
            case Expr.Not not -> new CheckedExpr.Not(checked(not.operand()));
            case Expr.Check check -> check(check);
            case Expr.MacroRef ref ->
                throw new ConditionCheckException(Kind.UNKNOWN_MACRO, ref.offset(), "unknown macro " + ref.name());
            case Expr.ExpandedMacro expanded -> expanded(expanded);
        };
    }

    private List<CheckedExpr> checked(List<Expr> exprs) throws ConditionCheckException {
        List<CheckedExpr> result = new ArrayList<>(exprs.size());
        for (Expr expr : exprs) {
            result.add(checked(expr));
        }
        return List.copyOf(result);
    }

    private CheckedExpr expanded(Expr.ExpandedMacro expanded) throws ConditionCheckException {
        CheckedExpr known = table.shared(expanded.body());
        if (known != null) {
            return known;
        }
        try {
            CheckedExpr body = checked(expanded.body());
            return checks(body) < MIN_SHARED_CHECKS ? body : table.share(expanded.body(), body);
        } catch (ConditionCheckException e) {
            throw e.inMacro(expanded.macro());
        }
    }

    private static int checks(CheckedExpr expr) {
        return switch (expr) {
            case CheckedExpr.And and ->
                and.operands().stream().mapToInt(ConditionChecker::checks).sum();
            case CheckedExpr.Or or ->
                or.operands().stream().mapToInt(ConditionChecker::checks).sum();
            case CheckedExpr.Not not -> checks(not.operand());
            default -> 1;
        };
    }

    private CheckedExpr check(Expr.Check check) throws ConditionCheckException {
        ValueSource source = operands.check(check.left());
        Operator operator = check.operator();
        String problem = OperatorTable.problem(operator, check.modifier(), source);
        if (problem != null) {
            throw new ConditionCheckException(Kind.TYPE_MISMATCH, check.offset(), problem);
        }
        return switch (check.right()) {
            case RightSide.None _ -> new CheckedExpr.Exists(source);
            case RightSide.OtherOperand other -> sources(check, source, operands.check(other.operand()));
            case RightSide.SingleValue single -> values(source, operator, check.modifier(), List.of(single.value()));
            case RightSide.ValueList several -> values(source, operator, check.modifier(), several.values());
        };
    }

    private CheckedExpr values(ValueSource source, Operator operator, @Nullable Modifier modifier, List<Literal> values)
            throws ConditionCheckException {
        List<Constant> read = new ArrayList<>(values.size());
        for (Literal value : values) {
            read.add(constants.read(source, operator, value));
        }
        if (modifier != null) {
            return new CheckedExpr.Quantified(source, operator, modifier, List.copyOf(read));
        }
        return switch (operator) {
            case IN -> new CheckedExpr.Member(source, false, new ConstantSet(read));
            case INTERSECTS -> new CheckedExpr.Member(source, true, new ConstantSet(read));
            case PMATCH ->
                new CheckedExpr.PathMatch(
                        source,
                        PathPrefixes.of(values.stream().map(Literal::text).toList()));
            default -> new CheckedExpr.Compare(source, operator, read.getFirst());
        };
    }

    private static CheckedExpr sources(Expr.Check check, ValueSource source, ValueSource other)
            throws ConditionCheckException {
        Operator operator = check.operator();
        String problem = null;
        if (operator == Operator.REGEX || operator == Operator.PMATCH) {
            problem = operator.text() + " accepts only constants on the right side";
        } else if (source.type() == FieldType.NETWORK || other.type() == FieldType.NETWORK) {
            problem = "a network field can be compared only with constants";
        } else if (other instanceof ValueSource.FieldValue field
                && field.ref().field().is(FieldTrait.NO_RIGHT_SIDE)) {
            problem = field.ref().text() + " is not allowed on the right side";
        } else if (source.type() != other.type() || source.list() != other.list()) {
            problem = "both sides must have the same type; the left side is " + described(source)
                    + ", the right side is " + described(other);
        }
        if (problem != null) {
            throw new ConditionCheckException(Kind.TYPE_MISMATCH, check.offset(), problem);
        }
        return new CheckedExpr.CompareSources(source, operator, other);
    }

    private static String described(ValueSource source) {
        return (source.list() ? "a list of " : "") + source.type();
    }
}
