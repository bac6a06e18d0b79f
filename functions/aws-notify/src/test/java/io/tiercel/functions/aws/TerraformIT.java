package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/** Applies infra/terraform to a local AWS emulator and sends alerts through it. */
@Tag("packaged")
class TerraformIT {
    private static final String POLICIES = """
        - policy: From the parameter
          desc: read by the functions
          match: {rules: [Read sensitive file]}
          actions: ["ec2:stop"]
        """;

    private static final String KILL_SWITCH = "/tiercel/tiercel/kill-switch";
    private static final Inventory EXPECTED = new Inventory(
            List.of(
                    "tiercel-alerts",
                    "tiercel-alerts-dead",
                    "tiercel-alerts-unverified",
                    "tiercel-alerts-unverified-dead",
                    "tiercel-enriched",
                    "tiercel-enriched-dead",
                    "tiercel-enriched-unverified",
                    "tiercel-enriched-unverified-dead",
                    "tiercel-notifications-dead.fifo",
                    "tiercel-notifications-unverified-dead.fifo",
                    "tiercel-notifications-unverified.fifo",
                    "tiercel-notifications.fifo",
                    "tiercel-responses-dead.fifo",
                    "tiercel-responses-unverified-dead.fifo",
                    "tiercel-responses-unverified.fifo",
                    "tiercel-responses-urgent-dead.fifo",
                    "tiercel-responses-urgent.fifo",
                    "tiercel-responses.fifo",
                    "tiercel-schedules-dead"),
            List.of("tiercel-audit", "tiercel-incidents"),
            List.of(
                    "tiercel-deduplicate java25 [arm64] live",
                    "tiercel-enrich java25 [arm64] live",
                    "tiercel-notify java25 [arm64] live",
                    "tiercel-operate java25 [arm64] live",
                    "tiercel-operate-read java25 [arm64] live",
                    "tiercel-respond java25 [arm64] live",
                    "tiercel-sweep java25 [arm64] live"),
            List.of(
                    "tiercel-deduplicate [deduplicate]",
                    "tiercel-enrich [enrich]",
                    "tiercel-notify [notify]",
                    "tiercel-operate [operate]",
                    "tiercel-operate-read [operate-read]",
                    "tiercel-respond [actions, respond]",
                    "tiercel-schedule [schedule]",
                    "tiercel-sweep [sweep]"),
            List.of(
                    "/aws/lambda/tiercel-deduplicate 30 days",
                    "/aws/lambda/tiercel-enrich 30 days",
                    "/aws/lambda/tiercel-notify 30 days",
                    "/aws/lambda/tiercel-operate 30 days",
                    "/aws/lambda/tiercel-operate-read 30 days",
                    "/aws/lambda/tiercel-respond 30 days",
                    "/aws/lambda/tiercel-sweep 30 days"),
            List.of("tiercel-notify rate(1 minute)", "tiercel-sweep rate(1 minute)"),
            List.of(KILL_SWITCH, "/tiercel/tiercel/responses"),
            List.of("Tiercel tiercel: incidents and logs"));

    @TempDir
    Path folder;

    @AfterEach
    void removeLinks() throws Exception {
        TerraformCopy.removeLinks(folder);
    }

    @Test
    void canBeAppliedUsedChangedAndDestroyed(@TempDir Path code) throws Exception {
        TerraformCopy root = TerraformCopy.withFunctions(folder).initialized(".");
        try (Moto moto = Moto.startOrSkip();
                SlackWebhookStub slack = new SlackWebhookStub()) {
            Map<String, String> environment = moto.environment();
            ObjectNode variables = TerraformCopy.JSON.createObjectNode();
            variables.putObject("notifications").put("slack_secret_arn", Pipeline.createSecret(moto, slack));
            ObjectNode responses = variables.putObject("responses").put("policies", POLICIES);
            responses.putArray("actions").add("ec2:stop");
            responses.putObject("instance_tags").put("guarded", "yes");
            root.variables(variables);

            root.apply(environment);
            JsonNode state = root.state(environment);
            assertFalse(state.toString().contains(slack.address()), "the state contains the secret");
            Pipeline pipeline = pipeline(state, Pipeline.FUNCTIONS);
            assertEquals(output(state, "alerts_queue_url"), pipeline.queues().get("alerts"));
            assertEquals(EXPECTED, Inventory.of(moto));
            try (RecordingRunner runner = new RecordingRunner()) {
                Pipeline.sendAlerts(moto, slack, FunctionCode.unpack(code), pipeline, runner);
                assertEquals(List.of(), runner.denied(state), "AWS would deny these calls");
                assertEquals(List.of(), runner.calls("enrich"), "enrich has no access to a table");
                assertFalse(runner.calls("respond").isEmpty(), "respond was not recorded");
            }
            assertTrue(
                    slack.messages().getFirst().contains("ec2:stop"),
                    "the response uses the policies of the parameter: " + slack.messages());

            engageKillSwitch(moto);
            // Without this, AWS would reject the deletion of the tables.
            variables
                    .putObject("settings")
                    .put("timeout_s", 60)
                    .put("memory_mb", 2048)
                    .putObject("storage")
                    .put("deletion_protection", false);
            responses.put("policies", POLICIES + "# changed\n");
            root.variables(variables);
            root.apply(environment);
            JsonNode changed = root.state(environment);
            assertEquals(60, settings(changed, "enrich").timeoutSeconds());
            assertEquals(120, settings(changed, "respond").timeoutSeconds());
            assertEquals(
                    "ssm:/tiercel/tiercel/responses:2",
                    settings(changed, "respond").environment().get("TIERCEL_RESPONSES"),
                    "a changed text is a new version of the parameter");

            assertEquals("on", killSwitch(moto), "a second apply does not reset the kill switch");

            root.destroy(environment);
            assertEquals(Inventory.EMPTY, Inventory.of(moto));
        }
    }

    private static SsmClient parameters(Moto moto) {
        return moto.configure(SsmClient.builder().httpClient(UrlConnectionHttpClient.create()))
                .build();
    }

    private static void engageKillSwitch(Moto moto) {
        try (SsmClient parameters = parameters(moto)) {
            parameters.putParameter(put -> put.name(KILL_SWITCH).value("on").overwrite(true));
        }
    }

    private static String killSwitch(Moto moto) {
        try (SsmClient parameters = parameters(moto)) {
            return parameters
                    .getParameter(get -> get.name(KILL_SWITCH))
                    .parameter()
                    .value();
        }
    }

    private static String output(JsonNode state, String name) {
        return state.at("/values/outputs/" + name + "/value").asText();
    }

    private static JsonNode values(JsonNode state, String address) {
        return TerraformCopy.values(state.at("/values/root_module"), "module.pipeline." + address);
    }

    static Pipeline pipeline(JsonNode state, List<String> functionNames) {
        Map<String, String> queues = new HashMap<>();
        for (String name : Pipeline.queueNames()) {
            String address = name.endsWith("-dead")
                    ? "aws_sqs_queue.dead_letters[\"" + name.substring(0, name.length() - 5) + "\"]"
                    : "aws_sqs_queue.queue[\"" + name + "\"]";
            queues.put(name, values(state, address).path("url").asText());
        }
        Map<String, LambdaSettings> functions = new HashMap<>();
        functionNames.forEach(function -> functions.put(function, settings(state, function)));
        return new Pipeline(output(state, "incidents_table"), queues, functions);
    }

    private static LambdaSettings settings(JsonNode state, String function) {
        JsonNode values = values(state, "aws_lambda_function.function[\"" + function + "\"]");
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
