package io.tiercel.rules.condition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a check compares, or compares with: a field or a transformer applied to operands. */
public sealed interface Operand extends TransformerArgument {
    /** Position of the first char in the condition. */
    int offset();

    /**
     * A field as written, not yet looked up.
     *
     * @param name with dots, e.g. {@code evt.arg.flags}
     * @param argument text between brackets, without quotes; null if there are no brackets
     */
    record FieldName(String name, @Nullable String argument, int offset) implements Operand {
        /** The name with its argument in brackets. */
        public String text() {
            return argument == null ? name : name + "[" + argument + "]";
        }
    }

    /**
     * A transformer: {@code tolower(proc.name)}.
     *
     * @param index text between brackets behind {@code getopt(...)}; null if there are none
     */
    record Transformed(
            String transformer,
            List<TransformerArgument> arguments,
            @Nullable String index,
            int offset) implements Operand {}
}
