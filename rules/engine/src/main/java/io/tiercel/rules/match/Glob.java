package io.tiercel.rules.match;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A glob as POSIX {@code fnmatch} without flags reads it, over byte strings: {@code *} and {@code ?} match any byte, also
 * a slash or a leading dot, {@code [a-z]}, {@code [!x]} and {@code [[:alpha:]]} match sets, a backslash escapes.
 *
 * <p>Matching backtracks to the last star only, so it takes at most time proportional to the product of both lengths.
 */
public final class Glob {
    private final List<Step> steps;
    private final boolean ignoreCase;

    private Glob(List<Step> steps, boolean ignoreCase) {
        this.steps = steps;
        this.ignoreCase = ignoreCase;
    }

    /** Reads a pattern; every text is one. */
    public static Glob of(String pattern, boolean ignoreCase) {
        return new Glob(new Reader(pattern, ignoreCase).read(), ignoreCase);
    }

    /** Whether a text holds a char that is special in globs. */
    public static boolean isPattern(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0 || text.indexOf('[') >= 0;
    }

    /** What every value that the pattern matches begins with. */
    public String beginning() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < steps.size() && onlyByte(steps.get(i)) >= 0; i++) {
            text.append((char) onlyByte(steps.get(i)));
        }
        return text.toString();
    }

    /** What every value that the pattern matches ends with. */
    public String end() {
        StringBuilder text = new StringBuilder();
        for (int i = steps.size() - 1; i >= 0 && onlyByte(steps.get(i)) >= 0; i--) {
            text.append((char) onlyByte(steps.get(i)));
        }
        return text.reverse().toString();
    }

    /** Texts that every value that the pattern matches contains. */
    public List<String> parts() {
        List<String> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (Step step : steps) {
            if (onlyByte(step) >= 0) {
                text.append((char) onlyByte(step));
            } else {
                parts.add(text.toString());
                text.setLength(0);
            }
        }
        parts.add(text.toString());
        return parts;
    }

    /** The byte that alone fits a step; -1 if none or several do. */
    private int onlyByte(Step step) {
        return step.star || ignoreCase || step.set.cardinality() != 1 ? -1 : step.set.nextSetBit(0);
    }

    /** Whether the pattern matches the whole value. */
    public boolean matches(String value) {
        return matches(value, 0, value.length());
    }

    /** Whether the pattern matches the whole part of the value. */
    public boolean matches(String value, int from, int to) {
        int step = 0;
        int at = from;
        int starStep = -1;
        int starAt = -1;
        while (at < to) {
            Step next = step < steps.size() ? steps.get(step) : null;
            if (next != null && next.star) {
                starStep = step++;
                starAt = at;
            } else if (next != null && next.matches(fold(value.charAt(at)))) {
                step++;
                at++;
            } else if (starStep >= 0) {
                step = starStep + 1;
                at = ++starAt;
            } else {
                return false;
            }
        }
        while (step < steps.size() && steps.get(step).star) {
            step++;
        }
        return step == steps.size();
    }

    private char fold(char c) {
        return ignoreCase ? AsciiCase.lower(c) : c;
    }

    /** One element: a star, or a set of bytes. A single byte and {@code ?} are sets as well. */
    private record Step(boolean star, BitSet set) {
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

        List<Step> read() {
            List<Step> steps = new ArrayList<>();
            while (at < pattern.length()) {
                char c = pattern.charAt(at++);
                BitSet set = new BitSet(256);
                switch (c) {
                    case '*' -> {
                        if (steps.isEmpty() || !steps.getLast().star) {
                            steps.add(new Step(true, set));
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
                        // A backslash at the end matches nothing, as in glibc: the set stays empty.
                        if (at < pattern.length()) {
                            add(set, pattern.charAt(at++));
                        }
                    }
                    default -> add(set, c);
                }
                steps.add(new Step(false, set));
            }
            return List.copyOf(steps);
        }

        /** The set of a bracket expression; null, and nothing read, if it is never closed. */
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
