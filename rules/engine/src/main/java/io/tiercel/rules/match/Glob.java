package io.tiercel.rules.match;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A glob pattern for byte strings, with the semantics of POSIX {@code fnmatch} without flags.
 *
 * <p>{@code *} and {@code ?} match any byte, including a slash and a leading dot. {@code [a-z]}, {@code [!x]} and
 * {@code [[:alpha:]]} match sets of bytes. A backslash escapes the next char.
 *
 * <p>Matching backtracks only to the last star, so its time is at most proportional to the product of both lengths.
 */
public final class Glob {
    private final List<Element> elements;
    private final boolean ignoreCase;

    private Glob(List<Element> elements, boolean ignoreCase) {
        this.elements = elements;
        this.ignoreCase = ignoreCase;
    }

    /** Parses a pattern. Every text is a valid pattern. */
    public static Glob of(String pattern, boolean ignoreCase) {
        return new Glob(new Reader(pattern, ignoreCase).read(), ignoreCase);
    }

    /** Returns whether a text contains a special char of globs. */
    public static boolean isPattern(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0 || text.indexOf('[') >= 0;
    }

    /** Returns the literal prefix of all matching values. */
    public String literalPrefix() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < elements.size() && singleByte(elements.get(i)) >= 0; i++) {
            text.append((char) singleByte(elements.get(i)));
        }
        return text.toString();
    }

    /** Returns the literal suffix of all matching values. */
    public String literalSuffix() {
        StringBuilder text = new StringBuilder();
        for (int i = elements.size() - 1; i >= 0 && singleByte(elements.get(i)) >= 0; i--) {
            text.append((char) singleByte(elements.get(i)));
        }
        return text.reverse().toString();
    }

    /** Returns substrings that all matching values contain. */
    public List<String> literalParts() {
        List<String> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (Element element : elements) {
            if (singleByte(element) >= 0) {
                text.append((char) singleByte(element));
            } else {
                parts.add(text.toString());
                text.setLength(0);
            }
        }
        parts.add(text.toString());
        return parts;
    }

    /** Returns the only byte that matches an element, or -1 if no byte or several bytes match. */
    private int singleByte(Element element) {
        return element.star || ignoreCase || element.set.cardinality() != 1 ? -1 : element.set.nextSetBit(0);
    }

    /** Returns whether the pattern matches the whole value. */
    public boolean matches(String value) {
        return matches(value, 0, value.length());
    }

    /** Returns whether the pattern matches the range of the value. */
    public boolean matches(String value, int from, int to) {
        int element = 0;
        int at = from;
        int starElement = -1;
        int starAt = -1;
        while (at < to) {
            Element next = element < elements.size() ? elements.get(element) : null;
            if (next != null && next.star) {
                starElement = element++;
                starAt = at;
            } else if (next != null && next.matches(fold(value.charAt(at)))) {
                element++;
                at++;
            } else if (starElement >= 0) {
                element = starElement + 1;
                at = ++starAt;
            } else {
                return false;
            }
        }
        while (element < elements.size() && elements.get(element).star) {
            element++;
        }
        return element == elements.size();
    }

    private char fold(char c) {
        return ignoreCase ? AsciiCase.lower(c) : c;
    }

    /** A pattern element: a star or a set of bytes. A single byte and {@code ?} are sets, too. */
    private record Element(boolean star, BitSet set) {
        boolean matches(char c) {
            return set.get(c);
        }
    }

    private static final class Reader {
        private final String pattern;
        private final boolean ignoreCase;
        private int at;

        Reader(String pattern, boolean ignoreCase) {
            this.pattern = pattern;
            this.ignoreCase = ignoreCase;
        }

        List<Element> read() {
            List<Element> elements = new ArrayList<>();
            while (at < pattern.length()) {
                char c = pattern.charAt(at++);
                BitSet set = new BitSet(256);
                switch (c) {
                    case '*' -> {
                        if (elements.isEmpty() || !elements.getLast().star) {
                            elements.add(new Element(true, set));
                        }
                        continue;
                    }
                    case '?' -> set.set(0, 256);
                    case '[' -> {
                        BitSet bracket = bracket();
                        if (bracket == null) {
                            add(set, '[');
                        } else {
                            set = bracket;
                        }
                    }
                    case '\\' -> {
                        // As in glibc, a backslash at the end matches nothing, so the set stays empty.
                        if (at < pattern.length()) {
                            add(set, pattern.charAt(at++));
                        }
                    }
                    default -> add(set, c);
                }
                elements.add(new Element(false, set));
            }
            return List.copyOf(elements);
        }

        /** Parses a bracket expression. Returns null, and reads nothing, if it is not closed. */
        private @Nullable BitSet bracket() {
            int start = at;
            BitSet set = new BitSet(256);
            boolean negated = at < pattern.length() && (pattern.charAt(at) == '!' || pattern.charAt(at) == '^');
            if (negated) {
                at++;
            }
            boolean first = true;
            while (at < pattern.length()) {
                char c = pattern.charAt(at++);
                if (c == ']' && !first) {
                    if (negated) {
                        set.flip(0, 256);
                    }
                    return set;
                }
                first = false;
                if (c == '[' && at < pattern.length() && pattern.charAt(at) == ':' && characterClass(set)) {
                    continue;
                }
                if (c == '\\' && at < pattern.length()) {
                    c = pattern.charAt(at++);
                }
                range(set, c);
            }
            at = start;
            return null;
        }

        private void range(BitSet set, char from) {
            char to = from;
            if (at + 1 < pattern.length() && pattern.charAt(at) == '-' && pattern.charAt(at + 1) != ']') {
                at++;
                to = pattern.charAt(at++);
                if (to == '\\' && at < pattern.length()) {
                    to = pattern.charAt(at++);
                }
            }
            for (int c = from; c <= to; c++) {
                add(set, (char) c);
            }
        }

        private boolean characterClass(BitSet set) {
            int end = pattern.indexOf(":]", at + 1);
            if (end < 0) {
                return false;
            }
            String name = pattern.substring(at + 1, end);
            for (int c = 0; c < 128; c++) {
                if (AsciiCase.inClass(name, (char) c)) {
                    add(set, (char) c);
                }
            }
            at = end + 2;
            return true;
        }

        private void add(BitSet set, char c) {
            set.set(ignoreCase ? AsciiCase.lower(c) : c);
        }
    }
}
