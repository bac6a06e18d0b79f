package io.tiercel.rules.eval;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses a command line like POSIX {@code getopt}.
 *
 * <p>Single-letter options can be combined in one argument. In the option string, a colon after a letter means that the
 * option has a value. Parsing stops at {@code --} or the first argument that is not an option. Long options, which
 * start with {@code --}, are skipped.
 */
final class GetoptParser {
    private GetoptParser() {}

    /** Returns options and values in order. Unknown options are {@code ?}, and a missing value is an empty text. */
    static List<String> all(List<?> arguments, String optionString) {
        List<String> result = new ArrayList<>();
        for (Option option : parse(arguments, optionString)) {
            result.add(option.name);
            if (option.value != null) {
                result.add(option.value);
            }
        }
        return result;
    }

    /**
     * Returns the value of the last occurrence of an option, or its name if it has no value; null if it is not present.
     */
    static @Nullable String value(List<?> arguments, String optionString, String name) {
        String value = null;
        for (Option option : parse(arguments, optionString)) {
            if (option.name.equals(name)) {
                value = option.value == null ? option.name : option.value;
            }
        }
        return value;
    }

    private static List<Option> parse(List<?> arguments, String optionString) {
        List<Option> options = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = String.valueOf(arguments.get(i));
            if (argument.length() < 2 || argument.charAt(0) != '-' || argument.equals("--")) {
                break;
            }
            if (argument.startsWith("--")) {
                continue;
            }
            for (int c = 1; c < argument.length(); c++) {
                char letter = argument.charAt(c);
                int known = letter == ':' ? -1 : optionString.indexOf(letter);
                if (known < 0) {
                    options.add(new Option("?", null));
                } else if (known + 1 < optionString.length() && optionString.charAt(known + 1) == ':') {
                    boolean attached = c + 1 < argument.length();
                    String next = i + 1 < arguments.size() ? String.valueOf(arguments.get(i + 1)) : "";
                    options.add(new Option(String.valueOf(letter), attached ? argument.substring(c + 1) : next));
                    i += attached ? 0 : 1;
                    break;
                } else {
                    options.add(new Option(String.valueOf(letter), null));
                }
            }
        }
        return options;
    }

    private record Option(String name, @Nullable String value) {}
}
