package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.record.RecordLayout.BYTE_CLASSES;
import static io.tiercel.sensor.bpf.record.RecordLayout.SUBSTRINGS;
import static io.tiercel.sensor.bpf.record.RecordLayout.SUBSTRING_STATES;

import io.tiercel.rules.check.CheckedExpr;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The substrings that checks of paths and strings require, and the automaton that finds them (Aho and Corasick, Efficient string
 * matching, 1975). A value of the attribute is 0 for a text without a substring, or the number of one that it contains. A text can have
 * several values. A disjunct survives if it survives for one of them.
 */
final class SubstringTable {
    /** Substrings of paths that are not canonical. The automaton reads a slash after the end of a text. */
    private static final List<String> NOT_CANONICAL = List.of("//", "/./", "/../");

    /** Maximum lengths of substrings, tried in order until the automaton has few enough states. */
    private static final List<Integer> LENGTHS = List.of(SUBSTRING_STATES, 32, 16, 8, 4, 0);

    private static final int BYTES = 256;

    private final Map<CheckedExpr, Set<String>> substringsOfChecks;
    private final List<String> substrings;
    private final int[] byteClasses = new int[BYTES];
    private final List<int[]> next = new ArrayList<>();
    private final List<Long> found = new ArrayList<>();

    private SubstringTable(Map<CheckedExpr, Set<String>> substringsOfChecks, Set<String> substrings) {
        this.substringsOfChecks = substringsOfChecks;
        this.substrings = List.copyOf(substrings);
    }

    /** Builds a table for the checks that require a substring. Those with the most substrings are left out first. */
    static SubstringTable of(Set<CheckedExpr> checks) {
        Map<CheckedExpr, List<String>> required = new LinkedHashMap<>();
        checks.stream()
                .map(check ->
                        Map.entry(check, Objects.requireNonNullElse(PathPatterns.substrings(check), List.<String>of())))
                .filter(entry -> !entry.getValue().isEmpty())
                .sorted(Comparator.comparingInt(entry -> entry.getValue().size()))
                .forEach(entry -> required.put(entry.getKey(), entry.getValue()));
        for (int length : LENGTHS) {
            Map<CheckedExpr, Set<String>> ofChecks = new IdentityHashMap<>();
            Set<String> all = new LinkedHashSet<>();
            required.forEach((check, texts) -> {
                Set<String> shorter = texts.stream()
                        .map(text -> text.substring(0, Math.min(text.length(), length)))
                        .collect(Collectors.toCollection(LinkedHashSet::new));
                Set<String> both = new LinkedHashSet<>(all);
                both.addAll(shorter);
                if (length > 0 && both.size() < SUBSTRINGS) {
                    ofChecks.put(check, shorter);
                    all.addAll(shorter);
                }
            });
            SubstringTable table = new SubstringTable(ofChecks, all);
            if (table.build()) {
                return table;
            }
        }
        throw new IllegalStateException("an empty automaton does not fit");
    }

    /** Builds the automaton. Returns false if it does not fit. */
    private boolean build() {
        SortedSet<Integer> bytes = new TreeSet<>();
        NOT_CANONICAL.forEach(text -> text.chars().forEach(bytes::add));
        substrings.forEach(text -> text.chars().forEach(bytes::add));
        if (bytes.size() >= BYTE_CLASSES || bytes.last() >= BYTES) {
            return false;
        }
        int classes = 0;
        for (int each : bytes) {
            byteClasses[each] = ++classes;
        }
        addState();
        NOT_CANONICAL.forEach(text -> insert(text, 0));
        for (int i = 0; i < substrings.size(); i++) {
            insert(substrings.get(i), i + 1);
        }
        if (next.size() > SUBSTRING_STATES) {
            return false;
        }
        completeTransitions();
        return true;
    }

    private int addState() {
        int[] none = new int[BYTE_CLASSES];
        Arrays.fill(none, -1);
        next.add(none);
        found.add(0L);
        return next.size() - 1;
    }

    private void insert(String text, int number) {
        int state = 0;
        for (int i = 0; i < text.length(); i++) {
            int byteClass = byteClasses[text.charAt(i)];
            int following = next.get(state)[byteClass];
            if (following < 0) {
                following = addState();
                next.get(state)[byteClass] = following;
            }
            state = following;
        }
        found.set(state, found.get(state) | 1L << number);
    }

    /** Adds the transitions of a text that leaves the trie: to the longest end of what was read that is in the trie. */
    private void completeTransitions() {
        int[] fallback = new int[next.size()];
        Queue<Integer> states = new ArrayDeque<>();
        states.add(0);
        while (!states.isEmpty()) {
            int state = states.remove();
            found.set(state, found.get(state) | found.get(fallback[state]));
            int[] transitions = next.get(state);
            for (int byteClass = 0; byteClass < BYTE_CLASSES; byteClass++) {
                int otherwise = state == 0 ? 0 : next.get(fallback[state])[byteClass];
                if (transitions[byteClass] < 0) {
                    transitions[byteClass] = otherwise;
                } else {
                    fallback[transitions[byteClass]] = otherwise;
                    states.add(transitions[byteClass]);
                }
            }
        }
    }

    int valueCount() {
        return substrings.size() + 1;
    }

    /** Evaluates a check for a text with no substring (0), or with one and possibly others. */
    Tristate evaluate(int value, CheckedExpr check) {
        return value == 0 && substringsOfChecks.containsKey(check) ? Tristate.FALSE : Tristate.UNKNOWN;
    }

    /** Returns true if the check can hold because of a substring. */
    boolean isRequired(int value, CheckedExpr check) {
        return substringsOfChecks.getOrDefault(check, Set.of()).contains(substrings.get(value - 1));
    }

    int states() {
        return next.size();
    }

    int byteClass(int each) {
        return byteClasses[each];
    }

    int next(int state, int byteClass) {
        return next.get(state)[byteClass];
    }

    /** Returns a bit for each value that a text has when it reaches the state; bit 0: the path is not canonical. */
    long found(int state) {
        return Objects.requireNonNull(found.get(state));
    }
}
