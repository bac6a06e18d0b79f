package io.tiercel.functions.respond.action;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A parameter of an action: its name, its type and what it means. Values are texts in their plainest form. */
public sealed interface ParameterSpec {
    /** The name in policies. */
    String name();

    /** What it means, in a few words. */
    String meaning();

    /** The value where the policy gives none; null if it must. */
    @Nullable
    String standard();

    /** What is wrong with a value, as what would be right; null if nothing is. */
    @Nullable
    String problem(String value);

    /** A text of a certain shape. */
    record Text(String name, Pattern shape, @Nullable String standard, String meaning) implements ParameterSpec {
        @Override
        public @Nullable String problem(String value) {
            return shape.matcher(value).matches() ? null : "write " + meaning + ", such that " + shape + " matches";
        }
    }

    /** A whole number. */
    record Number(String name, long least, long most, String standard, String meaning) implements ParameterSpec {
        @Override
        public @Nullable String problem(String value) {
            boolean digits = value.length() <= 18 && value.matches("-?[0-9]+");
            return digits && Long.parseLong(value) >= least && Long.parseLong(value) <= most
                    ? null
                    : "write a whole number from " + least + " to " + most;
        }
    }

    /** True or false. */
    record Flag(String name, String standard, String meaning) implements ParameterSpec {
        @Override
        public @Nullable String problem(String value) {
            return value.equals("true") || value.equals("false") ? null : "write true or false";
        }
    }

    /** One of some words. */
    record Choice(String name, List<String> words, String standard, String meaning) implements ParameterSpec {
        @Override
        public @Nullable String problem(String value) {
            return words.contains(value) ? null : "use one of " + String.join(", ", words);
        }
    }

    static ParameterSpec text(String name, String shape, @Nullable String standard, String meaning) {
        return new Text(name, Pattern.compile(shape), standard, meaning);
    }

    static ParameterSpec number(String name, long least, long most, long standard, String meaning) {
        return new Number(name, least, most, Long.toString(standard), meaning);
    }

    static ParameterSpec flag(String name, boolean standard, String meaning) {
        return new Flag(name, Boolean.toString(standard), meaning);
    }

    static ParameterSpec choice(String name, List<String> words, String standard, String meaning) {
        return new Choice(name, words, standard, meaning);
    }
}
