package io.tiercel.rules.eval;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a command line as POSIX {@code getopt} does: single-letter options in clusters, values behind the letters that a
 * colon follows in the option string; ends at {@code --} or the first word that is no option. Words that begin with
 * {@code --} and go on are skipped.
 */
final class GetoptParser {
    private GetoptParser() {}

    /** Options and their values in order; {@code ?} for unknown ones, an empty text for a missing value. */
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

    /** Value of the last such option, or its own name if it takes none; null if it was not given. */
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
            String word = String.valueOf(arguments.get(i));
            if (word.length() < 2 || word.charAt(0) != '-' || word.equals("--")) {
                break;
            }
            if (word.startsWith("--")) {
                continue;
            }
            for (int c = 1; c < word.length(); c++) {
                char letter = word.charAt(c);
                int known = letter == ':' ? -1 : optionString.indexOf(letter);
                if (known < 0) {
                    options.add(new Option("?", null));
                } else if (known + 1 < optionString.length() && optionString.charAt(known + 1) == ':') {
                    boolean attached = c + 1 < word.length();
                    String next = i + 1 < arguments.size() ? String.valueOf(arguments.get(i + 1)) : "";
                    options.add(new Option(String.valueOf(letter), attached ? word.substring(c + 1) : next));
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
