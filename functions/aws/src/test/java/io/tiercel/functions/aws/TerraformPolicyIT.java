package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the plans of the infra/terraform examples for faults. */
@Tag("packaged")
class TerraformPolicyIT {
    private static final Map<String, String> NO_ACCOUNT =
            Map.of("AWS_REGION", "eu-west-1", "AWS_ACCESS_KEY_ID", "test", "AWS_SECRET_ACCESS_KEY", "test");
    private static final Path FAULTY = Path.of(
            System.getProperty("tiercel.root"), "functions", "aws", "src", "test", "resources", "terraform-faults");

    @TempDir
    Path folder;

    @AfterEach
    void removeLinks() throws Exception {
        TerraformCopy.removeLinks(folder);
    }

    /** Skips the test unless the AWS provider is emulated, because the real one needs an account. */
    private static void skipUnlessProviderIsEmulated() {
        Skip.unless(
                System.getenv("TF_CLI_CONFIG_FILE") != null,
                "needs an emulated provider hashicorp/aws, configured by TF_CLI_CONFIG_FILE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"minimal", "complete"})
    void examplesHaveNoFaults(String example) throws Exception {
        skipUnlessProviderIsEmulated();
        TerraformCopy copy = TerraformCopy.withPlaceholders(folder).initialized("examples/" + example);
        assertEquals(List.of(), TerraformPlanFaults.of(copy.plan(NO_ACCOUNT)), "before the apply");
        copy.apply(NO_ACCOUNT);
        assertEquals(
                List.of(), TerraformPlanFaults.of(copy.plan(NO_ACCOUNT)), "after the apply, when all values are known");
        copy.variables(TerraformCopy.JSON.createObjectNode().put("deletion_protection", false));
        copy.apply(NO_ACCOUNT);
        assertEquals(List.of(), protectedFromDestroy(copy.state(NO_ACCOUNT)));
        copy.destroy(NO_ACCOUNT);
    }

    /** Returns the tables and buckets that AWS or Terraform would not delete. */
    private static List<String> protectedFromDestroy(JsonNode state) {
        return TerraformCopy.resources(state.at("/values/root_module")).stream()
                .filter(resource -> switch (resource.path("type").asText()) {
                    case "aws_dynamodb_table" ->
                        resource.at("/values/deletion_protection_enabled").asBoolean();
                    case "aws_s3_bucket" ->
                        !resource.at("/values/force_destroy").asBoolean();
                    default -> false;
                })
                .map(resource -> resource.path("address").asText())
                .toList();
    }

    @Test
    void everyFaultIsFound() throws Exception {
        skipUnlessProviderIsEmulated();
        TerraformCopy copy = TerraformCopy.withPlaceholders(folder);
        Path faulty = Files.createDirectory(copy.folder().resolve("faults"));
        Files.copy(FAULTY.resolve("main.tf"), faulty.resolve("main.tf"));
        Files.copy(TerraformCopy.placeholder(), faulty.resolve("placeholder.zip"));
        TerraformCopy faults = copy.initialized("faults");
        faults.run(NO_ACCOUNT, "apply", "-auto-approve", "-input=false", "-no-color")
                .succeeded();
        assertEquals(
                new TreeSet<>(List.of(
                        "aws_cloudwatch_log_group.unencrypted: the log group is not encrypted",
                        "aws_dynamodb_table.unencrypted: the table is not encrypted",
                        "aws_dynamodb_table.unencrypted: the table lacks deletion protection or point-in-time recovery",
                        "aws_iam_role_policy.every_action_of_a_service: it allows the action sqs:*",
                        "aws_lambda_event_source_mapping.all_or_nothing: the event source mapping does not"
                                + " report batch item failures",
                        "aws_lambda_function.lossy: the plan contains a secret",
                        "aws_lambda_function.lossy: the function has no dead-letter queue",
                        "aws_secretsmanager_secret_version.known: the state contains a secret",
                        "aws_sqs_queue.unencrypted: the queue is not encrypted",
                        "aws_sqs_queue_policy.any_principal: it allows any principal",
                        "data.aws_iam_policy_document.any_item: it allows the action dynamodb:DeleteItem",
                        "data.aws_iam_policy_document.any_item: it allows the write dynamodb:PutItem on any key",
                        "data.aws_iam_policy_document.no_item: it allows the write dynamodb:UpdateItem on any key",
                        "data.aws_iam_policy_document.every_action: it allows the action *",
                        "data.aws_iam_policy_document.every_action_but_one: it allows the action *",
                        "data.aws_iam_policy_document.write_on_everything: it allows the write ec2:TerminateInstances"
                                + " on * without a condition")),
                new TreeSet<>(TerraformPlanFaults.of(faults.plan(NO_ACCOUNT))));
    }
}
