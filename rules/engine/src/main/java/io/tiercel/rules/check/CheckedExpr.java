package io.tiercel.rules.check;

import io.tiercel.rules.condition.Modifier;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.match.PathPrefixes;
import java.util.List;

/** Typed tree of a valid condition, ready for evaluation. */
public sealed interface CheckedExpr {
    record And(List<CheckedExpr> operands) implements CheckedExpr {}

    record Or(List<CheckedExpr> operands) implements CheckedExpr {}

    record Not(CheckedExpr operand) implements CheckedExpr {}

    /**
     * A subexpression that several conditions of the rule set can share: the body of a macro.
     *
     * @param slot index of the subexpression within the rule set, from 0; used to cache its result for one event
     */
    record Shared(int slot, CheckedExpr body) implements CheckedExpr {}

    /** True if the source has a value. */
    record Exists(ValueSource source) implements CheckedExpr {}

    /** Compares a value with one constant. The operator is never {@code in}, {@code intersects} or {@code pmatch}. */
    record Compare(ValueSource source, Operator operator, Constant constant) implements CheckedExpr {}

    /** Compares a value with several constants, combined by a modifier. */
    record Quantified(ValueSource source, Operator operator, Modifier modifier, List<Constant> constants)
            implements CheckedExpr {}

    /**
     * Membership in a list.
     *
     * @param any for a list field: true if one listed element is enough ({@code intersects}), false if all elements
     *     must be listed ({@code in})
     */
    record Member(ValueSource source, boolean any, ConstantSet set) implements CheckedExpr {}

    /** True if a path prefix covers the value: {@code pmatch}. */
    record PathMatch(ValueSource source, PathPrefixes prefixes) implements CheckedExpr {}

    /** Compares two values of the same type. */
    record CompareSources(ValueSource source, Operator operator, ValueSource other) implements CheckedExpr {}
}
