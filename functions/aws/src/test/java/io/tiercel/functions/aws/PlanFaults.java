package io.tiercel.functions.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds faults in a Terraform plan: unrestricted permissions, unencrypted data, lost messages and secrets. Ignores values that are
 * unknown before an apply.
 */
final class PlanFaults {
    private static final Pattern READS =
            Pattern.compile("[a-z0-9-]+:(?:Describe|Get|List|BatchGet|Query|Scan|Receive|Head).*");
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

        boolean switchesOn(String name) {
            return values.path(name).asBoolean() || unknown.path(name).asBoolean();
        }
    }

    private PlanFaults() {}

    /** Returns the faults of a plan in the format of {@code show -json}, each with the address of the resource. */
    static List<String> of(JsonNode plan) throws IOException {
        PlanFaults looking = new PlanFaults();
        TerraformCopy.resources(plan.at("/prior_state/values/root_module"))
                .forEach(resource -> looking.add(resource, resource.path("values"), MissingNode.getInstance()));
        TerraformCopy.resources(plan.at("/planned_values/root_module"))
                .forEach(resource -> looking.add(resource, resource.path("values"), MissingNode.getInstance()));
        plan.path("resource_changes").forEach(change -> {
            if (!change.at("/change/after").isNull()) {
                looking.add(change, change.at("/change/after"), change.at("/change/after_unknown"));
            }
        });
        looking.look();
        return List.copyOf(looking.faults);
    }

    private void add(JsonNode resource, JsonNode values, JsonNode unknown) {
        String address = resource.path("address").asText();
        resources.put(address, new Resource(address, resource.path("type").asText(), values, unknown));
    }

    private Stream<Resource> all(String type) {
        return resources.values().stream().filter(resource -> resource.type().equals(type));
    }

    private void fault(Resource resource, String what) {
        faults.add(resource.address() + ": " + what);
    }

    private void look() throws IOException {
        for (Resource resource : resources.values()) {
            switch (resource.type()) {
                case "aws_iam_policy_document" ->
                    resource.values()
                            .path("statement")
                            .forEach(statement -> statement(resource, Said.inBlock(statement)));
                case "aws_iam_role_policy",
                        "aws_iam_policy",
                        "aws_sqs_queue_policy",
                        "aws_kms_key",
                        "aws_s3_bucket_policy" ->
                    document(resource, resource.values().path("policy").asText());
                case "aws_sqs_queue" -> {
                    if (!resource.switchesOn("sqs_managed_sse_enabled") && !resource.sets("kms_master_key_id")) {
                        fault(resource, "the queue is not encrypted");
                    }
                }
                case "aws_dynamodb_table" -> {
                    if (!resource.values()
                            .at("/server_side_encryption/0/enabled")
                            .asBoolean()) {
                        fault(resource, "the table is not encrypted");
                    }
                }
                case "aws_cloudwatch_log_group" -> {
                    if (!resource.sets("kms_key_id")) {
                        fault(resource, "the log group is not encrypted");
                    }
                }
                case "aws_lambda_event_source_mapping" -> mapping(resource);
                case "aws_lambda_function" -> function(resource);
                case "aws_secretsmanager_secret_version" -> fault(resource, "a secret's text is in the state");
                default -> {}
            }
            if (SECRET.matcher(resource.values().toString()).find()) {
                fault(resource, "a secret's text is in the plan");
            }
        }
    }

    /** A policy statement, from a Terraform block or JSON. */
    private record Said(
            boolean allows,
            List<String> actions,
            List<String> resources,
            boolean bound,
            boolean everybody,
            boolean ofResource) {
        static Said inBlock(JsonNode block) {
            List<String> principals = new ArrayList<>();
            block.path("principals").forEach(of -> principals.addAll(texts(of.path("identifiers"))));
            return new Said(
                    !block.path("effect").asText().equals("Deny"),
                    actions(texts(block.path("actions")), block.path("not_actions")),
                    texts(block.path("resources")),
                    !block.path("condition").isEmpty(),
                    principals.contains("*"),
                    !principals.isEmpty());
        }

        static Said inJson(JsonNode statement) {
            JsonNode principal = statement.path("Principal");
            return new Said(
                    statement.path("Effect").asText().equals("Allow"),
                    actions(texts(statement.path("Action")), statement.path("NotAction")),
                    texts(statement.path("Resource")),
                    !statement.path("Condition").isEmpty(),
                    principal.toString().contains("\"*\""),
                    !principal.isMissingNode());
        }

        /** Treats NotAction like all actions. */
        private static List<String> actions(List<String> named, JsonNode allBut) {
            return allBut.isEmpty() ? named : List.of("*");
        }

        private static List<String> texts(JsonNode oneOrMore) {
            List<String> texts = new ArrayList<>();
            if (oneOrMore.isTextual()) {
                texts.add(oneOrMore.asText());
            }
            oneOrMore.forEach(text -> texts.add(text.asText()));
            return texts;
        }
    }

    private void document(Resource resource, String json) throws IOException {
        if (!json.isEmpty()) {
            for (JsonNode statement : TerraformCopy.JSON.readTree(json).path("Statement")) {
                statement(resource, Said.inJson(statement));
            }
        }
    }

    private void statement(Resource resource, Said said) {
        if (!said.allows()) {
            return;
        }
        for (String action : said.actions()) {
            if (action.equals("*") || action.endsWith(":*")) {
                fault(resource, "it allows the action " + action);
            } else if (!said.ofResource()
                    && !said.bound()
                    && said.resources().contains("*")
                    && !READS.matcher(action).matches()) {
                fault(resource, "it allows the write " + action + " on * without a condition");
            }
        }
        if (said.everybody() && !said.bound()) {
            fault(resource, "it allows everybody");
        }
    }

    private void mapping(Resource mapping) {
        if (!mapping.values().path("function_response_types").toString().contains("\"ReportBatchItemFailures\"")) {
            fault(mapping, "the event source mapping takes no partial batch response");
        }
    }

    /** Requires a dead-letter queue at the source queue or the function. Callers of a URL receive the error themselves. */
    private void function(Resource function) {
        String name = function.values().path("function_name").asText();
        boolean known = all("aws_lambda_event_source_mapping")
                .allMatch(mapping -> mapping.values().has("function_name"));
        boolean kept = !function.values().path("dead_letter_config").isEmpty()
                || all("aws_lambda_function_url")
                        .anyMatch(url ->
                                url.values().path("function_name").asText().equals(name))
                || all("aws_lambda_event_source_mapping")
                        .filter(mapping -> calls(mapping, name))
                        .anyMatch(this::redrives);
        if (known && !kept) {
            fault(function, "what fails in the function is lost");
        }
    }

    private static boolean calls(Resource mapping, String function) {
        String called = mapping.values().path("function_name").asText();
        return called.equals(function) || (called + ":").contains(":function:" + function + ":");
    }

    private boolean redrives(Resource mapping) {
        String queue = mapping.values().path("event_source_arn").asText();
        return all("aws_sqs_queue")
                .filter(of -> of.values().path("arn").asText().equals(queue))
                .anyMatch(of -> of.values().path("redrive_policy").asText().contains("deadLetterTargetArn"));
    }
}
