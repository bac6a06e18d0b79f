package io.tiercel.rules.compile;

import io.tiercel.rules.check.CheckedExpr;
import java.util.HashSet;
import java.util.Set;

/**
 * Limits the number of conditions that are compiled into one class.
 *
 * <p>The constant pool of a class has at most 65,535 entries. The estimate assumes several entries for each comparison
 * and ignores entries that comparisons share. Falco's official rules need a tenth of the budget.
 */
final class ClassSizeBudget {
    /** Entries of a comparison: constant, call, and the value with its field and method. */
    private static final int CHECK = 8;

    /** Entries of a method. */
    private static final int METHOD = 4;

    /** Maximum number of estimated entries. Leaves room for the class itself and for methods of split conditions. */
    private static final int LIMIT = 56_000;

    /** Maximum number of comparisons in conditions that are folded, counted once for each group of event types. */
    private static final int FOLDED_CHECKS = 100_000;

    /** Maximum number of folded conditions, counted in the same way. Each needs up to two methods. */
    private static final int FOLDED_CONDITIONS = 1_000;

    private final Set<Integer> slots = new HashSet<>();
    private int used;
    private int foldedChecks;
    private int foldedConditions;

    /** Returns whether one more condition can be folded for a group of event types, and deducts it if so. */
    boolean tryFold(CheckedExpr condition) {
        int budget = FOLDED_CHECKS - foldedChecks;
        int remaining = remaining(condition, budget * CHECK, new HashSet<>()) / CHECK;
        if (remaining <= 0 || foldedConditions == FOLDED_CONDITIONS) {
            return false;
        }
        foldedChecks = FOLDED_CHECKS - remaining;
        foldedConditions++;
        return true;
    }

    /** Returns whether the condition fits, and deducts it and its shared subexpressions if so. */
    boolean tryAdd(CheckedExpr condition) {
        Set<Integer> newSlots = new HashSet<>();
        int budget = LIMIT - used;
        int remaining = remaining(condition, budget - METHOD, newSlots);
        if (remaining < 0) {
            return false;
        }
        used += budget - remaining;
        slots.addAll(newSlots);
        return true;
    }

    /** Returns the remaining budget; negative if the expression does not fit. */
    private int remaining(CheckedExpr expr, int budget, Set<Integer> newSlots) {
        if (budget < 0) {
            return budget;
        }
        return switch (expr) {
            case CheckedExpr.And and -> remaining(and.operands(), budget, newSlots);
            case CheckedExpr.Or or -> remaining(or.operands(), budget, newSlots);
            case CheckedExpr.Not not -> remaining(not.operand(), budget, newSlots);
            case CheckedExpr.Shared shared ->
                slots.contains(shared.slot()) || !newSlots.add(shared.slot())
                        ? budget
                        : remaining(shared.body(), budget - METHOD, newSlots);
            case CheckedExpr.Quantified quantified -> {
                long entries = (long) CHECK * quantified.constants().size();
                yield (int) Math.max(-1, budget - entries);
            }
            case CheckedExpr.CompareSources _ -> budget - 2 * CHECK;
            case CheckedExpr.Exists _, CheckedExpr.Compare _, CheckedExpr.Member _, CheckedExpr.PathMatch _ ->
                budget - CHECK;
        };
    }

    private int remaining(Iterable<CheckedExpr> operands, int budget, Set<Integer> newSlots) {
        int remaining = budget;
        for (CheckedExpr operand : operands) {
            remaining = remaining(operand, remaining, newSlots);
        }
        return remaining;
    }
}
