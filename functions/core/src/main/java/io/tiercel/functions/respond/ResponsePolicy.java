package io.tiercel.functions.respond;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.Technique;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When to do what.
 *
 * @param name unique within its file
 * @param description what it is for
 * @param match when it applies
 * @param actions in order
 */
record ResponsePolicy(String name, String description, Match match, List<Action> actions) {
    /**
     * All given criteria must hold; one that is not given always does.
     *
     * @param priority this urgent or more
     * @param rules names of rules, any of them; empty if not given
     * @param tags the alert has any of them; empty if not given
     * @param tactics the alert shows any of them, by name; empty if not given
     * @param techniques the alert shows any of them or a sub-technique, by id; empty if not given
     * @param container whether it happened in a container
     */
    record Match(
            @Nullable Priority priority,
            Set<String> rules,
            Set<String> tags,
            Set<String> tactics,
            Set<String> techniques,
            @Nullable Boolean container) {
        boolean holds(Alert alert, Enrichment enrichment) {
            return (priority == null || alert.priority().atLeast(priority))
                    && (rules.isEmpty() || rules.contains(alert.rule()))
                    && (tags.isEmpty() || alert.tags().stream().anyMatch(tags::contains))
                    && (tactics.isEmpty() || enrichment.tactics().stream().anyMatch(tactics::contains))
                    && (techniques.isEmpty() || enrichment.techniques().stream().anyMatch(this::asksFor))
                    && (container == null || container == enrichment.host().contained());
        }

        private boolean asksFor(Technique technique) {
            return techniques.stream()
                    .anyMatch(id -> technique.id().equals(id) || technique.id().startsWith(id + "."));
        }
    }
}
