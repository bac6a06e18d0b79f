package io.tiercel.rules.compile;

import io.tiercel.rules.check.CheckedExpr;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the uses of shared subexpressions. Uses in the body of a shared subexpression count once. */
final class SharedUseCounts {
    private final Map<Integer, Integer> uses = new HashMap<>();

    SharedUseCounts(List<CheckedExpr> conditions) {
        conditions.forEach(this::add);
    }

    /** Returns the number of uses of the subexpression with this slot. */
    int uses(int slot) {
        return uses.getOrDefault(slot, 0);
    }

    private void add(CheckedExpr expr) {
        switch (expr) {
            case CheckedExpr.And and -> and.operands().forEach(this::add);
            case CheckedExpr.Or or -> or.operands().forEach(this::add);
            case CheckedExpr.Not not -> add(not.operand());
            case CheckedExpr.Shared shared -> {
                if (uses.merge(shared.slot(), 1, Integer::sum) == 1) {
                    add(shared.body());
                }
            }
            default -> {}
        }
    }
}
