package io.tiercel.functions.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds faults in a Terraform plan: unrestricted permissions, unprotected data, missing dead-letter queues and secrets. It ignores values that are unknown before an apply.
 */
final class TerraformPlanFaults {
    private static final Pattern READ_ACTION =
            Pattern.compile("[a-z0-9-]+:(?:Describe|Get|List|BatchGet|Query|Scan|Receive|Head).*");
    private static final Set<String> TABLE_ACTIONS = Set.of(
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:Scan",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem");
    private static final Set<String> TABLE_WRITES = Set.of("dynamodb:PutItem", "dynamodb:UpdateItem");
    private static final Pattern SECRET = Pattern.compile(
            "hooks\\.slack\\.com/services/T|xox[abprs]-[0-9A-Za-z]{5}|xapp-[0-9]|AKIA[0-9A-Z]{16}|-----BEGIN [A-Z"
                    + " ]*PRIVATE KEY|whsec_|ghp_[0-9A-Za-z]{20}");

    private final List<String> faults = new ArrayList<>();
    private final Map<String, Resource> resources = new LinkedHashMap<>();

    private record Resource(String address, String type, JsonNode values, JsonNode unknown) {
        boolean sets(String name) {
            JsonNode value = values.path(name);
            return unknown.path(name).asBoolean()
                    || !(value.isMissingNode()
                            || value.isNull()
                            || value.asText().isEmpty() && value.isValueNode());
        }

        boolean enables(String name) {
            return values.path(name).asBoolean() || unknown.path(name).asBoolean();
        }
    }

    private TerraformPlanFaults() {}

    /** Returns the faults of a plan in the format of {@code show -json}, each with the address of the resource. */
    static List<String> of(JsonNode plan) throws IOException {
        TerraformPlanFaults checker = new TerraformPlanFaults();
        TerraformCopy.resources(plan.at("/prior_state/values/root_module"))
                .forEach(resource -> checker.add(resource, resource.path("values"), MissingNode.getInstance()));
        TerraformCopy.resources(plan.at("/planned_values/root_module"))
                .forEach(resource -> checker.add(resource, resource.path("values"), MissingNode.getInstance()));
        plan.path("resource_changes").forEach(change -> {
            if (!change.at("/change/after").isNull()) {
                checker.add(change, change.at("/change/after"), change.at("/change/after_unknown"));
            }
        });
        checker.check();
        return List.copyOf(checker.faults);
    }

    private void add(JsonNode resource, JsonNode values, JsonNode unknown) {
        String address = resource.path("address").asText();
        resources.put(address, new Resource(address, resource.path("type").asText(), values, unknown));
    }

    private Stream<Resource> all(String type) {
        return resources.values().stream().filter(resource -> resource.type().equals(type));
    }

    private void fault(Resource resource, String problem) {
        faults.add(resource.address() + ": " + problem);
    }

    private void check() throws IOException {
        for (Resource resource : resources.values()) {
            switch (resource.type()) {
                case "aws_iam_policy_document" ->
                    resource.values()
                            .path("statement")
                            .forEach(statement -> statement(resource, PolicyStatement.fromBlock(statement)));
                case "aws_iam_role_policy",
                        "aws_iam_policy",
                        "aws_sqs_queue_policy",
                        "aws_kms_key",
                        "aws_s3_bucket_policy" ->
                    document(resource, resource.values().path("policy").asText());
                case "aws_sqs_queue" -> {
                    if (!resource.enables("sqs_managed_sse_enabled") && !resource.sets("kms_master_key_id")) {
                        fault(resource, "the queue is not encrypted");
                    }
                }
                case "aws_dynamodb_table" -> {
                    if (!resource.values()
                            .at("/server_side_encryption/0/enabled")
                            .asBoolean()) {
                        fault(resource, "the table is not encrypted");
                    }
                    if (!resource.enables("deletion_protection_enabled")
                            || !resource.values()
                                    .at("/point_in_time_recovery/0/enabled")
                                    .asBoolean()) {
                        fault(resource, "the table lacks deletion protection or point-in-time recovery");
                    }
                }
                case "aws_cloudwatch_log_group" -> {
                    if (!resource.sets("kms_key_id")) {
                        fault(resource, "the log group is not encrypted");
                    }
                }
                case "aws_lambda_event_source_mapping" -> mapping(resource);
                case "aws_lambda_function" -> function(resource);
                case "aws_secretsmanager_secret_version" -> fault(resource, "the state contains a secret");
                default -> {}
            }
            if (SECRET.matcher(resource.values().toString()).find()) {
                fault(resource, "the plan contains a secret");
            }
        }
    }

