package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/** A condition in negation normal form: negation occurs only directly on checks. */
sealed interface Formula {
    /** A conjunction. */
    record And(List<Formula> operands) implements Formula {}

    /** A disjunction. */
    record Or(List<Formula> operands) implements Formula {}

    /** A check or its negation. */
    record Literal(CheckedExpr check, boolean negated) implements Formula {}

    Formula ALWAYS = new And(List.of());
    Formula NEVER = new Or(List.of());

    /** Converts a condition and simplifies it with the checks whose result is known. */
    static Formula of(CheckedExpr condition, Function<CheckedExpr, Tristate> truthOf) {
        return of(condition, false, truthOf);
    }

    private static Formula of(CheckedExpr expr, boolean negated, Function<CheckedExpr, Tristate> truthOf) {
        return switch (expr) {
            case CheckedExpr.And(List<CheckedExpr> operands) -> of(operands, !negated, negated, truthOf);
            case CheckedExpr.Or(List<CheckedExpr> operands) -> of(operands, negated, negated, truthOf);
            case CheckedExpr.Not(CheckedExpr operand) -> of(operand, !negated, truthOf);
            case CheckedExpr.Shared shared -> of(shared.body(), negated, truthOf);
            case CheckedExpr.Exists _,
                    CheckedExpr.Compare _,
                    CheckedExpr.Quantified _,
                    CheckedExpr.Member _,
                    CheckedExpr.PathMatch _,
                    CheckedExpr.CompareSources _ ->
                switch (negated ? truthOf.apply(expr).negated() : truthOf.apply(expr)) {
                    case FALSE -> NEVER;
                    case TRUE -> ALWAYS;
                    case UNKNOWN -> new Literal(expr, negated);
                };
        };
    }

    private static Formula of(
            List<CheckedExpr> operands, boolean all, boolean negated, Function<CheckedExpr, Tristate> truthOf) {
        Formula absorbing = all ? NEVER : ALWAYS;
        Formula neutral = all ? ALWAYS : NEVER;
        List<Formula> formulas = new ArrayList<>();
        for (CheckedExpr operand : operands) {
            Formula formula = of(operand, negated, truthOf);
            if (formula.equals(absorbing)) {
                return absorbing;
            }
            if (formula instanceof And(List<Formula> inner) && all) {
                formulas.addAll(inner);
            } else if (formula instanceof Or(List<Formula> inner) && !all) {
                formulas.addAll(inner);
            } else if (!formula.equals(neutral)) {
                formulas.add(formula);
            }
        }
        return formulas.size() == 1
                ? formulas.getFirst()
                : all ? new And(List.copyOf(formulas)) : new Or(List.copyOf(formulas));
    }

    /** Evaluates the formula in three-valued logic. */
    default Tristate evaluate(Function<CheckedExpr, Tristate> truthOf) {
        return switch (this) {
            case Literal(CheckedExpr check, boolean negated) ->
                negated ? truthOf.apply(check).negated() : truthOf.apply(check);
            case And(List<Formula> operands) -> {
                Tristate all = Tristate.TRUE;
                for (Formula operand : operands) {
                    Tristate one = operand.evaluate(truthOf);
                    if (one == Tristate.FALSE) {
                        yield Tristate.FALSE;
                    }
                    all = one == Tristate.UNKNOWN ? one : all;
                }
                yield all;
            }
            case Or(List<Formula> operands) -> {
                Tristate any = Tristate.FALSE;
                for (Formula operand : operands) {
                    Tristate one = operand.evaluate(truthOf);
                    if (one == Tristate.TRUE) {
                        yield Tristate.TRUE;
                    }
                    any = one == Tristate.UNKNOWN ? one : any;
                }
                yield any;
            }
        };
    }

    /** Passes each check in the formula to the consumer. */
    default void forEachCheck(Consumer<CheckedExpr> consumer) {
        switch (this) {
            case Literal(CheckedExpr check, boolean _) -> consumer.accept(check);
            case And(List<Formula> operands) -> operands.forEach(operand -> operand.forEachCheck(consumer));
            case Or(List<Formula> operands) -> operands.forEach(operand -> operand.forEachCheck(consumer));
        }
    }

    /** Returns the attributes that can decide at least one check in the formula. */
    default Set<Attribute> attributes(Function<CheckedExpr, Set<Attribute>> attributesOf) {
        Set<Attribute> attributes = new TreeSet<>();
        forEachCheck(check -> attributes.addAll(attributesOf.apply(check)));
        return attributes;
    }
}
