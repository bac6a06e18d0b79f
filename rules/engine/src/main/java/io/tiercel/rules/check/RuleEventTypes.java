package io.tiercel.rules.check;

import io.tiercel.rules.check.ConditionCheckException.Kind;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.event.EventTypeSet;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import java.util.ArrayList;
import java.util.List;

/**
 * Derives the event types for which a condition can be true.
 *
 * <p>Comparisons of the event type restrict the set; all other comparisons do not. {@code and} intersects, {@code or}
 * unites, and {@code not} is pushed down to the comparisons. The result can be too large, but never too small.
 */
public final class RuleEventTypes {
    /** Maximum number of kernel event codes that a rule can have without a warning. */
    private static final int MANY_CODES = 100;

    private RuleEventTypes() {}

    /**
     * Returns the event types of a condition on kernel events.
     *
     * @throws ConditionCheckException if the event type is compared with another field or through a transformer
     */
    public static EventTypeSet of(CheckedExpr condition) throws ConditionCheckException {
        return types(condition, false);
    }

    /** Returns whether the set is so large that the rule slows down every event: the warning LOAD_NO_EVTTYPE. */
    public static boolean tooMany(EventTypeSet types) {
        return EventTypes.kernelCodes(types) > MANY_CODES;
    }

    private static EventTypeSet types(CheckedExpr expr, boolean negated) throws ConditionCheckException {
        return switch (expr) {
            case CheckedExpr.And and -> negated ? union(and.operands(), true) : intersection(and.operands(), false);
            case CheckedExpr.Or or -> negated ? intersection(or.operands(), true) : union(or.operands(), false);
            case CheckedExpr.Not not -> types(not.operand(), !negated);
            case CheckedExpr.Shared shared -> types(shared.body(), negated);
            // Every event has a type, so that "not evt.type exists" applies to no type, as in Falco.
            case CheckedExpr.Exists exists ->
                negated && isEventType(exists.source()) ? EventTypeSet.none() : EventTypeSet.all();
            case CheckedExpr.Compare compare ->
                restricted(compare.source(), compare.operator(), List.of(compare.constant()), negated);
            case CheckedExpr.Member member ->
                member.any()
                        ? neutral(member.source())
                        : restricted(member.source(), Operator.IN, member.set().constants(), negated);
            case CheckedExpr.Quantified quantified -> neutral(quantified.source());
            case CheckedExpr.PathMatch prefixed -> neutral(prefixed.source());
            case CheckedExpr.CompareSources compare -> {
                if (namesEventType(compare.source()) || namesEventType(compare.other())) {
                    throw new ConditionCheckException(
                            Kind.EVENT_TYPE_COMPARISON, 0, "the event type can be compared only with constants");
                }
                yield EventTypeSet.all();
            }
        };
    }

    private static EventTypeSet union(List<CheckedExpr> operands, boolean negated) throws ConditionCheckException {
        EventTypeSet result = EventTypeSet.none();
        for (CheckedExpr operand : operands) {
            result = result.union(types(operand, negated));
        }
        return result;
    }

    private static EventTypeSet intersection(List<CheckedExpr> operands, boolean negated)
            throws ConditionCheckException {
        EventTypeSet result = EventTypeSet.all();
        for (CheckedExpr operand : operands) {
            result = result.intersection(types(operand, negated));
        }
        return result;
    }

    private static EventTypeSet restricted(
            ValueSource source, Operator operator, List<Constant> constants, boolean negated)
            throws ConditionCheckException {
        if (!(source instanceof ValueSource.FieldValue field)) {
            return neutral(source);
        }
        Field named = field.ref().field();
        boolean equal = operator == Operator.EQUAL || operator == Operator.IN;
        if (ConstantReader.isEventType(named) && (equal || operator == Operator.NOT_EQUAL)) {
            EventTypeSet types = named(constants);
            return equal == negated ? types.complement() : types;
        }
        if (named == Field.EVT_NUM) {
            return numbered(operator, constants, negated);
        }
        return EventTypeSet.all();
    }

    private static EventTypeSet named(List<Constant> constants) {
        List<String> names = new ArrayList<>();
        for (Constant constant : constants) {
            if (constant instanceof Constant.Text(String name)) {
                names.add(name);
            }
        }
        return EventTypeSet.ofNames(names);
    }

    /**
     * Handles {@code evt.num}. Events are numbered from 1, so rules use {@code evt.num = 0} for "never" and {@code
     * evt.num >= 0} for "always".
     */
    private static EventTypeSet numbered(Operator operator, List<Constant> constants, boolean negated) {
        boolean never = constants.stream().allMatch(constant -> number(constant, operator, false));
        boolean always = !never && constants.stream().allMatch(constant -> number(constant, operator, true));
        return (negated ? always : never) ? EventTypeSet.none() : EventTypeSet.all();
    }

    private static boolean number(Constant constant, Operator operator, boolean always) {
        if (!(constant instanceof Constant.Numeric(long value))) {
            return false;
        }
        return switch (operator) {
            case EQUAL, IN, LESS_OR_EQUAL -> !always && value == 0;
            case LESS -> !always && (value == 0 || value == 1);
            case NOT_EQUAL, GREATER -> always && value == 0;
            case GREATER_OR_EQUAL -> always && (value == 0 || value == 1);
            default -> false;
        };
    }

    private static EventTypeSet neutral(ValueSource source) throws ConditionCheckException {
        if (!(source instanceof ValueSource.FieldValue) && namesEventType(source)) {
            throw new ConditionCheckException(
                    Kind.EVENT_TYPE_COMPARISON, 0, "no transformer can be applied to the event type");
        }
        return EventTypeSet.all();
    }

    private static boolean isEventType(ValueSource source) {
        return source instanceof ValueSource.FieldValue field && field.ref().field() == Field.EVT_TYPE;
    }

    private static boolean namesEventType(ValueSource source) {
        return switch (source) {
            case ValueSource.FieldValue field ->
                ConstantReader.isEventType(field.ref().field());
            case ValueSource.ConstantText _ -> false;
            case ValueSource.Items items -> items.items().stream().anyMatch(RuleEventTypes::namesEventType);
            case ValueSource.TextMapped mapped -> namesEventType(mapped.argument());
            case ValueSource.Length length -> namesEventType(length.argument());
            case ValueSource.Joined joined -> namesEventType(joined.separator()) || namesEventType(joined.parts());
            case ValueSource.Options options -> namesEventType(options.arguments());
        };
    }
}
