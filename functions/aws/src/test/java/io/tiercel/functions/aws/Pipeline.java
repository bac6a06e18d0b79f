package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.audit.AuditSource;
import io.tiercel.functions.aws.dynamodb.AuditTable;
import io.tiercel.functions.aws.dynamodb.DynamoDbAuditLog;
import io.tiercel.functions.aws.dynamodb.DynamoDbIncidentStore;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentQuery;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * A deployed pipeline, created by the test or by Terraform.
 *
 * @param table name of the incidents table
 * @param queues queue URLs by their names in Terraform; names of dead-letter queues end with {@code -dead}
 * @param functions functions by name
 */
record Pipeline(String table, Map<String, String> queues, Map<String, LambdaSettings> functions) {
    static final List<String> FUNCTIONS = List.of("enrich", "deduplicate", "respond", "notify", "sweep");
    private static final List<String> QUEUES = List.of(
            "alerts",
            "alerts-unverified",
            "enriched",
            "enriched-unverified",
            "responses",
            "responses-urgent",
            "responses-unverified",
            "notifications",
            "notifications-unverified");

    private static final String AUDIT_TABLE = "audit";
    private static final String ANCHORS = "anchors";

    /** Returns the values of the Terraform references to a table, a secret and queues. */
    static Map<String, String> references(String table, String secret, Map<String, String> queues) {
        Map<String, String> references = new HashMap<>();
        references.put("aws_dynamodb_table.incidents.name", table);
        references.put("aws_dynamodb_table.audit.name", AUDIT_TABLE);
        references.put("local.anchors", "s3://" + ANCHORS + "/anchors");
        references.put("tostring(local.limits[\"notify\"].timeout_s)", "60");
        references.put("var.notifications.slack_secret_arn", secret);
        references.put("aws_ssm_parameter.kill_switch.name", "/tiercel/kill-switch");
        queues.forEach((name, url) -> references.put(
                name.endsWith("-dead")
                        ? "aws_sqs_queue.dead_letters[\"" + name.substring(0, name.length() - 5) + "\"].url"
                        : "aws_sqs_queue.queue[\"" + name + "\"].url",
                url));
        return references;
    }

    /** Returns the names of all queues, as in {@link #queues}. */
    static List<String> queueNames() {
        return QUEUES.stream()
                .flatMap(name -> List.of(name, name + "-dead").stream())
                .toList();
    }

    /** Creates the resources that Terraform would create. */
    static Pipeline create(Moto moto, SlackWebhookStub slack) throws IOException {
        moto.createTable("incidents");
        moto.createAuditTable(AUDIT_TABLE);
        try (S3Client buckets = moto.configure(S3Client.builder()
                        .httpClient(UrlConnectionHttpClient.create())
                        .forcePathStyle(true))
                .build()) {
            buckets.createBucket(bucket -> bucket.bucket(ANCHORS)
                    .createBucketConfiguration(configuration -> configuration.locationConstraint("eu-west-1")));
        }
        Map<String, String> urls = new TreeMap<>();
        try (SqsClient queues = moto.sqs()) {
            for (String name : queueNames()) {
                boolean fifo = name.startsWith("responses") || name.startsWith("notifications");
                urls.put(
                        name,
                        queues.createQueue(queue -> queue.queueName(fifo ? name + ".fifo" : name)
                                        .attributes(
                                                fifo
                                                        ? Map.of(
                                                                QueueAttributeName.FIFO_QUEUE,
                                                                "true",
                                                                QueueAttributeName.CONTENT_BASED_DEDUPLICATION,
                                                                "true")
                                                        : Map.of()))
                                .queueUrl());
            }
        }
        Map<String, String> references = references("incidents", createSecret(moto, slack), urls);
        Map<String, LambdaSettings> functions = new TreeMap<>();
        for (String function : FUNCTIONS) {
            functions.put(function, LambdaSettings.fromTerraform(function, references));
        }
        return new Pipeline("incidents", urls, functions);
    }

