package io.tiercel.rules.load;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What would be right where a condition does not parse: looks for the mistakes that people make most. */
final class SyntaxAdvice {
    /** Characters before the position that are looked at. */
    private static final int NEAR = 200;

    private static final String GENERAL =
            "a condition is checks such as proc.name = bash or fd.name startswith /etc/, and macros, joined with and, or,"
                    + " not and parentheses";

    private static final Map<String, String> OTHER_SPELLINGS =
            Map.of("&&", "and", "||", "or", "!", "not", "~", "regex");
    private static final List<String> KEYWORDS = List.of("and", "or", "not");
    private static final Pattern WORD = Pattern.compile("\\S+");
    private static final Pattern IN_BEFORE_WORD = Pattern.compile("\\bin\\s+[^\\s(]+\\s*$");
    private static final Pattern EQUAL_BEFORE_WORD = Pattern.compile("!?==?\\s*[^\\s(]+\\s*$");
    private static final Pattern WORD_OPERATOR =
            Pattern.compile("(?:i?contains|startswith|endswith|i?glob|regex|[!=]=?)\\s*$");
    private static final Pattern ORDERING = Pattern.compile("[<>]=?\\s*$");
    private static final Pattern VALUE_BEFORE = Pattern.compile("(?:[=\\s])([^\\s()\"'=,]+)\\s+$");

    private SyntaxAdvice() {}

    /**
     * Advice for a position of a condition's text.
     *
     * @param appended whether what was appended to a condition begins at the position
     */
    static String at(String text, int position, boolean appended) {
        int at = Math.min(position, text.length());
        String before = text.substring(Math.max(0, at - NEAR), at);
        String rest = text.substring(at);
        String word = word(rest);
        String spelled = spelled(word);
        if (!spelled.isEmpty()) {
            return "write '" + spelled + "' instead of '" + word + "': operators are words in lower case";
        }
        if (appended) {
            return "begin an appended condition with 'and' or 'or'";
        }
        if (word.equals("not")) {
            return "'not' stands before the field: not proc.name in (a, b)";
        }
        if (rest.startsWith("\\")) {
            return "write \\\\ for a backslash; regular expressions have no \\d, \\w or \\s: write [0-9], [[:alnum:]_] or"
                    + " [[:space:]]";
        }
        if (rest.startsWith(",")
                && (IN_BEFORE_WORD.matcher(before).find()
                        || EQUAL_BEFORE_WORD.matcher(before).find())) {
            return "several values, or a list with several items, stand in parentheses behind 'in': proc.name in (a, b)";
        }
        if (rest.startsWith("(") && WORD_OPERATOR.matcher(before).find()) {
            return "to compare with several values write 'in (a, b)', or 'startswith anyof (a, b)' and its like";
        }
        if (ORDERING.matcher(before).find()) {
            return "only numbers can be compared with < and >";
        }
        if (rest.isEmpty() && count(text, '(') > count(text, ')')) {
            return "close every '(' with ')'";
        }
        return VALUE_BEFORE.matcher(before).find() && !word.isEmpty()
                ? "if it belongs to the value, put the value in quotes: proc.cmdline = \"ls -l\"; else join two checks with and,"
                        + " or"
                : GENERAL;
    }

    private static String word(String rest) {
        var matcher = WORD.matcher(rest);
        return matcher.lookingAt() ? matcher.group() : "";
    }

    /** The keyword that was meant; empty if none. */
    private static String spelled(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        String keyword = KEYWORDS.contains(lower) && !word.equals(lower) ? lower : "";
        return OTHER_SPELLINGS.getOrDefault(word, keyword);
    }

    private static long count(String text, char wanted) {
        return text.chars().filter(c -> c == wanted).count();
    }
}