    /** A policy statement, from a Terraform block or JSON. */
    private record PolicyStatement(
            boolean allowed,
            List<String> actions,
            List<String> resources,
            Set<String> conditions,
            boolean anyPrincipal,
            boolean resourcePolicy) {
        static PolicyStatement fromBlock(JsonNode block) {
            List<String> principals = new ArrayList<>();
            Set<String> conditions = new TreeSet<>();
            block.path("condition")
                    .forEach(condition -> conditions.add(condition.path("test").asText() + " "
                            + condition.path("variable").asText()));
            block.path("principals").forEach(principal -> principals.addAll(texts(principal.path("identifiers"))));
            return new PolicyStatement(
                    !block.path("effect").asText().equals("Deny"),
                    actions(texts(block.path("actions")), block.path("not_actions")),
                    texts(block.path("resources")),
                    conditions,
                    principals.contains("*"),
                    !principals.isEmpty());
        }

        static PolicyStatement fromJson(JsonNode statement) {
            JsonNode principal = statement.path("Principal");
            Set<String> conditions = new TreeSet<>();
            statement
                    .path("Condition")
                    .properties()
                    .forEach(operator -> operator.getValue()
                            .fieldNames()
                            .forEachRemaining(key -> conditions.add(operator.getKey() + " " + key)));
            return new PolicyStatement(
                    statement.path("Effect").asText().equals("Allow"),
                    actions(texts(statement.path("Action")), statement.path("NotAction")),
                    texts(statement.path("Resource")),
                    conditions,
                    principal.toString().contains("\"*\""),
                    !principal.isMissingNode());
        }

        boolean hasCondition() {
            return !conditions.isEmpty();
        }

        /** Returns whether each request must name keys, and only allowed ones. */
        boolean restrictsKeys() {
            return conditions.containsAll(
                    Set.of("ForAllValues:StringLike dynamodb:LeadingKeys", "Null dynamodb:LeadingKeys"));
        }

        /** Treats NotAction like all actions. */
        private static List<String> actions(List<String> actions, JsonNode notActions) {
            return notActions.isEmpty() ? actions : List.of("*");
        }

        private static List<String> texts(JsonNode textOrArray) {
            List<String> texts = new ArrayList<>();
            if (textOrArray.isTextual()) {
                texts.add(textOrArray.asText());
            }
            textOrArray.forEach(text -> texts.add(text.asText()));
            return texts;
        }
    }

    private void document(Resource resource, String json) throws IOException {
        if (!json.isEmpty()) {
            for (JsonNode statement : TerraformCopy.JSON.readTree(json).path("Statement")) {
                statement(resource, PolicyStatement.fromJson(statement));
            }
        }
    }

    private void statement(Resource resource, PolicyStatement policyStatement) {
        if (!policyStatement.allowed()) {
            return;
        }
        for (String action : policyStatement.actions()) {
            if (action.equals("*") || action.endsWith(":*")) {
                fault(resource, "it allows the action " + action);
            } else if (!policyStatement.resourcePolicy()
                    && !policyStatement.hasCondition()
                    && policyStatement.resources().contains("*")
                    && !READ_ACTION.matcher(action).matches()) {
                fault(resource, "it allows the write " + action + " on * without a condition");
            }
            if (action.startsWith("dynamodb:") && !policyStatement.resourcePolicy()) {
                if (!TABLE_ACTIONS.contains(action)) {
                    fault(resource, "it allows the action " + action);
                } else if (TABLE_WRITES.contains(action) && !policyStatement.restrictsKeys()) {
                    fault(resource, "it allows the write " + action + " on any key");
                }
            }
        }
        if (policyStatement.anyPrincipal() && !policyStatement.hasCondition()) {
            fault(resource, "it allows any principal");
        }
    }

    private void mapping(Resource mapping) {
        if (!mapping.values().path("function_response_types").toString().contains("\"ReportBatchItemFailures\"")) {
            fault(mapping, "the event source mapping does not report batch item failures");
        }
    }

    /**
     * Requires a dead-letter queue at the source queue or the function. Callers of a URL, and people whom a managed policy permits to
     * invoke the function, receive the error themselves.
     */
    private void function(Resource function) {
        String name = function.values().path("function_name").asText();
        boolean mappingsKnown = all("aws_lambda_event_source_mapping")
                .allMatch(mapping -> mapping.values().has("function_name"));
        boolean hasDeadLetterQueue = !function.values()
                        .path("dead_letter_config")
                        .isEmpty()
                || all("aws_lambda_function_url")
                        .anyMatch(url ->
                                url.values().path("function_name").asText().equals(name))
                || all("aws_iam_policy")
                        .anyMatch(policy ->
                                policy.values().path("policy").asText().contains(":function:" + name + "\""))
                || all("aws_lambda_event_source_mapping")
                        .filter(mapping -> invokes(mapping, name))
                        .anyMatch(this::hasRedrivePolicy);
        if (mappingsKnown && !hasDeadLetterQueue) {
            fault(function, "the function has no dead-letter queue");
        }
    }

    private static boolean invokes(Resource mapping, String function) {
        String invoked = mapping.values().path("function_name").asText();
        return invoked.equals(function) || (invoked + ":").contains(":function:" + function + ":");
    }

    private boolean hasRedrivePolicy(Resource mapping) {
        String queue = mapping.values().path("event_source_arn").asText();
        return all("aws_sqs_queue")
                .filter(candidate -> candidate.values().path("arn").asText().equals(queue))
                .anyMatch(candidate ->
                        candidate.values().path("redrive_policy").asText().contains("deadLetterTargetArn"));
    }
}
