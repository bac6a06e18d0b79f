package io.tiercel.sensor.prefilter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A trie of name patterns in one array. The kernel walks it byte by byte to find the patterns that match a name, and
 * stops when no other pattern can match. The layout is Aoe's double array (An efficient digital search algorithm by
 * using a double-array structure, 1989).
 *
 * <p>Each state is a cell. The next state is at the state's base plus the input byte, if that cell's owner is the
 * state. When the name leaves the trie or ends, the state gives the number of an outcome: a set of patterns.
 */
final class DoubleArrayTrie {
    /** Owner of an unused cell. */
    static final int NO_OWNER = 0xffff;

    private static final int BYTES = 256;

    private final int[] owner;
    private final int[] base;
    private final int[] outcome;
    private final int[] endOutcome;
    private final BitSet used = new BitSet();
    private final Map<Set<NamePattern>, Integer> outcomes = new LinkedHashMap<>();
    private int firstFree;

    private static final class Node {
        private final TreeMap<Integer, Node> children = new TreeMap<>();
        private final List<NamePattern> prefixes = new ArrayList<>();
        private final List<NamePattern> complete = new ArrayList<>();
    }

    private DoubleArrayTrie(int cells) {
        owner = new int[cells];
        base = new int[cells];
        outcome = new int[cells];
        endOutcome = new int[cells];
        Arrays.fill(owner, NO_OWNER);
    }

    /**
     * Builds a trie from patterns.
     *
     * @return null if the trie needs more cells or outcomes than allowed
     */
    static @Nullable DoubleArrayTrie of(List<NamePattern> patterns, int cells, int maxOutcomes) {
        Node root = new Node();
        for (NamePattern pattern : patterns) {
            Node node = root;
            for (int i = 0; i < pattern.text().length(); i++) {
                node = node.children.computeIfAbsent((int) pattern.text().charAt(i), c -> new Node());
            }
            (pattern.whole() ? node.complete : node.prefixes).add(pattern);
        }
        DoubleArrayTrie trie = new DoubleArrayTrie(cells);
        trie.used.set(0);
        boolean fits = trie.insert(root, 0, Set.of());
        return fits && trie.outcomes.size() <= maxOutcomes ? trie : null;
    }

    private boolean insert(Node node, int state, Set<NamePattern> before) {
        Set<NamePattern> matching = union(before, node.prefixes);
        outcome[state] = outcomeNumber(matching);
        endOutcome[state] = outcomeNumber(union(matching, node.complete));
        if (node.children.isEmpty()) {
            return true;
        }
        int at = findBase(node.children.keySet());
        if (at < 0) {
            return false;
        }
        base[state] = at;
        node.children.keySet().forEach(c -> {
            used.set(at + c);
            owner[at + c] = state;
        });
        for (Map.Entry<Integer, Node> child : node.children.entrySet()) {
            if (!insert(child.getValue(), at + child.getKey(), matching)) {
                return false;
            }
        }
        return true;
    }

    private int findBase(Set<Integer> bytes) {
        firstFree = used.nextClearBit(firstFree);
        int[] labels = bytes.stream().mapToInt(Integer::intValue).toArray();
        for (int at = Math.max(firstFree - labels[0], 0); at + BYTES <= owner.length; at++) {
            if (isFree(at, labels)) {
                return at;
            }
        }
        return -1;
    }

    private boolean isFree(int at, int[] labels) {
        for (int each : labels) {
            if (used.get(at + each)) {
                return false;
            }
        }
        return true;
    }

    private int outcomeNumber(Set<NamePattern> matching) {
        return outcomes.computeIfAbsent(matching, f -> outcomes.size());
    }

    private static Set<NamePattern> union(Set<NamePattern> patterns, List<NamePattern> added) {
        if (added.isEmpty()) {
            return patterns;
        }
        Set<NamePattern> all = new HashSet<>(patterns);
        all.addAll(added);
        return Set.copyOf(all);
    }

    int owner(int cell) {
        return owner[cell];
    }

    int base(int cell) {
        return base[cell];
    }

    int outcome(int cell) {
        return outcome[cell];
    }

    int endOutcome(int cell) {
        return endOutcome[cell];
    }

    /** Returns the number of cells up to the last used one. */
    int size() {
        return used.length();
    }

    /** Returns the set of matching patterns for each outcome number. */
    List<Set<NamePattern>> outcomes() {
        return List.copyOf(outcomes.keySet());
    }
}
