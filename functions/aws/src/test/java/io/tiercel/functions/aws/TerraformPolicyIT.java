package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
    private static final Map<String, String> NO_AWS =
            Map.of("AWS_REGION", "eu-west-1", "AWS_ACCESS_KEY_ID", "test", "AWS_SECRET_ACCESS_KEY", "test");
    private static final Path FAULTY = Path.of(
            System.getProperty("tiercel.root"), "functions", "aws", "src", "test", "resources", "terraform-faults");

    @TempDir
    Path folder;

    @AfterEach
    void removeLinks() throws Exception {
        TerraformCopy.removeLinks(folder);
    }

    /** The stand-in of the AWS provider needs no account. */
    private static void onlyWithStandIn() {
        Skip.unless(
                System.getenv("TF_CLI_CONFIG_FILE") != null,
                "applies without an account: needs a stand-in for hashicorp/aws, named by TF_CLI_CONFIG_FILE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"minimal", "complete"})
    void examplesHaveNoFaults(String example) throws Exception {
        onlyWithStandIn();
        TerraformCopy copy =
                TerraformCopy.in(folder, TerraformCopy.placeholder()).initialised("examples/" + example);
        assertEquals(List.of(), PlanFaults.of(copy.plan(NO_AWS)), "before it is applied");
        copy.apply(NO_AWS);
        assertEquals(List.of(), PlanFaults.of(copy.plan(NO_AWS)), "with everything known");
        copy.destroy(NO_AWS);
    }

    @Test
    void everyFaultIsFound() throws Exception {
        onlyWithStandIn();
        TerraformCopy copy = TerraformCopy.in(folder, TerraformCopy.placeholder());
        Path faulty = Files.createDirectory(copy.folder().resolve("faults"));
        Files.copy(FAULTY.resolve("main.tf"), faulty.resolve("main.tf"));
        Files.copy(TerraformCopy.placeholder(), faulty.resolve("placeholder.zip"));
        TerraformCopy faults = copy.initialised("faults");
        faults.run(NO_AWS, "apply", "-auto-approve", "-input=false", "-no-color")
                .succeeded();
        assertEquals(
                new TreeSet<>(List.of(
                        "aws_cloudwatch_log_group.unencrypted: the log group is not encrypted",
                        "aws_dynamodb_table.unencrypted: the table is not encrypted",
                        "aws_iam_role_policy.every_action_of_a_service: it allows the action sqs:*",
                        "aws_lambda_event_source_mapping.all_or_nothing: the event source mapping takes no partial"
                                + " batch response",
                        "aws_lambda_function.lossy: a secret's text is in the plan",
                        "aws_lambda_function.lossy: what fails in the function is lost",
                        "aws_secretsmanager_secret_version.known: a secret's text is in the state",
                        "aws_sqs_queue.unencrypted: the queue is not encrypted",
                        "aws_sqs_queue_policy.everybody: it allows everybody",
                        "data.aws_iam_policy_document.every_action: it allows the action *",
                        "data.aws_iam_policy_document.every_action_but_one: it allows the action *",
                        "data.aws_iam_policy_document.write_on_everything: it allows the write ec2:TerminateInstances"
                                + " on * without a condition")),
                new TreeSet<>(PlanFaults.of(faults.plan(NO_AWS))));
    }
}
