package io.tiercel.functions.respond.policy;

import io.tiercel.functions.config.Durations;
import io.tiercel.functions.config.YamlNode;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionParameters;
import io.tiercel.functions.respond.action.ParameterSpec;
import io.tiercel.functions.respond.policy.ResponsePolicy.Match;
import io.tiercel.functions.respond.policy.ResponsePolicy.PolicyAction;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.filter.AlertFilterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Parses a file of response policies; {@code docs/responses.md} describes the format. */
final class PolicyFile {
    static final int MAX_POLICIES = 500;

    /** Keeps steps, which repeat both texts, small. */
    static final int MAX_NAME = 200;

    static final int MAX_DESCRIPTION = 1000;
    static final int MAX_ACTIONS = 16;
    static final int MAX_CAP = 100;
    static final Duration MIN_DURATION = Duration.ofSeconds(1);
    static final Duration MAX_DURATION = Duration.ofDays(90);
    static final Duration MIN_WINDOW = Duration.ofMinutes(1);
    static final Duration MAX_WINDOW = Duration.ofDays(7);

    static final Set<String> POLICY = Set.of(
            "policy", "desc", "match", "actions", "mode", "exclude", "cap", "time_limit", "approval_time", "on_drift");
    static final Set<String> MATCH =
            Set.of("priority", "rules", "tags", "tactics", "techniques", "container", "condition");
    static final Set<String> EXCLUDE = Set.of("conditions", "tags", "labels", "namespaces", "roles");
    static final Set<String> CAP = Set.of("max", "within", "per");
    static final Set<String> GUARDS = Set.of("exclude", "cap");

    private PolicyFile() {}

