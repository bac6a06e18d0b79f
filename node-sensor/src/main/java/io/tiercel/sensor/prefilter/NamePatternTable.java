package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.record.RecordLayout.TRIE_CELLS;
import static io.tiercel.sensor.bpf.record.RecordLayout.TRIE_OUTCOMES;

import io.tiercel.rules.check.CheckedExpr;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A trie of the prefixes or suffixes in checks of file names. It maps each trie outcome to the results of the checks.
 */
final class NamePatternTable {
    /** Maximum pattern lengths, tried in order until the trie fits into the kernel's table. */
    private static final List<Integer> DEPTHS = List.of(254, 64, 24, 12, 6, 0);

    private final Map<CheckedExpr, List<NamePattern>> patterns;
    private final DoubleArrayTrie trie;

    private NamePatternTable(Map<CheckedExpr, List<NamePattern>> patterns, DoubleArrayTrie trie) {
        this.patterns = patterns;
        this.trie = trie;
    }

    /** Builds a table for the checks that the function returns patterns for. */
    static NamePatternTable of(Set<CheckedExpr> checks, Function<CheckedExpr, @Nullable List<NamePattern>> patterns) {
        for (int depth : DEPTHS) {
            Map<CheckedExpr, List<NamePattern>> truncated = new IdentityHashMap<>();
            List<NamePattern> all = new ArrayList<>();
            for (CheckedExpr check : checks) {
                List<NamePattern> checkPatterns = patterns.apply(check);
                if (checkPatterns != null && depth > 0) {
                    List<NamePattern> shorter = checkPatterns.stream()
                            .map(pattern -> pattern.truncate(depth))
                            .toList();
                    truncated.put(check, shorter);
                    all.addAll(shorter);
                }
            }
            DoubleArrayTrie trie = DoubleArrayTrie.of(all.stream().distinct().toList(), TRIE_CELLS, TRIE_OUTCOMES);
            if (trie != null) {
                return new NamePatternTable(truncated, trie);
            }
        }
        throw new IllegalStateException("an empty trie does not fit");
    }

    DoubleArrayTrie trie() {
        return trie;
    }

    int outcomeCount() {
        return trie.outcomes().size();
    }

    /** Evaluates a check for all names that lead to an outcome. */
    Tristate evaluate(int outcome, CheckedExpr check) {
        List<NamePattern> checkPatterns = patterns.get(check);
        if (checkPatterns == null) {
            return Tristate.UNKNOWN;
        }
        Set<NamePattern> matching = Objects.requireNonNull(trie.outcomes().get(outcome));
        Tristate result = Tristate.FALSE;
        for (NamePattern pattern : checkPatterns) {
            if (matching.contains(pattern)) {
                if (pattern.exact()) {
                    return Tristate.TRUE;
                }
                result = Tristate.UNKNOWN;
            }
        }
        return result;
    }
}
