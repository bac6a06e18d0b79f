package io.tiercel.rules.load;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Finds advice for syntax errors in conditions by recognizing the most common mistakes. */
final class SyntaxAdvice {
    /** Number of chars before the position that are inspected. */
    private static final int NEAR = 200;

    private static final String GENERAL =
            "a condition consists of comparisons, such as proc.name = bash or fd.name startswith /etc/, and macros, combined"
                    + " with and, or, not and parentheses";

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
     * Returns advice for a position of a condition.
     *
     * @param appended whether an appended text starts at the position
     */
    static String at(String text, int position, boolean appended) {
        int at = Math.min(position, text.length());
        String before = text.substring(Math.max(0, at - NEAR), at);
        String rest = text.substring(at);
        String word = word(rest);
        String correctSpelling = correctSpelling(word);
        if (!correctSpelling.isEmpty()) {
            return "write '" + correctSpelling + "' instead of '" + word + "'; logical operators are lower-case words";
        }
        if (appended) {
            return "start an appended condition with 'and' or 'or'";
        }
        if (word.equals("not")) {
            return "write 'not' before the field, as in not proc.name in (a, b)";
        }
        if (rest.startsWith("\\")) {
            return "write \\\\ for a backslash; in regular expressions, write [0-9], [[:alnum:]_] or [[:space:]] instead of"
                    + " \\d, \\w or \\s";
        }
        if (rest.startsWith(",")
                && (IN_BEFORE_WORD.matcher(before).find()
                        || EQUAL_BEFORE_WORD.matcher(before).find())) {
            return "put several values, or a list, in parentheses after 'in', as in proc.name in (a, b)";
        }
        if (rest.startsWith("(") && WORD_OPERATOR.matcher(before).find()) {
            return "to compare with several values, write 'in (a, b)', or use a modifier as in 'startswith anyof (a, b)'";
        }
        if (ORDERING.matcher(before).find()) {
            return "only numbers can be compared with < and >";
        }
        if (rest.isEmpty() && count(text, '(') > count(text, ')')) {
            return "add the missing ')'";
        }
        return VALUE_BEFORE.matcher(before).find() && !word.isEmpty()
                ? "put a value with spaces in quotes, as in proc.cmdline = \"ls -l\"; otherwise combine two comparisons with"
                        + " and or or"
                : GENERAL;
    }

    private static String word(String rest) {
        var matcher = WORD.matcher(rest);
        return matcher.lookingAt() ? matcher.group() : "";
    }

    /** Returns the keyword that the author probably intended; empty if there is none. */
    private static String correctSpelling(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        String keyword = KEYWORDS.contains(lower) && !word.equals(lower) ? lower : "";
        return OTHER_SPELLINGS.getOrDefault(word, keyword);
    }

    private static long count(String text, char counted) {
        return text.chars().filter(c -> c == counted).count();
    }
}