    /** Stores the webhook's address as a secret and returns its ARN. */
    static String createSecret(Moto moto, SlackWebhookStub slack) {
        return createSecret(moto, "tiercel/slack", slack.address());
    }

    /** Stores a secret and returns its ARN. */
    static String createSecret(Moto moto, String name, String text) {
        try (SecretsManagerClient secrets = moto.configure(
                        SecretsManagerClient.builder().httpClient(UrlConnectionHttpClient.create()))
                .build()) {
            return secrets.createSecret(secret -> secret.name(name).secretString(text))
                    .arn();
        }
    }

    /** Sends alerts through all functions in sequence and checks the results. */
    static void sendAlerts(
            Moto moto, SlackWebhookStub slack, FunctionCode code, Pipeline pipeline, Lambda.Runner runner)
            throws Exception {
        Map<String, String> alerts = new TreeMap<>();
        alerts.put("m1", SqsEvents.alert("a1", "Read sensitive file"));
        alerts.put("m2", SqsEvents.alert("a2", "Read sensitive file"));
        alerts.put("m2-duplicate", SqsEvents.alert("a2", "Read sensitive file"));
        alerts.put("m3", "{\"rule\":\"no priority\"}");
        String moved = pipeline.queueOf("enrich", "TIERCEL_ENRICH_UNVERIFIED_QUEUE_URL");
        try (Lambda function = pipeline.start(runner, "enrich", code, moto)) {
            String event = SqsEvents.event(pipeline.queueName("alerts"), alerts, Map.of());
            assertEquals(List.of(), SqsEvents.failures(function.invoke(event)), function.log());
            if (!moved.equals("alerts")) {
                Map<String, String> messages = new TreeMap<>();
                pipeline.receive(moto, moved).forEach(message -> messages.put(message.messageId(), message.body()));
                assertEquals(
                        alerts.values().stream().sorted().toList(),
                        messages.values().stream().sorted().toList());
                event = SqsEvents.event(pipeline.queueName(moved), messages, Map.of());
                assertEquals(List.of(), SqsEvents.failures(function.invoke(event)), function.log());
            }
        }
        Message rejected = pipeline.receive(moto, "alerts-dead").getFirst();
        assertEquals(alerts.get("m3"), rejected.body());
        assertTrue(
                String.valueOf(rejected.messageAttributes().get("reason")).contains("priority"),
                rejected.messageAttributes().toString());

        Map<String, String> enriched = new TreeMap<>();
        pipeline.receive(moto, pipeline.queueOf("enrich", "TIERCEL_DEDUPLICATE_UNVERIFIED_QUEUE_URL"))
                .forEach(message -> enriched.put(message.messageId(), message.body()));
        assertEquals(3, enriched.size(), enriched.toString());
        enriched.put("forged", "{\"alert\":" + alerts.get("m1") + "}");
        try (Lambda function = pipeline.start(runner, "deduplicate", code, moto)) {
            assertEquals(List.of(), SqsEvents.failures(function.invoke(SqsEvents.event(enriched))), function.log());
        }
        assertEquals(1, pipeline.receive(moto, "enriched-dead").size());
        Incident incident = pipeline.singleIncident(moto);
        assertEquals(2, incident.count());

        List<Message> responses =
                pipeline.receive(moto, pipeline.queueOf("deduplicate", "TIERCEL_RESPOND_UNVERIFIED_QUEUE_URL"));
        assertFalse(responses.isEmpty(), "no response request was published, or it delays those of verified senders");
        assertEquals(
                "{\"incidentId\":\"" + incident.id() + "\"}",
                responses.getFirst().body());
        try (Lambda function = pipeline.start(runner, "respond", code, moto)) {
            assertEquals(List.of(), function.failures(responses.getFirst().body()), function.log());
        }

        List<Message> events =
                pipeline.receive(moto, pipeline.queueOf("deduplicate", "TIERCEL_NOTIFY_UNVERIFIED_QUEUE_URL"));
        assertFalse(events.isEmpty(), "no incident event was published");
        assertTrue(events.getFirst().body().contains(incident.id()), events.toString());
        try (Lambda function = pipeline.start(runner, "notify", code, moto)) {
            assertEquals(List.of(), function.failures(events.getFirst().body()), function.log());
            function.invoke("{\"scheduled\":\"2026-03-01T12:00:00Z\"}");
            assertFalse(function.log().contains("/services/"), "the log contains the secret");
        }
        assertEquals(1, slack.messages().size(), "one message for one incident: " + slack.messages());
        assertTrue(
                slack.messages().getFirst().contains("Read sensitive file"),
                slack.messages().toString());

        try (Lambda function = pipeline.start(runner, "sweep", code, moto)) {
            assertEquals(
                    "{\"closed\":0,\"audit\":null}",
                    function.invoke("{\"scheduled\":\"2026-03-01T12:00:00Z\"}"),
                    function.log());
            assertTrue(
                    function.invoke("{\"audit\":\"verify\"}").startsWith("{\"closed\":0,\"audit\":\"intact: "),
                    function.log());
        }
        pipeline.verifyAuditLog(moto);
    }

