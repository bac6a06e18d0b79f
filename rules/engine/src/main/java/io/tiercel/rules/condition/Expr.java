package io.tiercel.rules.condition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Syntax tree of a condition.
 *
 * <p>{@link MacroSubstitution} replaces macro references with macro bodies. Names are not resolved in this tree; the
 * {@code check} package does that.
 */
public sealed interface Expr {
    /** Returns the position in the text of the condition, or of the macro that contains this expression. */
    int offset();

    /** True if all operands are true. There are at least two. */
    record And(List<Expr> operands, int offset) implements Expr {}

    /** True if at least one operand is true. There are at least two. */
    record Or(List<Expr> operands, int offset) implements Expr {}

    /** True if the operand is false. */
    record Not(Expr operand, int offset) implements Expr {}

    /**
     * A comparison.
     *
     * @param modifier null if there is none. With a modifier, the right side is a {@link RightSide.ValueList} or
     *     {@link RightSide.SingleValue}
     */
    record Check(Operand left, Operator operator, @Nullable Modifier modifier, RightSide right, int offset)
            implements Expr {}

    /** An unresolved reference to a macro. */
    record MacroRef(String name, int offset) implements Expr {}

    /**
     * A resolved reference to a macro. All references to a macro share one body object, so the checker can detect
     * shared subexpressions by identity.
     *
     * @param macro the macro's name
     * @param body the condition of the macro, without references; its positions refer to the text of the macro
     */
    record ExpandedMacro(String macro, Expr body, int offset) implements Expr {}
}
