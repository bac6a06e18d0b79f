package io.tiercel.rules.condition;

import java.util.List;
import java.util.function.Function;

/** Puts the bodies of macros into a condition. */
public final class MacroSubstitution {
    /** Levels of an expanded condition: keeps every later walk over it from overflowing the stack. */
    private static final int DEPTH_LIMIT = 3000;

    private MacroSubstitution() {}

    /**
     * Replaces references to macros by {@link Expr.ExpandedMacro} parts.
     *
     * @param macros the body of a macro, itself without references
     * @throws ConditionSyntaxException if the result is nested too deeply
     */
    public static Expr macros(Expr expr, Function<Expr.MacroRef, Expr> macros) throws ConditionSyntaxException {
        Expr result = expand(expr, macros);
        if (depth(result) > DEPTH_LIMIT) {
            throw new ConditionSyntaxException(expr.offset(), "too deeply nested once its macros are expanded");
        }
        return result;
    }

    private static Expr expand(Expr expr, Function<Expr.MacroRef, Expr> macros) {
        return switch (expr) {
            case Expr.And and -> new Expr.And(expand(and.operands(), macros), and.offset());
            case Expr.Or or -> new Expr.Or(expand(or.operands(), macros), or.offset());
            case Expr.Not not -> new Expr.Not(expand(not.operand(), macros), not.offset());
            case Expr.Check check -> check;
            case Expr.MacroRef ref -> new Expr.ExpandedMacro(ref.name(), macros.apply(ref), ref.offset());
            case Expr.ExpandedMacro expanded -> expanded;
        };
    }

    private static List<Expr> expand(List<Expr> operands, Function<Expr.MacroRef, Expr> macros) {
        return operands.stream().map(operand -> expand(operand, macros)).toList();
    }

    private static int depth(Expr expr) {
        return switch (expr) {
            case Expr.And and -> 1 + deepest(and.operands());
            case Expr.Or or -> 1 + deepest(or.operands());
            case Expr.Not not -> 1 + depth(not.operand());
            case Expr.ExpandedMacro expanded -> 1 + depth(expanded.body());
            case Expr.Check _, Expr.MacroRef _ -> 1;
        };
    }

    private static int deepest(List<Expr> operands) {
        return operands.stream().mapToInt(MacroSubstitution::depth).max().orElse(0);
    }
}
