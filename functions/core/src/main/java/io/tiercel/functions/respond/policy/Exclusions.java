package io.tiercel.functions.respond.policy;

import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.match.Glob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The targets that are never acted on. Exclusions fail closed: a target is excluded if a field has no value or the target
 * cannot be read.
 *
 * @param conditions exclude a target if any condition is true or any of their fields has no value
 * @param tags exclude instances with any of these tags; {@code *} matches any value
 * @param labels exclude pods and nodes with any of these labels; {@code *} matches any value
 * @param namespaces exclude pods in these namespaces; {@code *} is a wildcard
 * @param roles exclude IAM roles with these names; {@code *} is a wildcard
 */
public record Exclusions(
        List<Condition> conditions,
        Map<String, String> tags,
        Map<String, String> labels,
        List<String> namespaces,
        List<String> roles) {
    /** Excludes nothing. */
    public static final Exclusions NONE = new Exclusions(List.of(), Map.of(), Map.of(), List.of(), List.of());

    private static final String ANY = "*";

    /** Returns the union of two sets of exclusions. */
    public Exclusions and(Exclusions other) {
        List<Condition> allConditions = new ArrayList<>(conditions);
        allConditions.addAll(other.conditions);
        Map<String, String> allTags = new TreeMap<>(tags);
        allTags.putAll(other.tags);
        Map<String, String> allLabels = new TreeMap<>(labels);
        allLabels.putAll(other.labels);
        List<String> allNamespaces = new ArrayList<>(namespaces);
        allNamespaces.addAll(other.namespaces);
        List<String> allRoles = new ArrayList<>(roles);
        allRoles.addAll(other.roles);
        return new Exclusions(allConditions, allTags, allLabels, allNamespaces, allRoles);
    }

    /** Returns why the facts about the incident exclude the target; empty if they do not. */
    public Optional<String> excludeByIncident(Target target, Alert alert, Map<String, Object> facts) {
        for (Condition condition : conditions) {
            if (condition.matches(alert, facts)) {
                return Optional.of("excluded: " + condition.text());
            }
            List<String> missing = condition.missingFields(alert, facts);
            if (!missing.isEmpty()) {
                return Optional.of("excluded: cannot evaluate " + condition.text() + ", no value for "
                        + String.join(", ", missing));
            }
        }
        return switch (target.kind()) {
            case POD ->
                namespaces.stream()
                        .filter(namespace -> glob(namespace, target.namespace()))
                        .findFirst()
                        .map(_ -> "excluded: namespace " + target.namespace());
            case NODE, INSTANCE, RECEIVER, CHANNELS -> Optional.empty();
        };
    }

    /** Returns why the attributes of the target exclude it; empty if they do not. */
    public Optional<String> excludeByTarget(ActionKind action, Target target, TargetFacts facts) {
        Optional<String> excluded = switch (target.kind()) {
            case INSTANCE -> match("tag", tags, facts.tags());
            case POD, NODE -> match("label", labels, facts.labels());
            case RECEIVER, CHANNELS -> Optional.empty();
        };
        if (excluded.isPresent() || action != ActionKind.REVOKE_SESSIONS || roles.isEmpty()) {
            return excluded;
        }
        String role = facts.role();
        if (role == null) {
            return Optional.of("excluded: the role is unknown");
        }
        return roles.stream()
                .filter(pattern -> glob(pattern, role))
                .findFirst()
                .map(pattern -> "excluded: role " + role);
    }

    private static Optional<String> match(
            String attribute, Map<String, String> excluded, @Nullable Map<String, String> present) {
        if (excluded.isEmpty()) {
            return Optional.empty();
        }
        if (present == null) {
            return Optional.of("excluded: the " + attribute + "s of the target are unknown");
        }
        return excluded.entrySet().stream()
                .filter(entry -> present.containsKey(entry.getKey())
                        && (entry.getValue().equals(ANY) || entry.getValue().equals(present.get(entry.getKey()))))
                .findFirst()
                .map(entry -> "excluded: " + attribute + " " + entry.getKey() + "=" + present.get(entry.getKey()));
    }

    private static boolean glob(String pattern, String text) {
        return Glob.of(pattern, false).matches(text);
    }
}
