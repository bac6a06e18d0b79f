package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.RecordLayout.TRIE_CELLS;
import static io.tiercel.sensor.bpf.RecordLayout.TRIE_OUTCOMES;

import io.tiercel.rules.check.CheckedExpr;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A trie for what checks ask of names from one side, and what its outcomes say about the checks. */
final class NamePatternTable {
    /** Bytes of patterns that are looked at: the first of these for which the trie fits into the kernel's table. */
    private static final List<Integer> DEPTHS = List.of(254, 64, 24, 12, 6, 0);

    private final Map<CheckedExpr, List<NamePattern>> patterns;
    private final DoubleArrayTrie trie;

    private NamePatternTable(Map<CheckedExpr, List<NamePattern>> patterns, DoubleArrayTrie trie) {
        this.patterns = patterns;
        this.trie = trie;
    }

    /** A table for those checks of which the function gives patterns. */
    static NamePatternTable of(Set<CheckedExpr> checks, Function<CheckedExpr, @Nullable List<NamePattern>> patterns) {
        for (int depth : DEPTHS) {
            Map<CheckedExpr, List<NamePattern>> cut = new IdentityHashMap<>();
            List<NamePattern> all = new ArrayList<>();
            for (CheckedExpr check : checks) {
                List<NamePattern> some = patterns.apply(check);
                if (some != null && depth > 0) {
                    List<NamePattern> shorter =
                            some.stream().map(pattern -> pattern.cut(depth)).toList();
                    cut.put(check, shorter);
                    all.addAll(shorter);
                }
            }
            DoubleArrayTrie trie = DoubleArrayTrie.of(all.stream().distinct().toList(), TRIE_CELLS, TRIE_OUTCOMES);
            if (trie != null) {
                return new NamePatternTable(cut, trie);
            }
        }
        throw new IllegalStateException("an empty trie does not fit");
    }

    DoubleArrayTrie trie() {
        return trie;
    }

    int outcomes() {
        return trie.outcomes().size();
    }

    /** Whether a check holds for names of an outcome. */
    Tristate of(int outcome, CheckedExpr check) {
        List<NamePattern> some = patterns.get(check);
        if (some == null) {
            return Tristate.MAYBE;
        }
        Set<NamePattern> fitting = Objects.requireNonNull(trie.outcomes().get(outcome));
        Tristate truth = Tristate.NO;
        for (NamePattern pattern : some) {
            if (fitting.contains(pattern)) {
                if (pattern.certain()) {
                    return Tristate.YES;
                }
                truth = Tristate.MAYBE;
            }
        }
        return truth;
    }
}
