package io.tiercel.rules.compile;

import io.tiercel.rules.check.CheckedExpr;
import java.util.HashSet;
import java.util.Set;

/**
 * What fits into one class: its constant pool has 65,535 entries. Every check is taken to need several, whatever it shares
 * with others. The official rules need a tenth of this.
 */
final class ClassSizeBudget {
    /** Entries for a check: constant, call, and the value that it reads with field and method. */
    private static final int CHECK = 8;

    /** Entries for a method. */
    private static final int METHOD = 4;

    /** The class's own entries, and those of the methods that large conditions are cut into, come on top. */
    private static final int LIMIT = 56_000;

    /** Checks of conditions that are folded for event types, each condition counted for each group of types. */
    private static final int FOLDED_CHECKS = 100_000;

    /** Conditions that are folded, counted likewise. Each needs up to two methods. */
    private static final int FOLDED_CONDITIONS = 1_000;

    private final Set<Integer> slots = new HashSet<>();
    private int taken;
    private int foldedChecks;
    private int foldedConditions;

    /** Whether one more condition may be folded for a group of event types; if so, it counts from now on. */
    boolean mayFold(CheckedExpr condition) {
        int room = FOLDED_CHECKS - foldedChecks;
        int left = left(condition, room * CHECK, new HashSet<>()) / CHECK;
        if (left <= 0 || foldedConditions == FOLDED_CONDITIONS) {
            return false;
        }
        foldedChecks = FOLDED_CHECKS - left;
        foldedConditions++;
        return true;
    }

    /** Whether the condition still fits; if so, it and the parts that it shares with others count from now on. */
    boolean take(CheckedExpr condition) {
        Set<Integer> more = new HashSet<>();
        int room = LIMIT - taken;
        int left = left(condition, room - METHOD, more);
        if (left < 0) {
            return false;
        }
        taken += room - left;
        slots.addAll(more);
        return true;
    }

    /** What is left of the room; less than 0 if it does not suffice. */
    private int left(CheckedExpr expr, int room, Set<Integer> more) {
        if (room < 0) {
            return room;
        }
        return switch (expr) {
            case CheckedExpr.And and -> left(and.operands(), room, more);
            case CheckedExpr.Or or -> left(or.operands(), room, more);
            case CheckedExpr.Not not -> left(not.operand(), room, more);
            case CheckedExpr.Shared shared ->
                slots.contains(shared.slot()) || !more.add(shared.slot())
                        ? room
                        : left(shared.body(), room - METHOD, more);
            case CheckedExpr.Quantified quantified -> {
                long entries = (long) CHECK * quantified.constants().size();
                yield (int) Math.max(-1, room - entries);
            }
            case CheckedExpr.CompareSources _ -> room - 2 * CHECK;
            case CheckedExpr.Exists _, CheckedExpr.Compare _, CheckedExpr.Member _, CheckedExpr.PathMatch _ ->
                room - CHECK;
        };
    }

    private int left(Iterable<CheckedExpr> operands, int room, Set<Integer> more) {
        int left = room;
        for (CheckedExpr operand : operands) {
            left = left(operand, left, more);
        }
        return left;
    }
}
