package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/** A condition with negation pushed down to its checks. */
sealed interface Part {
    /** All hold. */
    record All(List<Part> parts) implements Part {}

    /** One holds. */
    record Any(List<Part> parts) implements Part {}

    /** A check, or that it does not hold. */
    record Check(CheckedExpr check, boolean negated) implements Part {}

    Part ALWAYS = new All(List.of());
    Part NEVER = new Any(List.of());

    /** A condition without what is known already. */
    static Part of(CheckedExpr condition, Function<CheckedExpr, Truth> known) {
        return of(condition, false, known);
    }

    private static Part of(CheckedExpr expr, boolean negated, Function<CheckedExpr, Truth> known) {
        return switch (expr) {
            case CheckedExpr.And(List<CheckedExpr> operands) -> of(operands, !negated, negated, known);
            case CheckedExpr.Or(List<CheckedExpr> operands) -> of(operands, negated, negated, known);
            case CheckedExpr.Not(CheckedExpr operand) -> of(operand, !negated, known);
            case CheckedExpr.Shared shared -> of(shared.body(), negated, known);
            case CheckedExpr.Exists _,
                    CheckedExpr.Compare _,
                    CheckedExpr.Quantified _,
                    CheckedExpr.Member _,
                    CheckedExpr.PathMatch _,
                    CheckedExpr.CompareSources _ ->
                switch (negated ? known.apply(expr).negated() : known.apply(expr)) {
                    case NO -> NEVER;
                    case YES -> ALWAYS;
                    case MAYBE -> new Check(expr, negated);
                };
        };
    }

    private static Part of(
            List<CheckedExpr> operands, boolean all, boolean negated, Function<CheckedExpr, Truth> known) {
        Part decides = all ? NEVER : ALWAYS;
        Part neutral = all ? ALWAYS : NEVER;
        List<Part> parts = new ArrayList<>();
        for (CheckedExpr operand : operands) {
            Part part = of(operand, negated, known);
            if (part.equals(decides)) {
                return decides;
            }
            if (part instanceof All(List<Part> inner) && all) {
                parts.addAll(inner);
            } else if (part instanceof Any(List<Part> inner) && !all) {
                parts.addAll(inner);
            } else if (!part.equals(neutral)) {
                parts.add(part);
            }
        }
        return parts.size() == 1 ? parts.getFirst() : all ? new All(List.copyOf(parts)) : new Any(List.copyOf(parts));
    }

    /** Whether it holds for an event of which something is known. */
    default Truth holds(Function<CheckedExpr, Truth> known) {
        return switch (this) {
            case Check(CheckedExpr check, boolean negated) ->
                negated ? known.apply(check).negated() : known.apply(check);
            case All(List<Part> parts) -> {
                Truth all = Truth.YES;
                for (Part part : parts) {
                    Truth one = part.holds(known);
                    if (one == Truth.NO) {
                        yield Truth.NO;
                    }
                    all = one == Truth.MAYBE ? one : all;
                }
                yield all;
            }
            case Any(List<Part> parts) -> {
                Truth any = Truth.NO;
                for (Part part : parts) {
                    Truth one = part.holds(known);
                    if (one == Truth.YES) {
                        yield Truth.YES;
                    }
                    any = one == Truth.MAYBE ? one : any;
                }
                yield any;
            }
        };
    }

    /** All checks in it. */
    default void checks(Consumer<CheckedExpr> consumer) {
        switch (this) {
            case Check(CheckedExpr check, boolean _) -> consumer.accept(check);
            case All(List<Part> parts) -> parts.forEach(part -> part.checks(consumer));
            case Any(List<Part> parts) -> parts.forEach(part -> part.checks(consumer));
        }
    }

    /** What of it the kernel can look at. */
    default Set<Attribute> attributes(Function<CheckedExpr, Set<Attribute>> of) {
        Set<Attribute> attributes = new TreeSet<>();
        checks(check -> attributes.addAll(of.apply(check)));
        return attributes;
    }
}
