package io.tiercel.rules.condition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A condition as a tree.
 *
 * <p>{@link MacroSubstitution} puts the bodies of macros into it. Text is only text here: whether a field exists is for the
 * {@code check} package to say.
 */
public sealed interface Expr {
    /** Position in the text of the condition, or of the macro that this part was written in. */
    int offset();

    /** All operands hold; at least two. */
    record And(List<Expr> operands, int offset) implements Expr {}

    /** One operand holds; at least two. */
    record Or(List<Expr> operands, int offset) implements Expr {}

    /** The operand does not hold. */
    record Not(Expr operand, int offset) implements Expr {}

    /**
     * A comparison.
     *
     * @param modifier null for most; then the right side is a {@link RightSide.ValueList} or {@link RightSide.SingleValue}
     */
    record Check(Operand left, Operator operator, @Nullable Modifier modifier, RightSide right, int offset)
            implements Expr {}

    /** Name of a macro, still to be replaced. */
    record MacroRef(String name, int offset) implements Expr {}

    /**
     * What a macro was replaced with. The body is the same object wherever the macro is used, which tells the checker
     * what rules share.
     *
     * @param macro the macro's name
     * @param body the macro's condition, itself without references; its positions are those of the macro's text
     */
    record ExpandedMacro(String macro, Expr body, int offset) implements Expr {}
}
