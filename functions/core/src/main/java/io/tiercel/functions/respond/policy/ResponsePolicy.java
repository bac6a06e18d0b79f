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
 * When to do what.
 *
 * @param name unique within its file
 * @param description what it is for
 * @param match when it applies
 * @param mode how far it may go by itself
 * @param actions in order
 * @param exclusions what it never touches, with those that hold for all policies
 * @param cap how often it may act without a person
 * @param timeLimit after which what was done is undone; null for never
 * @param approvalTime how long its actions wait for approval
 */
public record ResponsePolicy(
        String name,
        String description,
        Match match,
        Mode mode,
        List<Asked> actions,
        Exclusions exclusions,
        Cap cap,
        @Nullable Duration timeLimit,
        Duration approvalTime) {
    /** How long actions wait for approval where the policy does not say. */
    public static final Duration APPROVAL_TIME = Duration.ofHours(24);

    /** An action with its parameters. */
    public record Asked(ActionKind kind, ActionParameters params) {}

    /**
     * All given criteria must hold; one that is not given always does.
     *
     * @param priority this urgent or more
     * @param rules names of rules, any of them; empty if not given
     * @param tags the alert has any of them; empty if not given
     * @param tactics the alert shows any of them, by name; empty if not given
     * @param techniques the alert shows any of them or a sub-technique, by id; empty if not given
     * @param container whether it happened in a container
     * @param condition over alert, enrichment and incident
     */
    public record Match(
            @Nullable Priority priority,
            Set<String> rules,
            Set<String> tags,
            Set<String> tactics,
            Set<String> techniques,
            @Nullable Boolean container,
            @Nullable Condition condition) {
        /** Whether they all hold. */
        public boolean holds(Alert alert, Enrichment enrichment, Map<String, Object> facts) {
            return (priority == null || alert.priority().atLeast(priority))
                    && (rules.isEmpty() || rules.contains(alert.rule()))
                    && (tags.isEmpty() || alert.tags().stream().anyMatch(tags::contains))
                    && (tactics.isEmpty() || enrichment.tactics().stream().anyMatch(tactics::contains))
                    && (techniques.isEmpty() || enrichment.techniques().stream().anyMatch(this::asksFor))
                    && (container == null || container == enrichment.host().inContainer())
                    && (condition == null || condition.holds(alert, facts));
        }

        private boolean asksFor(Technique technique) {
            return techniques.stream()
                    .anyMatch(id -> technique.id().equals(id) || technique.id().startsWith(id + "."));
        }
    }
}
