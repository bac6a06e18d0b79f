package io.tiercel.rules.condition;

import java.util.List;

/** The right-hand side of a check. */
public sealed interface RightSide {
    /** Nothing, behind {@code exists}. */
    record None() implements RightSide {}

    /** One value: {@code = x}, also {@code in x} and {@code startswith anyof x} without parentheses. */
    record SingleValue(Literal value) implements RightSide {}

    /** A parenthesised list, possibly empty. */
    record ValueList(List<Literal> values) implements RightSide {}

    /** Another operand: {@code val(proc.pname)}, {@code tolower(proc.pname)}. */
    record OtherOperand(Operand operand) implements RightSide {}
}
