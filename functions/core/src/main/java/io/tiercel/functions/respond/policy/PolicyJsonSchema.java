package io.tiercel.functions.respond.policy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.config.Durations;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ParameterSpec;
import io.tiercel.rules.alert.Priority;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;

/** Generates the JSON Schema of policy files for editors, which is {@code docs/responses.schema.json}. */
public final class PolicyJsonSchema {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private PolicyJsonSchema() {}

    /** Returns the schema (draft 2020-12). */
    public static ObjectNode schema() {
        ObjectNode schema = object();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "Tiercel response policies");
        schema.put("type", "array");
        schema.put("maxItems", PolicyFile.MAX_POLICIES + 1);
        ObjectNode items = schema.putObject("items");
        items.putArray("anyOf").add(guards()).add(policy());
        return schema;
    }

    private static ObjectNode object() {
        return JSON.objectNode();
    }

    private static ObjectNode mapping(Collection<String> required) {
        ObjectNode mapping = object();
        mapping.put("type", "object");
        mapping.put("additionalProperties", false);
        if (!required.isEmpty()) {
            ArrayNode names = mapping.putArray("required");
            required.stream().sorted().forEach(names::add);
        }
        mapping.putObject("properties");
        return mapping;
    }

    private static ObjectNode properties(ObjectNode mapping) {
        return mapping.withObject("/properties");
    }

    private static ObjectNode guards() {
        ObjectNode guards = mapping(Set.of("guards"));
        ObjectNode body = mapping(Set.of());
        properties(body).set("exclude", exclude());
        properties(body).set("cap", cap());
        body.put("description", "exclusions and cap of all policies; only as the first item of the file");
        properties(guards).set("guards", body);
        return guards;
    }

    private static ObjectNode policy() {
        ObjectNode policy = mapping(Set.of("policy", "desc", "match", "actions"));
        ObjectNode properties = properties(policy);
        properties.set("policy", text("unique name").put("maxLength", PolicyFile.MAX_NAME));
        properties.set(
                "desc",
                text("purpose of the actions; shown with each step").put("maxLength", PolicyFile.MAX_DESCRIPTION));
        properties.set("match", match());
        properties.set(
                "mode",
                choice(Arrays.stream(Mode.values()).map(Mode::label).toList())
                        .put("default", Mode.DRY_RUN.label())
                        .put("description", "how far the actions may go without a person"));
        ObjectNode actions = list(action(), "actions, in order");
        actions.put("maxItems", PolicyFile.MAX_ACTIONS);
        properties.set("actions", actions);
        properties.set("exclude", exclude());
        properties.set("cap", cap());
        properties.set("time_limit", duration("time after which the actions are undone"));
        properties.set("approval_time", duration("how long the actions wait for approval; default 24h"));
        properties.set(
                "on_drift",
                choice(Arrays.stream(OnDrift.values()).map(OnDrift::label).toList())
                        .put("default", OnDrift.LEAVE.label())
                        .put("description", "whether a release leaves or restores what another client changed since"));
        return policy;
    }

    private static ObjectNode match() {
        ObjectNode match = mapping(Set.of());
        match.put("minProperties", 1);
        match.put("description", "criteria, all of which must match");
        ObjectNode properties = properties(match);
        properties.set(
                "priority",
                choice(Arrays.stream(Priority.values())
                                .map(priority -> priority.label().toLowerCase(Locale.ROOT))
                                .toList())
                        .put("description", "minimum priority"));
        properties.set("rules", list(text(), "names of rules, any of which must match"));
        properties.set("tags", list(text(), "tags, any of which must match"));
        properties.set("tactics", list(text(), "names of ATT&CK tactics, any of which must match"));
        properties.set(
                "techniques",
                list(text(), "ids of ATT&CK techniques, any of which must match; sub-techniques included"));
        properties.set(
                "container",
                object().put("type", "boolean")
                        .put("description", "true: only in containers; false: only outside containers"));
        properties.set("condition", text("condition of the rule language over alert, enrich.* and incident.* fields"));
        return match;
    }

    private static ObjectNode exclude() {
        ObjectNode exclude = mapping(Set.of());
        exclude.put("description", "targets that are never touched; unknown targets are excluded");
        ObjectNode properties = properties(exclude);
        properties.set(
                "conditions",
                list(
                        text(),
                        "conditions of the rule language; a target is excluded if any is true or any field has no value"));
        properties.set("tags", textsByName("tags of instances; * matches any value"));
        properties.set("labels", textsByName("labels of pods and nodes; * matches any value"));
        properties.set("namespaces", list(text(), "namespaces of pods; * is a wildcard"));
        properties.set("roles", list(text(), "names of IAM roles; * is a wildcard"));
        return exclude;
    }

    private static ObjectNode cap() {
        ObjectNode cap = mapping(Set.of());
        cap.put("description", "limit on the affected targets that are acted on without approval");
        ObjectNode properties = properties(cap);
        properties.set(
                "max",
                object().put("type", "integer")
                        .put("minimum", 0)
                        .put("maximum", PolicyFile.MAX_CAP)
                        .put("description", "maximum number within the window"));
        properties.set("within", duration("length of the sliding window, 1m to 7d"));
        ObjectNode per = choice(Condition.FIELDS.keySet().stream().sorted().toList());
        properties.set("per", per.put("description", "field by whose values the cap counts"));
        return cap;
    }

    private static ObjectNode action() {
        ObjectNode action = object();
        ArrayNode kinds = action.putArray("anyOf");
        for (ActionKind kind : ActionKind.values()) {
            boolean required = kind.parameters().stream().anyMatch(parameter -> parameter.defaultValue() == null);
            if (!required) {
                kinds.add(object().put("const", kind.label()).put("description", kind.description()));
            }
            if (!kind.parameters().isEmpty()) {
                ObjectNode body = mapping(kind.parameters().stream()
                        .filter(parameter -> parameter.defaultValue() == null)
                        .map(ParameterSpec::name)
                        .toList());
                kind.parameters().forEach(parameter -> properties(body).set(parameter.name(), parameter(parameter)));
                ObjectNode withParameters = mapping(Set.of(kind.label()));
                withParameters.put("description", kind.description());
                properties(withParameters).set(kind.label(), body);
                kinds.add(withParameters);
            }
        }
        return action;
    }

    private static ObjectNode parameter(ParameterSpec parameter) {
        ObjectNode schema = switch (parameter) {
            case ParameterSpec.StringParameter text ->
                object().put("type", "string")
                        .put("pattern", "^(?:" + text.pattern().pattern() + ")$");
            case ParameterSpec.IntegerParameter number ->
                object().put("type", "integer").put("minimum", number.min()).put("maximum", number.max());
            case ParameterSpec.BooleanParameter _ -> object().put("type", "boolean");
            case ParameterSpec.ChoiceParameter choice -> choice(choice.values());
        };
        String defaultValue = parameter.defaultValue();
        if (defaultValue != null) {
            switch (parameter) {
                case ParameterSpec.IntegerParameter _ -> schema.put("default", Long.parseLong(defaultValue));
                case ParameterSpec.BooleanParameter _ -> schema.put("default", Boolean.parseBoolean(defaultValue));
                case ParameterSpec.StringParameter _, ParameterSpec.ChoiceParameter _ ->
                    schema.put("default", defaultValue);
            }
        }
        return schema.put("description", parameter.description());
    }

    private static ObjectNode text() {
        return object().put("type", "string").put("pattern", "\\S");
    }

    private static ObjectNode text(String description) {
        return text().put("description", description);
    }

    private static ObjectNode choice(Collection<String> values) {
        ObjectNode schema = object();
        ArrayNode allowed = schema.putArray("enum");
        values.forEach(allowed::add);
        return schema;
    }

    private static ObjectNode textsByName(String description) {
        ObjectNode schema = object().put("type", "object").put("description", description);
        schema.set("additionalProperties", text());
        return schema;
    }

    private static ObjectNode list(ObjectNode item, String description) {
        ObjectNode schema = object().put("type", "array").put("description", description);
        schema.set("items", item);
        return schema;
    }

    private static ObjectNode duration(String description) {
        return object().put("type", "string")
                .put("pattern", "^" + Durations.SYNTAX + "$")
                .put("description", description);
    }
}
