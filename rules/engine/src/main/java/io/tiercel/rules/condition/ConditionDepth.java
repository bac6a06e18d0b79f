package io.tiercel.rules.condition;

/**
 * The depth of conditions. It is limited, because all passes over a condition are recursive, and the sensor's threads have a
 * stack of 256 KiB.
 */
public final class ConditionDepth {
    /**
     * Maximum number of nested {@code and}, {@code or}, {@code not}, macros and transformers, together with the comparison at the
     * bottom. A test shows that all passes over such a condition fit in three quarters of the stack. Parentheses alone add no level.
     */
    public static final int MAX_LEVELS = 48;

    private ConditionDepth() {}

    /** Returns the levels of a comparison: 1, and those of its deeper operand. */
    public static int of(Expr.Check check) {
        int right = check.right() instanceof RightSide.OtherOperand(Operand operand) ? levels(operand) : 0;
        return 1 + Math.max(levels(check.left()), right);
    }

    /** Returns the number of nested transformers. */
    private static int levels(Operand operand) {
        int deepest = 0;
        if (operand instanceof Operand.Transformed transformed) {
            for (TransformerArgument argument : transformed.arguments()) {
                deepest = Math.max(deepest, levels(argument));
            }
            deepest++;
        }
        return deepest;
    }

    private static int levels(TransformerArgument argument) {
        return switch (argument) {
            case Operand operand -> levels(operand);
            case TransformerArgument.Items(var items) ->
                items.stream().mapToInt(ConditionDepth::levels).max().orElse(0);
            default -> 0;
        };
    }
}
