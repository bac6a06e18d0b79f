package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.aws.dynamodb.DynamoDbIncidentStore;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.contract.SensorTokens;
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
                    SqsEvents.failures(function.invoke(SqsEvents.event("alerts-unverified", messages, Map.of())))
                            .stream()
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
                String event = SqsEvents.event("alerts-unverified", messages, Map.of());
                assertEquals(List.of(), SqsEvents.failures(function.invoke(event)), function.log());
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

    /** Each message is delivered twice, as after a crash between sending a message and deleting its source, and counts once. */
    @Test
    void alertsOfUnverifiedSendersUseQueuesOfTheirOwn(@TempDir Path folder) throws Exception {
        SensorTokens tokens = new SensorTokens();
        Path keys = Files.writeString(folder.resolve("keys.json"), tokens.keySet());
        Map<String, String> alerts = Map.of(
                "verified", SqsEvents.alert("a1", "Verified"),
                "forged", SqsEvents.alert("a2", "Unverified"),
                "anonymous", SqsEvents.alert("a3", "Unverified"));
        Map<String, Map<String, String>> attributes = Map.of(
                "verified", Map.of("token", tokens.valid("node-1")),
                "forged", Map.of("token", new SensorTokens().valid("node-1")));
        try (Moto moto = Moto.startOrSkip();
                SlackWebhookStub slack = new SlackWebhookStub()) {
            Pipeline pipeline = Pipeline.create(moto, slack);
            LambdaSettings settings =
                    Objects.requireNonNull(pipeline.functions().get("enrich"));
            Map<String, String> environment = new HashMap<>(settings.environment());
            environment.put("TIERCEL_IDENTITY_ISSUER", SensorTokens.ISSUER);
            environment.put("TIERCEL_IDENTITY_KEYS", "file:" + keys);
            settings =
                    new LambdaSettings(settings.handler(), settings.memoryMb(), settings.timeoutSeconds(), environment);
            List<Message> enriched;
            try (LambdaProcess enrich = LambdaProcess.start(code, settings, moto.environment())) {
                invokeTwice(enrich, SqsEvents.event("alerts", alerts, attributes));
                enriched = pipeline.receive(moto, "enriched");
                assertEquals(2, enriched.size(), enriched.toString());
                assertTrue(enriched.stream().allMatch(message -> message.body().contains("a1")), enriched.toString());
                assertEquals(List.of(), pipeline.receive(moto, "enriched-unverified"), "looked up before it moved");

                List<Message> moved = pipeline.receive(moto, "alerts-unverified");
                assertEquals(4, moved.size(), moved.toString());
                assertEquals(
                        2,
                        moved.stream()
                                .filter(message -> message.messageAttributes().containsKey("token"))
                                .count(),
                        "the credential is verified again");
                invokeTwice(enrich, event("alerts-unverified", moved));
            }
            List<Message> unverified = pipeline.receive(moto, "enriched-unverified");
            assertEquals(8, unverified.size(), unverified.toString());
            assertEquals(List.of(), pipeline.receive(moto, "alerts-unverified"), "a message moved twice");
            try (LambdaProcess deduplicate = LambdaProcess.start(
                    code, Objects.requireNonNull(pipeline.functions().get("deduplicate")), moto.environment())) {
                invokeTwice(deduplicate, event("enriched", enriched));
                invokeTwice(deduplicate, event("enriched-unverified", unverified));
            }
            Map<String, Incident> incidents;
            try (DynamoDbClient client = moto.dynamoDb()) {
                incidents = new DynamoDbIncidentStore(
                                new IncidentTable(client, pipeline.table(), InstantSource.system()))
                        .list(new IncidentQuery(null, null, 10)).stream()
                                .collect(Collectors.toMap(
                                        incident -> incident.fingerprint().rule(), incident -> incident));
            }
            assertEquals(Set.of("Verified", "Unverified"), incidents.keySet());
            for (String stage : List.of("responses", "notifications")) {
                assertEquals(Set.of(reference(incidents, "Verified", 1)), bodies(pipeline.receive(moto, stage)), stage);
                assertEquals(
                        Set.of(reference(incidents, "Unverified", 2)),
                        bodies(pipeline.receive(moto, stage + "-unverified")),
                        stage);
            }
        }
    }

    private static void invokeTwice(LambdaProcess function, String event) throws Exception {
        for (int delivery = 0; delivery < 2; delivery++) {
            assertEquals(List.of(), SqsEvents.failures(function.invoke(event)), function.log());
        }
    }

    private static String event(String queue, List<Message> messages) {
        Map<String, String> bodies = new TreeMap<>();
        Map<String, Map<String, String>> attributes = new TreeMap<>();
        for (Message message : messages) {
            Map<String, String> texts = new TreeMap<>();
            message.messageAttributes().forEach((name, value) -> texts.put(name, value.stringValue()));
            bodies.put(message.messageId(), message.body());
            attributes.put(message.messageId(), texts);
        }
        return SqsEvents.event(queue, bodies, attributes);
    }

    private static String reference(Map<String, Incident> incidents, String rule, long count) {
        Incident incident = Objects.requireNonNull(incidents.get(rule));
        assertEquals(count, incident.count(), rule);
        return "{\"incidentId\":\"" + incident.id() + "\"}";
    }

    private static Set<String> bodies(List<Message> messages) {
        return messages.stream().map(Message::body).collect(Collectors.toSet());
    }

    private static LambdaSettings settings(String function) throws Exception {
        Map<String, String> queues = new HashMap<>();
        Pipeline.queueNames().forEach(name -> queues.put(name, "http://127.0.0.1:1/" + name));
        return LambdaSettings.fromTerraform(function, Pipeline.references("incidents", "slack", queues));
    }
}
