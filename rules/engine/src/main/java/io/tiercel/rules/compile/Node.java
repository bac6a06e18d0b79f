package io.tiercel.rules.compile;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ConstantSet;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.match.PathPrefixes;
import java.util.List;

/** A condition in terms of what a program can do: each check says which kind of value it reads. */
sealed interface Node {
    /** All operands hold; true without any. */
    record All(List<Node> operands) implements Node {}

    /** An operand holds; false without any. */
    record Any(List<Node> operands) implements Node {}

    /** Exactly one operand holds. */
    record One(List<Node> operands) implements Node {}

    record Not(Node operand) implements Node {}

    /** A part that other conditions use as well, by its slot. */
    record Shared(int slot) implements Node {}

    /** A part that would make its method too large and so stands in one of its own. */
    record Outlined(int part) implements Node {}

    /** A condition that stays a tree. */
    record Interpreted(CheckedExpr expr) implements Node {}

    /** A check of one value or two. */
    sealed interface Check extends Node {
        ValueSource source();
    }

    record Exists(ValueSource source) implements Check {}

    record Text(ValueSource source, Operator operator, Constant constant) implements Check {}

    record TextIn(ValueSource source, List<String> texts) implements Check {}

    record TextStartsWith(ValueSource source, List<String> prefixes) implements Check {}

    /** The text contains a part; all parts begin alike. */
    record TextContains(ValueSource source, List<String> parts) implements Check {}

    record UnderPath(ValueSource source, PathPrefixes prefixes) implements Check {}

    record Numeric(ValueSource source, Operator operator, long constant) implements Check {}

    record NumericIn(ValueSource source, ConstantSet set) implements Check {}

    record Address(ValueSource source, boolean equal, Constant constant) implements Check {}

    record AddressIn(ValueSource source, ConstantSet set) implements Check {}

    /** A check that some value of several must pass. */
    record AnyValue(ValueSource source, Operator operator, Constant constant) implements Check {}

    /** There are values, and none is the constant. */
    record NoneEqual(ValueSource source, Constant constant) implements Check {}

    record AnyValueIn(ValueSource source, ConstantSet set) implements Check {}

    record AnyValueUnderPath(ValueSource source, PathPrefixes prefixes) implements Check {}

    record ListIn(ValueSource source, boolean any, ConstantSet set) implements Check {}

    record TextPair(ValueSource source, Operator operator, ValueSource other) implements Check {}

    record NumericPair(ValueSource source, Operator operator, ValueSource other) implements Check {}

    /** A comparison of two values that is left to the interpreter. */
    record SourcePair(ValueSource source, CheckedExpr.CompareSources compare) implements Check {}

    /** A check under a modifier that is left to the interpreter. */
    record Quantified(ValueSource source, CheckedExpr.Quantified quantified) implements Check {}
}
