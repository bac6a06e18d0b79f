package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/** A condition with negation pushed down to its checks. */
sealed interface Formula {
    /** All hold. */
    record All(List<Formula> parts) implements Formula {}

    /** One holds. */
    record Any(List<Formula> parts) implements Formula {}

    /** A check, or that it does not hold. */
    record Check(CheckedExpr check, boolean negated) implements Formula {}

    Formula ALWAYS = new All(List.of());
    Formula NEVER = new Any(List.of());

    /** A condition without what is known already. */
    static Formula of(CheckedExpr condition, Function<CheckedExpr, Tristate> known) {
        return of(condition, false, known);
    }

    private static Formula of(CheckedExpr expr, boolean negated, Function<CheckedExpr, Tristate> known) {
        return switch (expr) {
            case CheckedExpr.And(List<CheckedExpr> operands) -> of(operands, !negated, negated, known);
            case CheckedExpr.Or(List<CheckedExpr> operands) -> of(operands, negated, negated, known);
            case CheckedExpr.Not(CheckedExpr operand) -> of(operand, !negated, known);
            case CheckedExpr.Shared shared -> of(shared.body(), negated, known);
            case CheckedExpr.Exists _,
                    CheckedExpr.Compare _,
                    CheckedExpr.Quantified _,
                    CheckedExpr.Member _,
                    CheckedExpr.Prefixed _,
                    CheckedExpr.CompareSources _ ->
                switch (negated ? known.apply(expr).negated() : known.apply(expr)) {
                    case NO -> NEVER;
                    case YES -> ALWAYS;
                    case MAYBE -> new Check(expr, negated);
                };
        };
    }

    private static Formula of(
            List<CheckedExpr> operands, boolean all, boolean negated, Function<CheckedExpr, Tristate> known) {
        Formula decides = all ? NEVER : ALWAYS;
        Formula neutral = all ? ALWAYS : NEVER;
        List<Formula> parts = new ArrayList<>();
        for (CheckedExpr operand : operands) {
            Formula part = of(operand, negated, known);
            if (part.equals(decides)) {
                return decides;
            }
            if (part instanceof All(List<Formula> inner) && all) {
                parts.addAll(inner);
            } else if (part instanceof Any(List<Formula> inner) && !all) {
                parts.addAll(inner);
            } else if (!part.equals(neutral)) {
                parts.add(part);
            }
        }
        return parts.size() == 1 ? parts.getFirst() : all ? new All(List.copyOf(parts)) : new Any(List.copyOf(parts));
    }

    /** Whether it holds for an event of which something is known. */
    default Tristate holds(Function<CheckedExpr, Tristate> known) {
        return switch (this) {
            case Check(CheckedExpr check, boolean negated) ->
                negated ? known.apply(check).negated() : known.apply(check);
            case All(List<Formula> parts) -> {
                Tristate all = Tristate.YES;
                for (Formula part : parts) {
                    Tristate one = part.holds(known);
                    if (one == Tristate.NO) {
                        yield Tristate.NO;
                    }
                    all = one == Tristate.MAYBE ? one : all;
                }
                yield all;
            }
            case Any(List<Formula> parts) -> {
                Tristate any = Tristate.NO;
                for (Formula part : parts) {
                    Tristate one = part.holds(known);
                    if (one == Tristate.YES) {
                        yield Tristate.YES;
                    }
                    any = one == Tristate.MAYBE ? one : any;
                }
                yield any;
            }
        };
    }

    /** All checks in it. */
    default void checks(Consumer<CheckedExpr> consumer) {
        switch (this) {
            case Check(CheckedExpr check, boolean _) -> consumer.accept(check);
            case All(List<Formula> parts) -> parts.forEach(part -> part.checks(consumer));
            case Any(List<Formula> parts) -> parts.forEach(part -> part.checks(consumer));
        }
    }

    /** What of it the kernel can look at. */
    default Set<Attribute> attributes(Function<CheckedExpr, Set<Attribute>> of) {
        Set<Attribute> attributes = new TreeSet<>();
        checks(check -> attributes.addAll(of.apply(check)));
        return attributes;
    }
}
