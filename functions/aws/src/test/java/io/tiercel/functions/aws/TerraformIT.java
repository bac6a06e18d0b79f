package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** infra/terraform with the real tools, and what it makes in an AWS on this machine. */
class TerraformIT {
    private static final Path ROOT = Path.of(System.getProperty("tiercel.root"));
    private static final Path SOURCE = ROOT.resolve("infra").resolve("terraform");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path folder;

    @Test
    void isFormattedValidAndRefusesWrongVariables() throws Exception {
        Tool terraform = Tool.oneOf("tofu", "terraform");
        terraform.run(SOURCE, Map.of(), "fmt", "-check", "-recursive", "-diff").succeeded();
        initialised(terraform);
        terraform.run(folder, Map.of(), "validate", "-no-color").succeeded();
        String tests = terraform.run(folder, Map.of(), "test", "-no-color").succeeded();
        assertTrue(
                Pattern.compile("Success! [1-9][0-9]* passed, 0 failed")
                        .matcher(tests)
                        .find(),
                tests);
    }

    @Test
    void hasNoKnownWeakness() throws Exception {
        Tool trivy = Tool.oneOf("trivy");
        trivy.run(
                        SOURCE,
                        Map.of(),
                        "config",
                        "--skip-check-update",
                        "--severity",
                        "MEDIUM,HIGH,CRITICAL",
                        "--exit-code",
                        "1",
                        ".")
                .succeeded();
    }

    @Test
    void appliesWorksChangesAndLeavesNothing(@TempDir Path code) throws Exception {
        Tool terraform = Tool.oneOf("tofu", "terraform");
        try (Moto moto = Moto.startOrSkip();
                SlackStub slack = new SlackStub();
                SqsClient queues = moto.sqs();
                DynamoDbClient tables = moto.dynamoDb()) {
            initialised(terraform);
            Map<String, String> variables = new HashMap<>(moto.environment());
            variables.put("TF_VAR_function_zip", LambdaProcess.zip().toString());
            variables.put("TF_VAR_slack_secret_arn", Pipeline.createSecret(moto, slack));

            apply(terraform, variables);
            JsonNode state = state(terraform, variables);
            assertFalse(state.toString().contains(slack.address()), "the state holds the secret");
            Pipeline pipeline = pipeline(state);
            assertEquals(output(state, "alerts_queue_url"), pipeline.queues().get("alerts"));
            assertEquals(
                    new TreeSet<>(pipeline.queues().values()),
                    new TreeSet<>(queues.listQueues().queueUrls()));
            assertEquals(List.of(pipeline.table()), tables.listTables().tableNames());
            LambdaProcess.unpack(code);
            Pipeline.drive(moto, slack, code, pipeline, LambdaProcess::start);

            variables.put("TF_VAR_limits", "{timeout_s = 60, memory_mb = 2048}");
            apply(terraform, variables);
            assertEquals(60, settings(state(terraform, variables), "enrich").timeoutSeconds());

            terraform
                    .run(folder, variables, "destroy", "-auto-approve", "-no-color")
                    .succeeded();
            assertEquals(List.of(), queues.listQueues().queueUrls());
            assertEquals(List.of(), tables.listTables().tableNames());
        }
    }

    @Test
    void readmeNamesEveryVariableAndOutput() throws Exception {
        String readme = Files.readString(SOURCE.resolve("README.md"));
        for (String file : List.of("variables.tf", "outputs.tf")) {
            Matcher named = Pattern.compile("(?m)^(?:variable|output) \"([a-z_]+)\" \\{\n +description = \"([^\"]+)\"")
                    .matcher(Files.readString(SOURCE.resolve(file)).replace("\\\"", "'"));
            int found = 0;
            for (; named.find(); found++) {
                String line = "| `" + named.group(1) + "` | " + named.group(2);
                assertTrue(readme.contains(line), "README.md lacks: " + line);
            }
            assertTrue(found > 0, file);
        }
    }

    /** Works on a copy: what the tool leaves beside the files is not for the repository. */
    private void initialised(Tool terraform) throws IOException, InterruptedException {
        Files.createDirectory(folder.resolve("tests"));
        for (String part : List.of(".", "tests")) {
            try (Stream<Path> files = Files.list(SOURCE.resolve(part))) {
                for (Path file : files.filter(TerraformIT::belongs).toList()) {
                    Files.copy(file, folder.resolve(part).resolve(file.getFileName()));
                }
            }
        }
        Tool.Result init = terraform.run(folder, Map.of(), "init", "-input=false", "-no-color");
        // With a mirror of its own configured, a provider that is missing is a fault; without, it may be the network.
        Skip.unless(
                init.status() == 0 || System.getenv("TF_CLI_CONFIG_FILE") != null,
                "needs the provider hashicorp/aws: "
                        + init.output().lines().reduce("", (all, line) -> all + " " + line));
        init.succeeded();
    }

    /** Links lead to the provider outside of this folder; JUnit would warn of each. */
    @AfterEach
    void removeLinks() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    private static boolean belongs(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".tf") || name.endsWith(".tftest.hcl") || name.endsWith(".zip");
    }

    private void apply(Tool terraform, Map<String, String> variables) throws IOException, InterruptedException {
        terraform
                .run(folder, variables, "apply", "-auto-approve", "-input=false", "-no-color")
                .succeeded();
        Tool.Result again = terraform.run(folder, variables, "plan", "-detailed-exitcode", "-input=false", "-no-color");
        assertEquals(0, again.status(), "a second apply would change something: " + again.output());
    }

    private JsonNode state(Tool terraform, Map<String, String> variables) throws IOException, InterruptedException {
        return JSON.readTree(
                terraform.run(folder, variables, "show", "-json", "-no-color").succeeded());
    }

    private static String output(JsonNode state, String name) {
        return state.at("/values/outputs/" + name + "/value").asText();
    }

    private static JsonNode resource(JsonNode state, String address) {
        for (JsonNode resource : state.at("/values/root_module/resources")) {
            if (resource.path("address").asText().equals(address)) {
                return resource.path("values");
            }
        }
        throw new AssertionError("not in the state: " + address);
    }

    private static Pipeline pipeline(JsonNode state) {
        Map<String, String> queues = new HashMap<>();
        for (String name : Pipeline.queueNames()) {
            String address = name.endsWith("-dead")
                    ? "aws_sqs_queue.dead_letters[\"" + name.substring(0, name.length() - 5) + "\"]"
                    : "aws_sqs_queue.queue[\"" + name + "\"]";
            queues.put(name, resource(state, address).path("url").asText());
        }
        Map<String, LambdaSettings> functions = new HashMap<>();
        Pipeline.FUNCTIONS.forEach(function -> functions.put(function, settings(state, function)));
        return new Pipeline(output(state, "incidents_table"), queues, functions);
    }

    private static LambdaSettings settings(JsonNode state, String function) {
        JsonNode values = resource(state, "aws_lambda_function.function[\"" + function + "\"]");
        Map<String, String> environment = new HashMap<>();
        values.at("/environment/0/variables")
                .properties()
                .forEach(variable ->
                        environment.put(variable.getKey(), variable.getValue().asText()));
        return new LambdaSettings(
                values.path("handler").asText(),
                values.path("memory_size").asInt(),
                values.path("timeout").asInt(),
                environment);
    }
}
