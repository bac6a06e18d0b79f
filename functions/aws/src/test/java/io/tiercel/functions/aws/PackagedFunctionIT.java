package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.aws.dynamodb.DynamoDbIncidentStore;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.stage.EnrichStage;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** Tests the packaged function.zip with the settings of Terraform. */
@Tag("packaged")
class PackagedFunctionIT {
    /** Keeps the start of enrich short. The clients of actions, which only respond needs, would exceed it. */
    private static final long MAX_BYTES = 60_000_000;

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Map<String, String> UNREACHABLE_AWS = Map.of(
            "AWS_ENDPOINT_URL", "http://127.0.0.1:1",
            "AWS_REGION", "eu-west-1",
            "AWS_ACCESS_KEY_ID", "test",
            "AWS_SECRET_ACCESS_KEY", "test");

    @TempDir
    static Path code;

    @BeforeAll
    static void unpack() throws Exception {
        FunctionCode.unpack(FunctionCode.FUNCTION_ZIP, code);
    }

    @Test
    void isSmall() throws Exception {
        long bytes = Files.size(FunctionCode.FUNCTION_ZIP);
        assertTrue(bytes < MAX_BYTES, bytes + " bytes");
    }

    @Test
    void reportsFailedMessagesOfAnEvent() throws Exception {
        Map<String, String> messages = new TreeMap<>();
        messages.put("rejected", "{\"rule\":\"no priority\"}");
        messages.put("not-json", "oops");
        try (LambdaProcess function = LambdaProcess.start(code, settings("enrich"), UNREACHABLE_AWS)) {
            // The queue for rejected documents is unreachable as well.
            assertEquals(
                    List.of("not-json", "rejected"),
                    SqsEvents.failures(function.invoke(SqsEvents.event(messages))).stream()
                            .sorted()
                            .toList());
            assertTrue(function.log().contains("alert rejected: "), function.log());
            System.out.println("function.zip: first poll for an event after "
                    + function.startupTime().toMillis() + " ms");
        }
    }

    @Test
    void anInvalidMessageGoesToTheDeadLetterQueueImmediately() throws Exception {
        try (Moto moto = Moto.startOrSkip();
                SlackWebhookStub slack = new SlackWebhookStub()) {
            Pipeline pipeline = Pipeline.create(moto, slack);
            LambdaSettings settings = LambdaSettings.fromTerraform(
                    "enrich", Pipeline.references(pipeline.table(), "none", pipeline.queues()));
            List<String> bodies = List.of("oops", "{\"rule\":", "<alert/>", "\"a text\"");
            Map<String, String> messages = new TreeMap<>();
            bodies.forEach(body -> messages.put("m" + messages.size(), body));
            try (LambdaProcess function = LambdaProcess.start(code, settings, moto.environment())) {
                assertEquals(List.of(), SqsEvents.failures(function.invoke(SqsEvents.event(messages))), function.log());
            }
            Map<String, String> deadLetters = new TreeMap<>();
            pipeline.receive(moto, "alerts-dead")
                    .forEach(message -> deadLetters.put(
                            message.body(),
                            String.valueOf(message.messageAttributes().get("reason"))));
            assertEquals(Set.of("oops", "{\"rule\":", "<alert/>", "a text"), deadLetters.keySet());
            assertTrue(
                    deadLetters.values().stream().allMatch(reason -> reason.contains("JSON object {...}")),
                    deadLetters.toString());
        }
    }

    @Test
    void anUnreachableTableFailsTheMessageAndNotTheFunction() throws Exception {
        String message = new EnrichStage(new Enricher("", AttackTechniques.load()), IncidentRules.defaults())
                                .enrich(JSON.readTree(SqsEvents.alert("a1", "Read sensitive file")))
                        instanceof EnrichStage.Result.Enriched enriched
                ? enriched.alert().toJson()
                : "";
        Map<String, String> messages = Map.of("m1", message);
        try (LambdaProcess function = LambdaProcess.start(code, settings("deduplicate"), UNREACHABLE_AWS)) {
            for (int i = 0; i < 2; i++) {
                assertEquals(List.of("m1"), SqsEvents.failures(function.invoke(SqsEvents.event(messages))));
            }
            assertTrue(function.log().contains("deduplicate failed and will be retried"), function.log());
            assertTrue(function.log().contains("DynamoDB: could not read the ids of counted alerts"), function.log());
        }
    }

    @Test
    void reportsFailedMessagesInTheEmulator(@TempDir Path folder) throws Exception {
        Tool emulator = Tool.oneOf("aws-lambda-rie");
        String event = SqsEvents.event(Map.of("rejected", "{\"rule\":\"no priority\"}"));
        try (LambdaEmulator lambda =
                LambdaEmulator.start(emulator, folder, code, settings("enrich"), UNREACHABLE_AWS)) {
            Instant begin = Instant.now();
            assertEquals(List.of("rejected"), SqsEvents.failures(lambda.invoke(event)));
            Instant started = Instant.now();
            assertEquals(List.of("rejected"), SqsEvents.failures(lambda.invoke(event)));
            System.out.println("aws-lambda-rie: first response after "
                    + Duration.between(begin, started).toMillis() + " ms, second after "
                    + Duration.between(started, Instant.now()).toMillis() + " ms");
        }
    }

    @Test
    void countsABatchInTheEmulator(@TempDir Path folder) throws Exception {
        Tool emulator = Tool.oneOf("aws-lambda-rie");
        try (Moto moto = Moto.startOrSkip();
                SlackWebhookStub slack = new SlackWebhookStub()) {
            Pipeline pipeline = Pipeline.create(moto, slack);
            LambdaSettings settings =
                    Objects.requireNonNull(pipeline.functions().get("deduplicate"));
            Map<String, String> messages = new TreeMap<>();
            for (int i = 0; i < 40; i++) {
                messages.put(
                        "m" + i,
                        Alerts.enriched("a" + i % 30, "rule " + i % 2, NOW).toJson());
            }
            messages.put("forged", "{\"alert\":{}}");
            messages.put("not-json", "oops");
            String event = SqsEvents.event(messages);
            try (LambdaEmulator lambda = LambdaEmulator.start(emulator, folder, code, settings, moto.environment())) {
                for (int delivery = 0; delivery < 2; delivery++) {
                    assertEquals(List.of(), SqsEvents.failures(lambda.invoke(event)), lambda.log());
                }
            }
            try (DynamoDbClient client = moto.dynamoDb()) {
                List<Incident> incidents = new DynamoDbIncidentStore(
                                new IncidentTable(client, pipeline.table(), InstantSource.system()))
                        .list(new IncidentQuery(null, null, 10));
                assertEquals(
                        List.of(15L, 15L),
                        incidents.stream().map(Incident::count).toList());
            }
            assertEquals(
                    Set.of("{\"alert\":{}}", "oops"),
                    pipeline.receive(moto, "enriched-dead").stream()
                            .map(Message::body)
                            .collect(Collectors.toSet()));
            assertEquals(2, pipeline.receive(moto, "responses-unverified").size(), "one request for each incident");
        }
    }

    private static LambdaSettings settings(String function) throws Exception {
        Map<String, String> queues = new HashMap<>();
        Pipeline.queueNames().forEach(name -> queues.put(name, "http://127.0.0.1:1/" + name));
        return LambdaSettings.fromTerraform(function, Pipeline.references("incidents", "slack", queues));
    }
}
