package io.tiercel.functions.respond.policy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ParameterSpec;
import io.tiercel.rules.alert.Priority;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;

/** The JSON Schema of a policy file, for editors; {@code docs/responses.schema.json} is this. */
public final class PolicySchema {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private PolicySchema() {}

    /** The schema (draft 2020-12). */
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
        body.put("description", "what holds for all policies of the file; the first item only");
        properties(guards).set("guards", body);
        return guards;
    }

    private static ObjectNode policy() {
        ObjectNode policy = mapping(Set.of("policy", "desc", "match", "actions"));
        ObjectNode parts = properties(policy);
        parts.set("policy", text("a name of its own"));
        parts.set("desc", text("why the actions are right; shown beside each step"));
        parts.set("match", match());
        parts.set(
                "mode",
                words(Arrays.stream(Mode.values()).map(Mode::label).toList())
                        .put("default", Mode.DRY_RUN.label())
                        .put("description", "how far it may go by itself"));
        ObjectNode actions = list(action(), "in order");
        actions.put("maxItems", PolicyFile.MAX_ACTIONS);
        parts.set("actions", actions);
        parts.set("exclude", exclude());
        parts.set("cap", cap());
        parts.set("time_limit", duration("after which what was done is undone"));
        parts.set("approval_time", duration("how long its actions wait for approval; 24h if not given"));
        return policy;
    }

    private static ObjectNode match() {
        ObjectNode match = mapping(Set.of());
        match.put("minProperties", 1);
        match.put("description", "all that are given must hold");
        ObjectNode parts = properties(match);
        parts.set(
                "priority",
                words(Arrays.stream(Priority.values())
                                .map(priority -> priority.label().toLowerCase(Locale.ROOT))
                                .toList())
                        .put("description", "this urgent or more"));
        parts.set("rules", list(text(), "any of these rules"));
        parts.set("tags", list(text(), "any of these tags"));
        parts.set("tactics", list(text(), "any of these ATT&CK tactics, by name"));
        parts.set("techniques", list(text(), "any of these ATT&CK techniques, by id, with their sub-techniques"));
        parts.set(
                "container", object().put("type", "boolean").put("description", "only in containers, or only outside"));
        parts.set("condition", text("in the rule language, over alert, enrich.* and incident.*"));
        return match;
    }

    private static ObjectNode exclude() {
        ObjectNode exclude = mapping(Set.of());
        exclude.put("description", "what is never touched; what is not known is excluded");
        ObjectNode parts = properties(exclude);
        parts.set("conditions", list(text(), "in the rule language; none may hold, all their fields must be known"));
        parts.set("tags", texts("tags of instances; * is any value"));
        parts.set("labels", texts("labels of pods and nodes; * is any value"));
        parts.set("namespaces", list(text(), "of pods; may have *"));
        parts.set("roles", list(text(), "names of IAM roles; may have *"));
        return exclude;
    }

    private static ObjectNode cap() {
        ObjectNode cap = mapping(Set.of());
        cap.put("description", "how many incidents may be acted on without a person");
        ObjectNode parts = properties(cap);
        parts.set("most", object().put("type", "integer").put("minimum", 0).put("maximum", PolicyFile.MAX_CAP));
        parts.set("within", duration("in any stretch of this length, 1m to 7d"));
        ObjectNode per = words(Condition.FIELDS.keySet().stream().sorted().toList());
        parts.set("per", per.put("description", "counted for each value of this field"));
        return cap;
    }

    private static ObjectNode action() {
        ObjectNode action = object();
        ArrayNode kinds = action.putArray("anyOf");
        for (ActionKind kind : ActionKind.values()) {
            boolean needs = kind.parameters().stream().anyMatch(parameter -> parameter.standard() == null);
            if (!needs) {
                kinds.add(object().put("const", kind.label()).put("description", kind.description()));
            }
            if (!kind.parameters().isEmpty()) {
                ObjectNode body = mapping(kind.parameters().stream()
                        .filter(parameter -> parameter.standard() == null)
                        .map(ParameterSpec::name)
                        .toList());
                kind.parameters().forEach(parameter -> properties(body).set(parameter.name(), parameter(parameter)));
                ObjectNode one = mapping(Set.of(kind.label()));
                one.put("description", kind.description());
                properties(one).set(kind.label(), body);
                kinds.add(one);
            }
        }
        return action;
    }

    private static ObjectNode parameter(ParameterSpec parameter) {
        ObjectNode schema = switch (parameter) {
            case ParameterSpec.Text one ->
                object().put("type", "string")
                        .put("pattern", "^(?:" + one.shape().pattern() + ")$");
            case ParameterSpec.Number one ->
                object().put("type", "integer").put("minimum", one.least()).put("maximum", one.most());
            case ParameterSpec.Flag _ -> object().put("type", "boolean");
            case ParameterSpec.Choice one -> words(one.words());
        };
        String standard = parameter.standard();
        if (standard != null) {
            switch (parameter) {
                case ParameterSpec.Number _ -> schema.put("default", Long.parseLong(standard));
                case ParameterSpec.Flag _ -> schema.put("default", Boolean.parseBoolean(standard));
                case ParameterSpec.Text _, ParameterSpec.Choice _ -> schema.put("default", standard);
            }
        }
        return schema.put("description", parameter.meaning());
    }

    private static ObjectNode text() {
        return object().put("type", "string").put("pattern", "\\S");
    }

    private static ObjectNode text(String description) {
        return text().put("description", description);
    }

    private static ObjectNode words(Collection<String> words) {
        ObjectNode schema = object();
        ArrayNode allowed = schema.putArray("enum");
        words.forEach(allowed::add);
        return schema;
    }

    private static ObjectNode texts(String description) {
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
                .put("pattern", "^" + PolicyFile.DURATION_SHAPE + "$")
                .put("description", description);
    }
}
