package io.tiercel.functions.respond.policy;

import io.tiercel.functions.config.YamlNode;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionParameters;
import io.tiercel.functions.respond.action.ParameterSpec;
import io.tiercel.functions.respond.policy.ResponsePolicy.Asked;
import io.tiercel.functions.respond.policy.ResponsePolicy.Match;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a file of response policies; {@code docs/responses.md} describes the format. */
final class PolicyFile {
    static final int MAX_POLICIES = 500;
    static final int MAX_ACTIONS = 16;
    static final int MAX_CAP = 100;
    static final Duration SHORTEST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofDays(90);

    static final Set<String> POLICY =
            Set.of("policy", "desc", "match", "actions", "mode", "exclude", "cap", "time_limit", "approval_time");
    static final Set<String> MATCH =
            Set.of("priority", "rules", "tags", "tactics", "techniques", "container", "condition");
    static final Set<String> EXCLUDE = Set.of("conditions", "tags", "labels", "namespaces", "roles");
    static final Set<String> CAP = Set.of("most", "within", "per");
    static final Set<String> GUARDS = Set.of("exclude", "cap");

    static final String DURATION_SHAPE = "[0-9]{1,6}[smhd]";
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})([smhd])");

    private PolicyFile() {}

    static Policies read(String name, String yaml) {
        List<YamlNode> items = new ArrayList<>(YamlNode.parse(name, yaml).items());
        Exclusions everywhere = Exclusions.NONE;
        Cap cap = Cap.STANDARD_IN_ALL;
        if (!items.isEmpty() && items.getFirst().entries().get("guards") instanceof YamlNode guards) {
            items.removeFirst().mapping(Set.of("guards"));
            Map<String, YamlNode> parts = guards.mapping(GUARDS);
            everywhere = exclusions(parts.get("exclude"));
            cap = cap(parts.get("cap"), Cap.STANDARD_IN_ALL);
        }
        List<ResponsePolicy> policies = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlNode item : items) {
            ResponsePolicy policy = policy(item, everywhere);
            if (!names.add(policy.name())) {
                throw item.error("there are two policies \"" + policy.name() + "\"", "give each a name of its own");
            }
            if (policies.size() == MAX_POLICIES) {
                throw item.error(
                        "there are more than " + MAX_POLICIES + " policies", "put together what belongs together");
            }
            policies.add(policy);
        }
        return new Policies(List.copyOf(policies), cap);
    }

    private static ResponsePolicy policy(YamlNode item, Exclusions everywhere) {
        Map<String, YamlNode> parts = item.mapping(POLICY);
        YamlNode mode = parts.get("mode");
        YamlNode limit = parts.get("time_limit");
        YamlNode approval = parts.get("approval_time");
        return new ResponsePolicy(
                item.required(parts, "policy").text(),
                item.required(parts, "desc").text(),
                match(item.required(parts, "match")),
                mode == null ? Mode.DRY_RUN : mode(mode),
                actions(item.required(parts, "actions")),
                everywhere.and(exclusions(parts.get("exclude"))),
                cap(parts.get("cap"), Cap.STANDARD),
                limit == null ? null : duration(limit, SHORTEST, LONGEST),
                approval == null ? ResponsePolicy.APPROVAL_TIME : duration(approval, SHORTEST, LONGEST));
    }

    private static Mode mode(YamlNode part) {
        return Mode.parse(part.text()).orElseThrow(() -> part.error("unknown mode", "use one of " + Mode.labels()));
    }

    private static List<Asked> actions(YamlNode part) {
        List<Asked> actions = part.items().stream().map(PolicyFile::action).toList();
        if (actions.size() > MAX_ACTIONS) {
            throw part.error("there are more than " + MAX_ACTIONS + " actions", "use several policies");
        }
        return actions;
    }

    private static Asked action(YamlNode part) {
        if (part.isScalar()) {
            return asked(part, part.text(), null);
        }
        Map<String, YamlNode> parts = part.entries();
        if (parts.size() != 1) {
            throw part.error("this is not an action", "write its name, or \"name: {parameter: value}\"");
        }
        Map.Entry<String, YamlNode> only = parts.entrySet().iterator().next();
        return asked(part, only.getKey(), only.getValue());
    }

    private static Asked asked(YamlNode part, String label, @Nullable YamlNode given) {
        ActionKind kind = ActionKind.parse(label)
                .orElseThrow(() -> part.error("unknown action \"" + label + "\"", "use one of " + ActionKind.labels()));
        Map<String, ParameterSpec> known =
                kind.parameters().stream().collect(Collectors.toMap(ParameterSpec::name, parameter -> parameter));
        Map<String, YamlNode> parts = given == null ? Map.of() : given.mapping(known.keySet());
        Map<String, String> values = new TreeMap<>();
        for (ParameterSpec parameter : kind.parameters()) {
            YamlNode value = parts.get(parameter.name());
            if (value != null) {
                String problem = parameter.problem(value.text());
                if (problem != null) {
                    throw value.error(parameter.name() + " of " + label + " cannot be that", problem);
                }
                values.put(parameter.name(), value.text());
            } else if (parameter.standard() == null) {
                throw part.error(
                        label + " needs " + parameter.name(),
                        "write " + label + ": {" + parameter.name() + ": ...}, " + parameter.meaning());
            }
        }
        return new Asked(kind, ActionParameters.of(kind, values));
    }

    private static Match match(YamlNode item) {
        Map<String, YamlNode> parts = item.mapping(MATCH);
        if (parts.isEmpty()) {
            throw item.error("match is empty", "give at least a priority");
        }
        YamlNode container = parts.get("container");
        YamlNode condition = parts.get("condition");
        return new Match(
                priority(parts.get("priority")),
                texts(parts.get("rules")),
                texts(parts.get("tags")),
                texts(parts.get("tactics")),
                texts(parts.get("techniques")),
                container == null ? null : container.bool(),
                condition == null ? null : condition(condition));
    }

    private static Set<String> texts(@Nullable YamlNode part) {
        Set<String> texts = part == null ? Set.of() : new LinkedHashSet<>(part.texts());
        if (part != null && texts.isEmpty()) {
            throw part.error("the list is empty", "leave the line out, or name what may match");
        }
        return texts;
    }

    private static @Nullable Priority priority(@Nullable YamlNode part) {
        return part == null
                ? null
                : Priority.parse(part.text())
                        .orElseThrow(() -> part.error(
                                "unknown priority",
                                "use one of Emergency, Alert, Critical, "
                                        + "Error, Warning, Notice, Informational, Debug"));
    }

    private static Condition condition(YamlNode part) {
        try {
            return Condition.parse(part.text());
        } catch (AlertFilterException e) {
            throw part.error("the condition cannot be used: " + e.getMessage(), "docs/responses.md shows some");
        }
    }

    private static Exclusions exclusions(@Nullable YamlNode part) {
        if (part == null) {
            return Exclusions.NONE;
        }
        Map<String, YamlNode> parts = part.mapping(EXCLUDE);
        YamlNode conditions = parts.get("conditions");
        return new Exclusions(
                conditions == null
                        ? List.of()
                        : conditions.items().stream().map(PolicyFile::condition).toList(),
                named(parts.get("tags")),
                named(parts.get("labels")),
                List.copyOf(texts(parts.get("namespaces"))),
                List.copyOf(texts(parts.get("roles"))));
    }

    private static Map<String, String> named(@Nullable YamlNode part) {
        Map<String, String> named = new TreeMap<>();
        if (part != null) {
            part.entries().forEach((name, value) -> named.put(name, value.text()));
        }
        return named;
    }

    private static Cap cap(@Nullable YamlNode part, Cap standard) {
        if (part == null) {
            return standard;
        }
        Map<String, YamlNode> parts = part.mapping(CAP);
        YamlNode most = parts.get("most");
        YamlNode within = parts.get("within");
        YamlNode per = parts.get("per");
        if (per != null && Condition.FIELDS.get(per.text()) == null) {
            throw per.error("there is no field " + per.text(), "name one that begins with enrich. or incident.");
        }
        return new Cap(
                most == null ? standard.most() : (int) most.number(0, MAX_CAP),
                within == null ? standard.within() : duration(within, Duration.ofMinutes(1), Duration.ofDays(7)),
                per == null ? null : per.text());
    }

    private static Duration duration(YamlNode part, Duration least, Duration most) {
        Matcher matcher = DURATION.matcher(part.text());
        if (matcher.matches()) {
            long count = Long.parseLong(matcher.group(1));
            Duration duration = switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ofDays(count);
            };
            if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
                return duration;
            }
        }
        throw part.error(
                "this is not a time from " + least.toSeconds() + "s to " + most.toDays() + "d",
                "write a number with s, m, h or d behind it, e.g. 4h");
    }
}
