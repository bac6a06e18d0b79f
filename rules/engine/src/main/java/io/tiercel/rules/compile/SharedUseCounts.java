package io.tiercel.rules.compile;

import io.tiercel.rules.check.CheckedExpr;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How often conditions use the parts that they share. A use within a shared part counts once. */
final class SharedUseCounts {
    private final Map<Integer, Integer> uses = new HashMap<>();

    SharedUseCounts(List<CheckedExpr> conditions) {
        conditions.forEach(this::add);
    }

    /** Number of places that use the part of this slot. */
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
