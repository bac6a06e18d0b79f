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
 * Patterns as a trie in one array, in which the kernel finds the patterns that a name fits byte by byte, and stops where
 * none can fit any more: the double array of Aoe (An efficient digital search algorithm by using a double-array
 * structure, 1989).
 *
 * <p>A state is a cell. The next state is at the state's base plus the byte, if that cell is owned by the state. Where a
 * name leaves the trie, and where it ends, the state has the number of an outcome: a set of patterns.
 */
final class DoubleArrayTrie {
    /** Owner of a cell that is no state. */
    static final int NOBODY = 0xffff;

    private static final int BYTES = 256;

    private final int[] owner;
    private final int[] base;
    private final int[] outcome;
    private final int[] ended;
    private final BitSet used = new BitSet();
    private final Map<Set<NamePattern>, Integer> outcomes = new LinkedHashMap<>();
    private int firstFree;

    private static final class Node {
        private final TreeMap<Integer, Node> children = new TreeMap<>();
        private final List<NamePattern> open = new ArrayList<>();
        private final List<NamePattern> whole = new ArrayList<>();
    }

    private DoubleArrayTrie(int cells) {
        owner = new int[cells];
        base = new int[cells];
        outcome = new int[cells];
        ended = new int[cells];
        Arrays.fill(owner, NOBODY);
    }

    /**
     * A trie of patterns.
     *
     * @return null if it takes more cells, or has more outcomes, than these
     */
    static @Nullable DoubleArrayTrie of(List<NamePattern> patterns, int cells, int maxOutcomes) {
        Node root = new Node();
        for (NamePattern pattern : patterns) {
            Node node = root;
            for (int i = 0; i < pattern.text().length(); i++) {
                node = node.children.computeIfAbsent((int) pattern.text().charAt(i), c -> new Node());
            }
            (pattern.whole() ? node.whole : node.open).add(pattern);
        }
        DoubleArrayTrie trie = new DoubleArrayTrie(cells);
        trie.used.set(0);
        boolean fits = trie.place(root, 0, Set.of());
        return fits && trie.outcomes.size() <= maxOutcomes ? trie : null;
    }

    private boolean place(Node node, int state, Set<NamePattern> before) {
        Set<NamePattern> fitting = with(before, node.open);
        outcome[state] = number(fitting);
        ended[state] = number(with(fitting, node.whole));
        if (node.children.isEmpty()) {
            return true;
        }
        int at = room(node.children.keySet());
        if (at < 0) {
            return false;
        }
        base[state] = at;
        node.children.keySet().forEach(c -> {
            used.set(at + c);
            owner[at + c] = state;
        });
        for (Map.Entry<Integer, Node> child : node.children.entrySet()) {
            if (!place(child.getValue(), at + child.getKey(), fitting)) {
                return false;
            }
        }
        return true;
    }

    private int room(Set<Integer> bytes) {
        firstFree = used.nextClearBit(firstFree);
        int[] wanted = bytes.stream().mapToInt(Integer::intValue).toArray();
        for (int at = Math.max(firstFree - wanted[0], 0); at + BYTES <= owner.length; at++) {
            if (free(at, wanted)) {
                return at;
            }
        }
        return -1;
    }

    private boolean free(int at, int[] wanted) {
        for (int each : wanted) {
            if (used.get(at + each)) {
                return false;
            }
        }
        return true;
    }

    private int number(Set<NamePattern> fitting) {
        return outcomes.computeIfAbsent(fitting, f -> outcomes.size());
    }

    private static Set<NamePattern> with(Set<NamePattern> some, List<NamePattern> more) {
        if (more.isEmpty()) {
            return some;
        }
        Set<NamePattern> all = new HashSet<>(some);
        all.addAll(more);
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

    int ended(int cell) {
        return ended[cell];
    }

    /** One more than the last cell that is a state. */
    int size() {
        return used.length();
    }

    /** The patterns that a name fits, by the number of its outcome. */
    List<Set<NamePattern>> outcomes() {
        return List.copyOf(outcomes.keySet());
    }
}
