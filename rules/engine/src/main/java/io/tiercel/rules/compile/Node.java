package io.tiercel.rules.compile;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ConstantSet;
import io.tiercel.rules.check.Source;
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
        Source source();
    }

    record Exists(Source source) implements Check {}

    record Text(Source source, Operator operator, Constant constant) implements Check {}

    record TextIn(Source source, List<String> texts) implements Check {}

    record TextBegins(Source source, List<String> prefixes) implements Check {}

    /** The text contains a part; all parts begin alike. */
    record TextContains(Source source, List<String> parts) implements Check {}

    record Covered(Source source, PathPrefixes prefixes) implements Check {}

    record Number(Source source, Operator operator, long constant) implements Check {}

    record NumberIn(Source source, ConstantSet set) implements Check {}

    record Address(Source source, boolean equal, Constant constant) implements Check {}

    record AddressIn(Source source, ConstantSet set) implements Check {}

    /** A check that some value of several must pass. */
    record Several(Source source, Operator operator, Constant constant) implements Check {}

    /** There are values, and none is the constant. */
    record NoneEqual(Source source, Constant constant) implements Check {}

    record SeveralIn(Source source, ConstantSet set) implements Check {}

    record SeveralCovered(Source source, PathPrefixes prefixes) implements Check {}

    record ListIn(Source source, boolean any, ConstantSet set) implements Check {}

    record Texts(Source source, Operator operator, Source other) implements Check {}

    record Numbers(Source source, Operator operator, Source other) implements Check {}

    /** A comparison of two values that is left to the interpreter. */
    record Sources(Source source, CheckedExpr.CompareSources compare) implements Check {}

    /** A check under a modifier that is left to the interpreter. */
    record Quantified(Source source, CheckedExpr.Quantified quantified) implements Check {}
}
