package io.tiercel.rules.condition;

import java.util.List;

/** The right-hand side of a check. */
public sealed interface Right {
    /** Nothing, behind {@code exists}. */
    record None() implements Right {}

    /** One value: {@code = x}, also {@code in x} and {@code startswith anyof x} without parentheses. */
    record Single(Value value) implements Right {}

    /** A parenthesised list, possibly empty. */
    record Several(List<Value> values) implements Right {}

    /** Another operand: {@code val(proc.pname)}, {@code tolower(proc.pname)}. */
    record Other(Operand operand) implements Right {}
}
