package io.tiercel.rules.condition;

import java.util.List;

/** What a transformer may be applied to: an operand, a constant, or a list of these. */
public sealed interface Argument permits Operand, Value, Argument.Items {
    /** A parenthesised list. */
    record Items(List<Argument> items) implements Argument {}
}
