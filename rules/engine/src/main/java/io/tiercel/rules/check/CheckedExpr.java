package io.tiercel.rules.check;

import io.tiercel.rules.condition.Modifier;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.match.PathPrefixes;
import java.util.List;

/** A condition that can be evaluated: every part is known to fit its neighbours. */
public sealed interface CheckedExpr {
    record And(List<CheckedExpr> operands) implements CheckedExpr {}

    record Or(List<CheckedExpr> operands) implements CheckedExpr {}

    record Not(CheckedExpr operand) implements CheckedExpr {}

    /**
     * A part that other conditions of the rule set contain as well: the body of a macro.
     *
     * @param slot number of the part within its rule set, from 0: its result may be kept there for one event
     */
    record Shared(int slot, CheckedExpr body) implements CheckedExpr {}

    /** Whether a value is present. */
    record Exists(ValueSource source) implements CheckedExpr {}

    /** A value and one constant; never {@code in}, {@code intersects}, {@code pmatch}. */
    record Compare(ValueSource source, Operator operator, Constant constant) implements CheckedExpr {}

    /** A value and several constants under a modifier. */
    record Quantified(ValueSource source, Operator operator, Modifier modifier, List<Constant> constants)
            implements CheckedExpr {}

    /**
     * Membership in a list.
     *
     * @param any for a list field: whether one element suffices ({@code intersects}) or all must be listed ({@code in})
     */
    record Member(ValueSource source, boolean any, ConstantSet set) implements CheckedExpr {}

    /** {@code pmatch}. */
    record PathMatch(ValueSource source, PathPrefixes prefixes) implements CheckedExpr {}

    /** Two values of the same type. */
    record CompareSources(ValueSource source, Operator operator, ValueSource other) implements CheckedExpr {}
}
