package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Splits a condition into disjuncts, one of which must hold. Separate disjuncts keep the kernel's findings about
 * alternatives apart. An alternative whose operands test a single attribute stays whole, because one table can
 * represent it.
 */
final class DisjunctSplitter {
    private final int maxDisjuncts;
    private final Function<CheckedExpr, Set<Attribute>> attributes;

    /**
     * Creates a splitter that produces at most {@code maxDisjuncts} disjuncts. Parts that would exceed the limit are
     * not split.
     */
    DisjunctSplitter(int maxDisjuncts, Function<CheckedExpr, Set<Attribute>> attributes) {
        this.maxDisjuncts = maxDisjuncts;
        this.attributes = attributes;
    }

    /** Returns the disjuncts, or an empty list if the condition never holds. */
    List<Formula> split(Formula formula) {
        return switch (formula) {
            case Formula.Literal _ -> List.of(formula);
            case Formula.Or(List<Formula> operands) -> {
                if (!operands.isEmpty() && formula.attributes(attributes).size() <= 1) {
                    yield List.of(formula);
                }
                List<Formula> disjuncts = new ArrayList<>();
                for (Formula operand : byAttribute(operands)) {
                    disjuncts.addAll(split(operand));
                }
                yield disjuncts.size() > maxDisjuncts ? List.of(formula) : disjuncts;
            }
            case Formula.And(List<Formula> operands) -> {
                List<Formula> disjuncts = List.of(Formula.ALWAYS);
                for (Formula one : operands) {
                    disjuncts = and(disjuncts, one);
                }
                yield disjuncts;
            }
        };
    }

    /** Returns alternatives of which those that test the same single attribute are joined. */
    private List<Formula> byAttribute(List<Formula> operands) {
        Map<Set<Attribute>, List<Formula>> groups = new LinkedHashMap<>();
        List<Formula> all = new ArrayList<>();
        for (Formula operand : operands) {
            Set<Attribute> tested = operand.attributes(attributes);
            if (tested.size() == 1) {
                groups.computeIfAbsent(tested, _ -> new ArrayList<>()).add(operand);
            } else {
                all.add(operand);
            }
        }
        groups.values().forEach(group -> all.add(group.size() == 1 ? group.getFirst() : new Formula.Or(group)));
        return all;
    }

    private List<Formula> and(List<Formula> disjuncts, Formula formula) {
        List<Formula> alternatives = split(formula);
        if (disjuncts.size() * alternatives.size() > maxDisjuncts) {
            alternatives = List.of(formula);
        }
        List<Formula> product = new ArrayList<>();
        for (Formula disjunct : disjuncts) {
            for (Formula alternative : alternatives) {
                product.add(and(disjunct, alternative));
            }
        }
        return product;
    }

    private static Formula and(Formula left, Formula right) {
        List<Formula> operands =
                new ArrayList<>(left instanceof Formula.And(List<Formula> inner) ? inner : List.of(left));
        operands.addAll(right instanceof Formula.And(List<Formula> inner) ? inner : List.of(right));
        return operands.size() == 1 ? operands.getFirst() : new Formula.And(List.copyOf(operands));
    }
}
