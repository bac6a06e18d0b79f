package io.tiercel.rules.condition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An operand of a comparison: a field, or a transformer applied to operands. */
public sealed interface Operand extends TransformerArgument {
    /** Returns the position of the first char in the condition. */
    int offset();

    /**
     * An unresolved reference to a field.
     *
     * @param name name with dots, for example {@code evt.arg.flags}
     * @param argument text in brackets, without quotes; null if there are no brackets
     */
    record FieldName(String name, @Nullable String argument, int offset) implements Operand {
        /** Returns the name with its argument in brackets. */
        public String text() {
            return argument == null ? name : name + "[" + argument + "]";
        }
    }

    /**
     * An applied transformer, such as {@code tolower(proc.name)}.
     *
     * @param index text in brackets after {@code getopt(...)}; null if there are no brackets
     */
    record Transformed(
            String transformer,
            List<TransformerArgument> arguments,
            @Nullable String index,
            int offset) implements Operand {}
}
