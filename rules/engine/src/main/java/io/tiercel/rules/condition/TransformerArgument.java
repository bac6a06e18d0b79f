package io.tiercel.rules.condition;

import java.util.List;

/** An argument of a transformer: an operand, a constant, or a list of these. */
public sealed interface TransformerArgument permits Operand, Literal, TransformerArgument.Items {
    /** A parenthesized list. */
    record Items(List<TransformerArgument> items) implements TransformerArgument {}
}
