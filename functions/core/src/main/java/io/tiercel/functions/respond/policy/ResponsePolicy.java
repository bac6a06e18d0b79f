package io.tiercel.functions.respond.policy;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.Technique;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionParameters;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A response policy: which actions follow which alerts.
 *
 * @param name unique within its file
 * @param description the purpose of the actions
 * @param match the criteria
 * @param mode how far the actions may go without a person
 * @param actions in order
 * @param exclusions the targets that the policy never touches, including the exclusions for all policies
 * @param cap how many affected targets the policy may act on without approval
 * @param timeLimit the time after which the actions are undone; null for never
 * @param approvalTime how long the actions wait for approval
 * @param onDrift what a release does with changes that another client made since
 */
public record ResponsePolicy(
        String name,
        String description,
        Match match,
        Mode mode,
        List<PolicyAction> actions,
        Exclusions exclusions,
        Cap cap,
        @Nullable Duration timeLimit,
        Duration approvalTime,
        OnDrift onDrift) {
    /** The default time that actions wait for approval. */
    public static final Duration DEFAULT_APPROVAL_TIME = Duration.ofHours(24);

    /** An action with its parameters. */
    public record PolicyAction(ActionKind kind, ActionParameters params) {}

    /**
     * The criteria of a policy. All given criteria must match. An absent criterion matches every alert.
     *
     * @param priority the minimum priority
     * @param rules names of rules, any of which must match; empty if absent
     * @param tags tags of the alert, any of which must match; empty if absent
     * @param tactics names of ATT&amp;CK tactics, any of which must match; empty if absent
     * @param techniques ids of ATT&amp;CK techniques, any of which must match, sub-techniques included; empty if absent
     * @param container whether the alert must come from a container
     * @param condition a condition over alert, enrichment and incident
     */
    public record Match(
            @Nullable Priority priority,
            Set<String> rules,
            Set<String> tags,
            Set<String> tactics,
            Set<String> techniques,
            @Nullable Boolean container,
            @Nullable Condition condition) {
        /** Returns whether all criteria match. */
        public boolean matches(Alert alert, Enrichment enrichment, Map<String, Object> facts) {
            return (priority == null || alert.priority().atLeast(priority))
                    && (rules.isEmpty() || rules.contains(alert.rule()))
                    && (tags.isEmpty() || alert.tags().stream().anyMatch(tags::contains))
                    && (tactics.isEmpty() || enrichment.tactics().stream().anyMatch(tactics::contains))
                    && (techniques.isEmpty() || enrichment.techniques().stream().anyMatch(this::matches))
                    && (container == null || container == enrichment.host().inContainer())
                    && (condition == null || condition.matches(alert, facts));
        }

        private boolean matches(Technique technique) {
            return techniques.stream()
                    .anyMatch(id -> technique.id().equals(id) || technique.id().startsWith(id + "."));
        }
    }
}