    static Policies read(String name, String yaml) {
        List<YamlNode> items = new ArrayList<>(YamlNode.parse(name, yaml).items());
        Exclusions exclusionsForAll = Exclusions.NONE;
        Cap capForAll = Cap.DEFAULT_FOR_ALL;
        if (!items.isEmpty() && items.getFirst().entries().get("guards") instanceof YamlNode guards) {
            items.removeFirst().mapping(Set.of("guards"));
            Map<String, YamlNode> values = guards.mapping(GUARDS);
            exclusionsForAll = exclusions(values.get("exclude"));
            capForAll = cap(values.get("cap"), Cap.DEFAULT_FOR_ALL);
        }
        List<ResponsePolicy> policies = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlNode item : items) {
            ResponsePolicy policy = policy(item, exclusionsForAll);
            if (!names.add(policy.name())) {
                throw item.error(
                        "the policy name \"" + policy.name() + "\" is used twice", "give each policy a unique name");
            }
            if (policies.size() == MAX_POLICIES) {
                throw item.error("the file has more than " + MAX_POLICIES + " policies", "combine some of them");
            }
            policies.add(policy);
        }
        return new Policies(List.copyOf(policies), capForAll);
    }

    private static ResponsePolicy policy(YamlNode item, Exclusions exclusionsForAll) {
        Map<String, YamlNode> values = item.mapping(POLICY);
        YamlNode mode = values.get("mode");
        YamlNode limit = values.get("time_limit");
        YamlNode approval = values.get("approval_time");
        YamlNode onDrift = values.get("on_drift");
        return new ResponsePolicy(
                text(item.required(values, "policy"), MAX_NAME),
                text(item.required(values, "desc"), MAX_DESCRIPTION),
                match(item.required(values, "match")),
                mode == null ? Mode.DRY_RUN : mode(mode),
                actions(item.required(values, "actions")),
                exclusionsForAll.and(exclusions(values.get("exclude"))),
                cap(values.get("cap"), Cap.DEFAULT),
                limit == null ? null : duration(limit, MIN_DURATION, MAX_DURATION),
                approval == null
                        ? ResponsePolicy.DEFAULT_APPROVAL_TIME
                        : duration(approval, MIN_DURATION, MAX_DURATION),
                onDrift == null ? OnDrift.LEAVE : onDrift(onDrift));
    }

    private static String text(YamlNode node, int max) {
        if (node.text().length() > max) {
            throw node.error("this text has more than " + max + " characters", "shorten it");
        }
        return node.text();
    }

    private static OnDrift onDrift(YamlNode node) {
        return OnDrift.parse(node.text())
                .orElseThrow(() -> node.error("unknown value of on_drift", "use one of " + OnDrift.labels()));
    }

    private static Mode mode(YamlNode node) {
        return Mode.parse(node.text()).orElseThrow(() -> node.error("unknown mode", "use one of " + Mode.labels()));
    }

    private static List<PolicyAction> actions(YamlNode node) {
        List<PolicyAction> actions =
                node.items().stream().map(PolicyFile::action).toList();
        if (actions.size() > MAX_ACTIONS) {
            throw node.error("the policy has more than " + MAX_ACTIONS + " actions", "split it into several policies");
        }
        return actions;
    }

    private static PolicyAction action(YamlNode node) {
        if (node.isScalar()) {
            return action(node, node.text(), null);
        }
        Map<String, YamlNode> entries = node.entries();
        if (entries.size() != 1) {
            throw node.error("this is not an action", "write its name, or \"name: {parameter: value}\"");
        }
        Map.Entry<String, YamlNode> entry = entries.entrySet().iterator().next();
        return action(node, entry.getKey(), entry.getValue());
    }

    private static PolicyAction action(YamlNode node, String label, @Nullable YamlNode parameters) {
        ActionKind kind = ActionKind.parse(label)
                .orElseThrow(() -> node.error("unknown action \"" + label + "\"", "use one of " + ActionKind.labels()));
        Set<String> names = kind.parameters().stream().map(ParameterSpec::name).collect(Collectors.toSet());
        Map<String, YamlNode> nodes = parameters == null ? Map.of() : parameters.mapping(names);
        Map<String, String> values = new TreeMap<>();
        for (ParameterSpec parameter : kind.parameters()) {
            YamlNode value = nodes.get(parameter.name());
            if (value != null) {
                String correction = parameter.validate(value.text());
                if (correction != null) {
                    throw value.error("invalid value for " + parameter.name() + " of " + label, correction);
                }
                values.put(parameter.name(), value.text());
            } else if (parameter.defaultValue() == null) {
                throw node.error(
                        label + " requires " + parameter.name() + " (" + parameter.description() + ")",
                        "write " + label + ": {" + parameter.name() + ": ...}");
            }
        }
        return new PolicyAction(kind, ActionParameters.withDefaults(kind, values));
    }

    private static Match match(YamlNode node) {
        Map<String, YamlNode> values = node.mapping(MATCH);
        if (values.isEmpty()) {
            throw node.error("match is empty", "add at least one criterion, such as priority: warning");
        }
        YamlNode container = values.get("container");
        YamlNode condition = values.get("condition");
        return new Match(
                priority(values.get("priority")),
                texts(values.get("rules")),
                texts(values.get("tags")),
                texts(values.get("tactics")),
                texts(values.get("techniques")),
                container == null ? null : container.bool(),
                condition == null ? null : condition(condition));
    }

    private static Set<String> texts(@Nullable YamlNode node) {
        Set<String> texts = node == null ? Set.of() : new LinkedHashSet<>(node.texts());
        if (node != null && texts.isEmpty()) {
            throw node.error("the list is empty", "remove the line or add an item");
        }
        return texts;
    }

    private static @Nullable Priority priority(@Nullable YamlNode node) {
        return node == null
                ? null
                : Priority.parse(node.text())
                        .orElseThrow(() -> node.error(
                                "unknown priority",
                                "use one of Emergency, Alert, Critical, "
                                        + "Error, Warning, Notice, Informational, Debug"));
    }

    private static Condition condition(YamlNode node) {
        try {
            return Condition.parse(node.text());
        } catch (AlertFilterException e) {
            throw node.error("invalid condition: " + e.getMessage(), "see docs/responses.md for examples");
        }
    }

    private static Exclusions exclusions(@Nullable YamlNode node) {
        if (node == null) {
            return Exclusions.NONE;
        }
        Map<String, YamlNode> values = node.mapping(EXCLUDE);
        YamlNode conditions = values.get("conditions");
        return new Exclusions(
                conditions == null
                        ? List.of()
                        : conditions.items().stream().map(PolicyFile::condition).toList(),
                textsByName(values.get("tags")),
                textsByName(values.get("labels")),
                List.copyOf(texts(values.get("namespaces"))),
                List.copyOf(texts(values.get("roles"))));
    }

    private static Map<String, String> textsByName(@Nullable YamlNode node) {
        Map<String, String> texts = new TreeMap<>();
        if (node != null) {
            node.entries().forEach((name, value) -> texts.put(name, value.text()));
        }
        return texts;
    }

    private static Cap cap(@Nullable YamlNode node, Cap defaultCap) {
        if (node == null) {
            return defaultCap;
        }
        Map<String, YamlNode> values = node.mapping(CAP);
        YamlNode max = values.get("max");
        YamlNode within = values.get("within");
        YamlNode per = values.get("per");
        if (per != null && Condition.FIELDS.get(per.text()) == null) {
            throw per.error("unknown field " + per.text(), "use a field that begins with enrich. or incident.");
        }
        return new Cap(
                max == null ? defaultCap.max() : (int) max.number(0, MAX_CAP),
                within == null ? defaultCap.within() : duration(within, MIN_WINDOW, MAX_WINDOW),
                per == null ? null : per.text());
    }

    private static Duration duration(YamlNode node, Duration min, Duration max) {
        return Durations.parse(node.text())
                .filter(duration -> duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0)
                .orElseThrow(() -> node.error(
                        "this is not a duration from " + min.toSeconds() + "s to " + max.toDays() + "d",
                        "write a number with the unit s, m, h or d, e.g. 4h"));
    }
}
