package io.tiercel.rules.condition;

import java.util.List;

/** What a transformer may be applied to: an operand, a constant, or a list of these. */
public sealed interface TransformerArgument permits Operand, Literal, TransformerArgument.Items {
    /** A parenthesised list. */
    record Items(List<TransformerArgument> items) implements TransformerArgument {}
}
