package io.tiercel.rules.condition;

import java.util.List;
import java.util.function.Function;

/** Replaces the macro references in a condition with macro bodies. */
public final class MacroSubstitution {
    /** Maximum depth of an expanded condition. Prevents stack overflow in later recursive passes. */
    private static final int DEPTH_LIMIT = ConditionDepth.MAX_LEVELS;

    private MacroSubstitution() {}

    /**
     * Replaces each macro reference with an {@link Expr.ExpandedMacro}.
     *
     * @param bodies returns the body of a macro, without references
     * @throws ConditionSyntaxException if the result is nested too deeply
     */
    public static Expr substitute(Expr expr, Function<Expr.MacroRef, Expr> bodies) throws ConditionSyntaxException {
        Expr result = expand(expr, bodies);
        if (depth(result) > DEPTH_LIMIT) {
            throw new ConditionSyntaxException(expr.offset(), "nested too deeply after macro expansion");
        }
        return result;
    }

    private static Expr expand(Expr expr, Function<Expr.MacroRef, Expr> bodies) {
        return switch (expr) {
            case Expr.And and -> new Expr.And(expand(and.operands(), bodies), and.offset());
            case Expr.Or or -> new Expr.Or(expand(or.operands(), bodies), or.offset());
            case Expr.Not not -> new Expr.Not(expand(not.operand(), bodies), not.offset());
            case Expr.Check check -> check;
            case Expr.MacroRef ref -> new Expr.ExpandedMacro(ref.name(), bodies.apply(ref), ref.offset());
            case Expr.ExpandedMacro expanded -> expanded;
        };
    }

    private static List<Expr> expand(List<Expr> operands, Function<Expr.MacroRef, Expr> bodies) {
        return operands.stream().map(operand -> expand(operand, bodies)).toList();
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
