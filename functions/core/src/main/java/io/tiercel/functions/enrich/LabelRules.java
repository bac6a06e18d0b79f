package io.tiercel.functions.enrich;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the configuration says of accounts and clusters. */
public record LabelRules(List<Rule> rules) {
    /** Nothing. */
    public static final LabelRules NONE = new LabelRules(List.of());

    /**
     * Labels for what comes from somewhere.
     *
     * @param account only from this AWS account; null for any
     * @param cluster only from this cluster; null for any
     * @param set names and values
     */
    public record Rule(@Nullable String account, @Nullable String cluster, Map<String, String> set) {}

    /** The labels that all rules together give; of two with a name the later holds. */
    Map<String, String> of(@Nullable String account, String cluster) {
        Map<String, String> labels = new TreeMap<>();
        for (Rule rule : rules) {
            boolean holds = (rule.account() == null || rule.account().equals(account))
                    && (rule.cluster() == null || rule.cluster().equals(cluster));
            if (holds) {
                labels.putAll(rule.set());
            }
        }
        return Map.copyOf(labels);
    }
}
