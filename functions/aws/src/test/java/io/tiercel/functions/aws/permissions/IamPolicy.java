package io.tiercel.functions.aws.permissions;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The statements of an IAM policy, and whether they allow a call. It evaluates the condition operators that infra/terraform uses for
 * tables and instances, and fails for all others.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html">Policy evaluation</a>
 */
public final class IamPolicy {
    private final List<Statement> statements;

    private record Condition(String operator, String key, List<String> values) {}

    private record Statement(
            boolean allow, List<Pattern> actions, List<Pattern> resources, List<Condition> conditions) {}

    private IamPolicy(List<Statement> statements) {
        this.statements = List.copyOf(statements);
    }

    /** Returns the policy of a document in JSON. */
    public static IamPolicy parse(JsonNode document) {
        List<Statement> statements = new ArrayList<>();
        for (JsonNode statement : document.path("Statement")) {
            if (statement.has("NotAction") || statement.has("NotResource")) {
                throw new AssertionError("NotAction and NotResource are not evaluated: " + statement);
            }
            List<Condition> conditions = new ArrayList<>();
            statement
                    .path("Condition")
                    .properties()
                    .forEach(operator -> operator.getValue()
                            .properties()
                            .forEach(key -> conditions.add(
                                    new Condition(operator.getKey(), key.getKey(), texts(key.getValue())))));
            statements.add(new Statement(
                    statement.path("Effect").asText().equals("Allow"),
                    patterns(statement.path("Action")),
                    patterns(statement.path("Resource")),
                    conditions));
        }
        return new IamPolicy(statements);
    }

    private static List<String> texts(JsonNode textOrArray) {
        List<String> texts = new ArrayList<>();
        if (textOrArray.isTextual()) {
            texts.add(textOrArray.asText());
        }
        textOrArray.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static List<Pattern> patterns(JsonNode textOrArray) {
        return texts(textOrArray).stream().map(IamPolicy::pattern).toList();
    }

    private static Pattern pattern(String wildcards) {
        return Pattern.compile(
                wildcards
                        .chars()
                        .mapToObj(character -> switch (character) {
                            case '*' -> ".*";
                            case '?' -> ".";
                            default -> Pattern.quote(Character.toString(character));
                        })
                        .collect(Collectors.joining()),
                Pattern.DOTALL);
    }

    /**
     * Returns whether the policy allows a call.
     *
     * @param tableArn ARN of the call's table
     */
    public boolean allows(TableCall call, String tableArn) {
        String resource = call.index().isEmpty() ? tableArn : tableArn + "/index/" + call.index();
        Map<String, Set<String>> context = new LinkedHashMap<>();
        context.put("dynamodb:LeadingKeys", call.leadingKeys());
        context.put("dynamodb:Attributes", call.attributes());
        return allows(call.action(), resource, context);
    }

    /**
     * Returns whether the policy allows a call.
     *
     * @param context the values of the condition keys of the request
     */
    public boolean allows(String action, String resource, Map<String, Set<String>> context) {
        List<Statement> matching = statements.stream()
                .filter(statement -> matches(statement.actions(), action)
                        && matches(statement.resources(), resource)
                        && statement.conditions().stream()
                                .allMatch(
                                        condition -> holds(condition, context.getOrDefault(condition.key(), Set.of()))))
                .toList();
        return !matching.isEmpty() && matching.stream().allMatch(Statement::allow);
    }

    private static boolean matches(List<Pattern> patterns, String text) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(text).matches());
    }

    /** @param values the values of the request; empty if it lacks the key */
    private static boolean holds(Condition condition, Set<String> values) {
        return switch (condition.operator()) {
            case "Null" ->
                values.isEmpty() == Boolean.parseBoolean(condition.values().getFirst());
            case "StringEquals" -> values.size() == 1 && condition.values().containsAll(values);
            case "ForAllValues:StringEquals" -> condition.values().containsAll(values);
            case "ForAnyValue:StringEqualsIgnoreCase" ->
                condition.values().stream().anyMatch(wanted -> values.stream().anyMatch(wanted::equalsIgnoreCase));
            case "ForAllValues:StringLike" -> {
                List<Pattern> patterns =
                        condition.values().stream().map(IamPolicy::pattern).toList();
                yield values.stream().allMatch(value -> matches(patterns, value));
            }
            default -> throw new AssertionError(condition.operator() + " is not evaluated");
        };
    }
}