    private Lambda start(Lambda.Runner runner, String function, FunctionCode code, Moto moto) throws Exception {
        LambdaSettings settings = functions.get(function);
        if (settings == null) {
            throw new AssertionError("no function " + function + " in " + functions.keySet());
        }
        return runner.start(code.of(function), settings, moto.environment());
    }

    private Incident singleIncident(Moto moto) {
        try (DynamoDbClient client = moto.dynamoDb()) {
            List<Incident> incidents = new DynamoDbIncidentStore(
                            new IncidentTable(client, table, InstantSource.system()))
                    .list(new IncidentQuery(null, null, 10));
            assertEquals(1, incidents.size());
            return incidents.getFirst();
        }
    }

    private void verifyAuditLog(Moto moto) {
        try (DynamoDbClient client = moto.dynamoDb()) {
            AuditSource source = new DynamoDbAuditLog(new AuditTable(client, auditTable())).source();
            String incident = singleIncident(moto).id();
            assertFalse(source.entries(incident, 0, 10).isEmpty(), "the audit log contains decisions");
        }
    }

    private String auditTable() {
        return Objects.requireNonNull(Objects.requireNonNull(functions.get("sweep"), "sweep")
                .environment()
                .get("TIERCEL_AUDIT_TABLE"));
    }

    /** Returns the name in Terraform of the queue that a function's variable names. */
    private String queueOf(String function, String variable) {
        String url = Objects.requireNonNull(functions.get(function), function)
                .environment()
                .get(variable);
        return queues.entrySet().stream()
                .filter(queue -> queue.getValue().equals(url))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new AssertionError(variable + " is " + url + ", which is none of " + queues));
    }

    /** Returns the name in SQS of a queue, by its name in Terraform. */
    String queueName(String queue) {
        String url = Objects.requireNonNull(queues.get(queue), queue);
        return url.substring(url.lastIndexOf('/') + 1);
    }

    List<Message> receive(Moto moto, String queue) {
        try (SqsClient client = moto.sqs()) {
            return client.receiveMessage(receive -> receive.queueUrl(queues.get(queue))
                            .maxNumberOfMessages(10)
                            .messageAttributeNames("All"))
                    .messages();
        }
    }

    /** Deletes received messages of a queue. */
    void deleteAll(Moto moto, String queue, List<Message> messages) {
        try (SqsClient client = moto.sqs()) {
            messages.forEach(message -> client.deleteMessage(
                    delete -> delete.queueUrl(queues.get(queue)).receiptHandle(message.receiptHandle())));
        }
    }
}
