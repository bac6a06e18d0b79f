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
 * What is never acted on. Fails closed: where a question cannot be answered, because a field has no value or the target could
 * not be read, the answer is that the target is excluded.
 *
 * @param conditions none of them may hold, and all of their fields must be known
 * @param tags an instance that has one of these tags; {@code *} is any value
 * @param labels a pod or node that has one of these labels; {@code *} is any value
 * @param namespaces pods in these namespaces; may have {@code *}
 * @param roles IAM roles of these names; may have {@code *}
 */
public record Exclusions(
        List<Condition> conditions,
        Map<String, String> tags,
        Map<String, String> labels,
        List<String> namespaces,
        List<String> roles) {
    /** Nothing is excluded. */
    public static final Exclusions NONE = new Exclusions(List.of(), Map.of(), Map.of(), List.of(), List.of());

    private static final String ANY = "*";

    /** These and those. */
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

    /** Why the target is excluded by what is known about the incident alone; empty if it is not. */
    public Optional<String> before(Target target, Alert alert, Map<String, Object> facts) {
        for (Condition condition : conditions) {
            if (condition.holds(alert, facts)) {
                return Optional.of("excluded: " + condition.text());
            }
            List<String> unknown = condition.unknown(alert, facts);
            if (!unknown.isEmpty()) {
                return Optional.of("excluded, since it is not known whether " + condition.text() + ": no value of "
                        + String.join(", ", unknown));
            }
        }
        if (target.kind() == Target.Kind.POD) {
            for (String namespace : namespaces) {
                if (glob(namespace, target.namespace())) {
                    return Optional.of("excluded: namespace " + target.namespace());
                }
            }
        }
        return Optional.empty();
    }

    /** Why the target is excluded by what was read of it; empty if it is not. */
    public Optional<String> after(ActionKind action, Target target, TargetFacts read) {
        Optional<String> excluded = Optional.empty();
        if (target.kind() == Target.Kind.INSTANCE) {
            excluded = named("tag", tags, read.tags());
        } else if (target.kind() == Target.Kind.POD || target.kind() == Target.Kind.NODE) {
            excluded = named("label", labels, read.labels());
        }
        if (excluded.isPresent() || action != ActionKind.REVOKE_SESSIONS || roles.isEmpty()) {
            return excluded;
        }
        String role = read.role();
        if (role == null) {
            return Optional.of("excluded, since it is not known which role it is");
        }
        return roles.stream()
                .filter(pattern -> glob(pattern, role))
                .findFirst()
                .map(pattern -> "excluded: role " + role);
    }

    private static Optional<String> named(
            String what, Map<String, String> excluded, @Nullable Map<String, String> present) {
        if (excluded.isEmpty()) {
            return Optional.empty();
        }
        if (present == null) {
            return Optional.of("excluded, since its " + what + "s are not known");
        }
        return excluded.entrySet().stream()
                .filter(entry -> present.containsKey(entry.getKey())
                        && (entry.getValue().equals(ANY) || entry.getValue().equals(present.get(entry.getKey()))))
                .findFirst()
                .map(entry -> "excluded: " + what + " " + entry.getKey() + "=" + present.get(entry.getKey()));
    }

    private static boolean glob(String pattern, String text) {
        return Glob.of(pattern, false).matches(text);
    }
}
