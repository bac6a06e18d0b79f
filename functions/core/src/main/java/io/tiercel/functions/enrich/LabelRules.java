package io.tiercel.functions.enrich;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rules that assign labels to AWS accounts and clusters. */
public record LabelRules(List<Rule> rules) {
    /** No rules. */
    public static final LabelRules NONE = new LabelRules(List.of());

    /**
     * One rule.
     *
     * @param account matches only this AWS account; null for any
     * @param cluster matches only this cluster; null for any
     * @param set labels by name
     */
    public record Rule(@Nullable String account, @Nullable String cluster, Map<String, String> set) {}

    /** Returns the labels of all matching rules. A later rule overrides an earlier one. */
    Map<String, String> labelsFor(@Nullable String account, String cluster) {
        Map<String, String> labels = new TreeMap<>();
        for (Rule rule : rules) {
            boolean matches = (rule.account() == null || rule.account().equals(account))
                    && (rule.cluster() == null || rule.cluster().equals(cluster));
            if (matches) {
                labels.putAll(rule.set());
            }
        }
        return Map.copyOf(labels);
    }
}
