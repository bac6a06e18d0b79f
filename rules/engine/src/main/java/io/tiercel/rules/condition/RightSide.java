package io.tiercel.rules.condition;

import java.util.List;

/** The right side of a comparison. */
public sealed interface RightSide {
    /** No right side, as with {@code exists}. */
    record None() implements RightSide {}

    /** A single value: {@code = x}, and also {@code in x} and {@code startswith anyof x} without parentheses. */
    record SingleValue(Literal value) implements RightSide {}

    /** A parenthesized list, possibly empty. */
    record ValueList(List<Literal> values) implements RightSide {}

    /** Another operand, such as {@code val(proc.pname)} or {@code tolower(proc.pname)}. */
    record OtherOperand(Operand operand) implements RightSide {}
}
