package io.tiercel.rules.compile;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ConstantSet;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.match.PathPrefixes;
import java.util.List;

/** Intermediate representation of a condition, in which each comparison has a fixed kind of value. */
sealed interface Node {
    /** True if all operands are true, or if there are none. */
    record All(List<Node> operands) implements Node {}

    /** True if at least one operand is true. */
    record Any(List<Node> operands) implements Node {}

    /** True if exactly one operand is true. */
    record One(List<Node> operands) implements Node {}

    record Not(Node operand) implements Node {}

    /** A shared subexpression, by slot. */
    record Shared(int slot) implements Node {}

    /** A subexpression in a separate method, because its method would be too large otherwise. */
    record Outlined(int part) implements Node {}

    /** A condition that the interpreter evaluates. */
    record Interpreted(CheckedExpr expr) implements Node {}

    /** A comparison of one or two values. */
    sealed interface Check extends Node {
        ValueSource source();
    }

    record Exists(ValueSource source) implements Check {}

    record Text(ValueSource source, Operator operator, Constant constant) implements Check {}

    record TextIn(ValueSource source, List<String> texts) implements Check {}

    record TextStartsWith(ValueSource source, List<String> prefixes) implements Check {}

    /** True if the text contains one of several substrings, which have a common prefix. */
    record TextContains(ValueSource source, List<String> parts) implements Check {}

    record UnderPath(ValueSource source, PathPrefixes prefixes) implements Check {}

    record Numeric(ValueSource source, Operator operator, long constant) implements Check {}

    record NumericIn(ValueSource source, ConstantSet set) implements Check {}

    record Address(ValueSource source, boolean equal, Constant constant) implements Check {}

    record AddressIn(ValueSource source, ConstantSet set) implements Check {}

    /** True if any of several values satisfies the comparison. */
    record AnyValue(ValueSource source, Operator operator, Constant constant) implements Check {}

    /** True if there are values and none equals the constant. */
    record NoneEqual(ValueSource source, Constant constant) implements Check {}

    record AnyValueIn(ValueSource source, ConstantSet set) implements Check {}

    record AnyValueUnderPath(ValueSource source, PathPrefixes prefixes) implements Check {}

    record ListIn(ValueSource source, boolean any, ConstantSet set) implements Check {}

    record TextPair(ValueSource source, Operator operator, ValueSource other) implements Check {}

    record NumericPair(ValueSource source, Operator operator, ValueSource other) implements Check {}

    /** A comparison of two values that the interpreter evaluates. */
    record SourcePair(ValueSource source, CheckedExpr.CompareSources compare) implements Check {}

    /** A comparison with a modifier that the interpreter evaluates. */
    record Quantified(ValueSource source, CheckedExpr.Quantified quantified) implements Check {}
}
