package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.aws.dynamodb.DynamoDbIncidentStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbNotificationStore;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.secret.HmacSha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Tests the packaged notify.zip with the settings of Terraform. */
@Tag("packaged")
class PackagedNotifyIT {
    private static final long MAX_UNPACKED_BYTES = 150_000_000;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    static Path code;

    @BeforeAll
    static void unpack() throws Exception {
        FunctionCode.unpack(FunctionCode.NOTIFY_ZIP, code);
    }

    private static Set<String> entries(Path zip) throws Exception {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            return file.stream().map(ZipEntry::getName).collect(Collectors.toSet());
        }
    }

    @Test
    void hasTheChannelsWhichFunctionZipLacks() throws Exception {
        for (String jar : List.of("tiercel-functions-notify-", "tiercel-functions-channels-", "slack-api-client-")) {
            assertTrue(entries(FunctionCode.NOTIFY_ZIP).stream().anyMatch(name -> name.contains(jar)), jar);
            assertFalse(entries(FunctionCode.FUNCTION_ZIP).stream().anyMatch(name -> name.contains(jar)), jar);
        }
        for (String client : List.of("ec2", "autoscaling", "elasticloadbalancingv2", "iam", "lambda")) {
            String jar = "lib/software.amazon.awssdk." + client + "-";
            assertFalse(entries(FunctionCode.NOTIFY_ZIP).stream().anyMatch(name -> name.startsWith(jar)), jar);
        }
        try (ZipFile file = new ZipFile(FunctionCode.NOTIFY_ZIP.toFile())) {
            long bytes = file.stream().mapToLong(ZipEntry::getSize).sum();
            assertTrue(bytes < MAX_UNPACKED_BYTES, bytes + " bytes");
            System.out.println("notify.zip: " + Files.size(FunctionCode.NOTIFY_ZIP) + " bytes, unpacked " + bytes);
        }
    }

    @Test
    void messagesThatCanNeverBeProcessedGoToTheDeadLetterQueueWithAReason() throws Exception {
        try (Moto moto = Moto.startOrSkip();
                SlackWebhookStub slack = new SlackWebhookStub()) {
            Pipeline pipeline = Pipeline.create(moto, slack);
            Map<String, String> messages = new TreeMap<>();
            messages.put("known", "{\"incidentId\":\"0123456789abcdef01234567\"}");
            messages.put("removed", "{\"channel\":\"removed\",\"subject\":\"incident/0a\"}");
            messages.put("other", "{\"incident\":\"0a\"}");
            messages.put("subject", "{\"channel\":\"slack\",\"subject\":\"host/0a\"}");
            messages.put("text", "oops");
            try (LambdaProcess function = LambdaProcess.start(code, settings(pipeline), moto.environment())) {
                assertEquals(List.of(), SqsEvents.failures(function.invoke(SqsEvents.event(messages))), function.log());
            }
            Map<String, String> reasons = new TreeMap<>();
            while (true) {
                var rejected = pipeline.receive(moto, "notifications-dead");
                if (rejected.isEmpty()) {
                    break;
                }
                rejected.forEach(message -> reasons.put(
                        message.body(),
                        String.valueOf(message.messageAttributes().get("reason"))));
                pipeline.deleteAll(moto, "notifications-dead", rejected);
            }
            assertEquals(Set.of(messages.get("other"), messages.get("subject"), "oops"), reasons.keySet());
            assertTrue(String.valueOf(reasons.get("oops")).contains("incidentId"), reasons.toString());
            assertTrue(String.valueOf(reasons.get(messages.get("subject"))).contains("host/0a"), reasons.toString());
        }
    }

    private static LambdaSettings settings(Pipeline pipeline) {
        return Objects.requireNonNull(pipeline.functions().get("notify"));
    }

    @Test
    void deliversInTheEmulatorAndWritesMetrics(@TempDir Path folder) throws Exception {
        Tool emulator = Tool.oneOf("aws-lambda-rie");
        try (Moto moto = Moto.startOrSkip();
                SlackWebhookStub slack = new SlackWebhookStub();
                DynamoDbClient client = moto.dynamoDb()) {
            Pipeline pipeline = Pipeline.create(moto, slack);
            IncidentTable table = new IncidentTable(client, pipeline.table(), InstantSource.system());
            String incident = new DynamoDbIncidentStore(table)
                    .record(
                            Alerts.incidentAlert("a1", "Read sensitive file", "Warning", Instant.now()),
                            IncidentRule.DEFAULT.maxOpen())
                    .incidentId();
            try (LambdaEmulator lambda =
                    LambdaEmulator.start(emulator, folder, code, settings(pipeline), moto.environment())) {
                Instant begin = Instant.now();
                assertEquals(List.of(), lambda.failures("{\"incidentId\":\"" + incident + "\"}"), lambda.log());
                System.out.println("aws-lambda-rie, notify.zip: first response after "
                        + Duration.between(begin, Instant.now()).toMillis() + " ms");
                String wake = pipeline.receive(moto, "notifications").getFirst().body();
                assertEquals("{\"channel\":\"slack\",\"subject\":\"incident/" + incident + "\"}", wake);
                assertEquals(List.of(), lambda.failures(wake), lambda.log());
                assertEquals(1, slack.messages().size(), lambda.log());
                lambda.invoke("{\"scheduled\":\"2026-03-01T12:00:00Z\"}");
                assertEquals(1, slack.messages().size(), lambda.log());

                List<JsonNode> metrics = lambda.log()
                        .lines()
                        .filter(line -> line.startsWith("{\"_aws\"") || line.startsWith("{\"Notifications"))
                        .map(PackagedNotifyIT::json)
                        .toList();
                assertEquals(
                        List.of(1, 0),
                        metrics.stream()
                                .map(line -> line.path("NotificationsDelivered").asInt())
                                .toList(),
                        lambda.log());
                JsonNode last = metrics.getLast();
                assertEquals(
                        "Tiercel/tiercel",
                        last.at("/_aws/CloudWatchMetrics/0/Namespace").textValue());
                assertEquals("slack", last.path("Channel").textValue());
                assertEquals(0, last.path("NotificationsPending").asInt(-1));
            }
        }
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void acceptsAButtonPressOnce() throws Exception {
        try (Moto moto = Moto.startOrSkip();
                SlackWebhookStub slack = new SlackWebhookStub();
                DynamoDbClient client = moto.dynamoDb()) {
            Pipeline pipeline = Pipeline.create(moto, slack);
            IncidentTable table = new IncidentTable(client, pipeline.table(), InstantSource.system());
            String incident = new DynamoDbIncidentStore(table)
                    .record(
                            Alerts.incidentAlert("a1", "Read sensitive file", "Warning", Instant.now()),
                            IncidentRule.DEFAULT.maxOpen())
                    .incidentId();
            Map<String, String> environment = new HashMap<>(moto.environment());
            environment.put("SECRET", "hunter2");
            environment.put("TIERCEL_NOTIFICATIONS", "secret:" + Pipeline.createSecret(moto, "channels", """
                channels: {hook: {type: slack-webhook, address: 'env:SECRET'}}
                interact: {pagerduty-secret: 'env:SECRET'}
                """));
            try (LambdaProcess function = LambdaProcess.start(
                    code,
                    LambdaSettings.fromTerraform(
                            "interact", Pipeline.references(pipeline.table(), "none", pipeline.queues())),
                    environment)) {
                String request = acknowledgement(incident);
                assertEquals(200, status(function.invoke(request)), function.log());
                assertEquals(200, status(function.invoke(request)), function.log());
                assertEquals(401, status(function.invoke(request.replace("v1=", "v1=0"))), function.log());
                assertFalse(function.log().contains("hunter2"), "the log contains the secret");
            }
            assertEquals(
                    "pagerduty:Alice",
                    new DynamoDbNotificationStore(table)
                            .acknowledgement(incident)
                            .orElseThrow()
                            .by());
            assertEquals(1, pipeline.receive(moto, "notifications").size());
        }
    }

    private static String acknowledgement(String incident) {
        String body = JSON.createObjectNode()
                .set(
                        "event",
                        JSON.createObjectNode()
                                .put("id", "e1")
                                .put("event_type", "incident.acknowledged")
                                .put("occurred_at", Instant.now().toString())
                                .<ObjectNode>set(
                                        "agent", JSON.createObjectNode().put("summary", "Alice"))
                                .set("data", JSON.createObjectNode().put("incident_key", incident)))
                .toString();
        ObjectNode event = JSON.createObjectNode().put("version", "2.0").put("rawPath", "/interact/pagerduty");
        event.putObject("headers")
                .put("X-PagerDuty-Signature", "v1=" + HmacSha256.hex("hunter2", body.getBytes(StandardCharsets.UTF_8)));
        event.putObject("requestContext").putObject("http").put("method", "POST");
        return event.put("body", body).put("isBase64Encoded", false).toString();
    }

    private static int status(String response) throws Exception {
        return JSON.readTree(response).path("statusCode").asInt();
    }
}
