package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.aws.table.DynamoDbIncidentStore;
import io.tiercel.functions.aws.table.IncidentTable;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentQuery;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * The pipeline that is there, by hand or by Terraform, and the way of an alert through it.
 *
 * @param table name of the incidents table
 * @param announcements URL of the announcements queue
 * @param alert the alert function
 * @param announce the announce function
 */
record Pipeline(String table, String announcements, LambdaSettings alert, LambdaSettings announce) {

    /** Makes what Terraform would make. */
    static Pipeline create(Moto moto, SlackStub slack) throws IOException {
        moto.createTable("incidents");
        try (SqsClient queues = moto.sqs()) {
            String url = queues.createQueue(queue -> queue.queueName("announcements.fifo")
                            .attributes(Map.of(
                                    QueueAttributeName.FIFO_QUEUE, "true",
                                    QueueAttributeName.CONTENT_BASED_DEDUPLICATION, "true")))
                    .queueUrl();
            Map<String, String> references = Map.of(
                    "aws_dynamodb_table.incidents.name",
                    "incidents",
                    "aws_sqs_queue.queue[\"announcements\"].url",
                    url,
                    "var.slack_secret_arn",
                    createSecret(moto, slack));
            return new Pipeline(
                    "incidents",
                    url,
                    LambdaSettings.ofSource("alert", references),
                    LambdaSettings.ofSource("announce", references));
        }
    }

    /** Keeps the webhook's address as users do. Returns the secret's ARN. */
    static String createSecret(Moto moto, SlackStub slack) {
        try (SecretsManagerClient secrets = moto.here(
                        SecretsManagerClient.builder().httpClient(UrlConnectionHttpClient.create()))
                .build()) {
            return secrets.createSecret(secret -> secret.name("tiercel/slack").secretString(slack.address()))
                    .arn();
        }
    }

    /** Sends alerts through both functions, each a process of its own, and looks at what comes out. */
    static void drive(Moto moto, SlackStub slack, Path code, Pipeline pipeline) throws Exception {
        Map<String, String> messages = new TreeMap<>();
        messages.put("m1", SqsEvents.alert("a1", "Read sensitive file"));
        messages.put("m2", SqsEvents.alert("a2", "Read sensitive file"));
        messages.put("m2-again", SqsEvents.alert("a2", "Read sensitive file"));
        messages.put("m3", "{\"rule\":\"no priority\"}");
        try (LambdaProcess function = LambdaProcess.start(code, pipeline.alert(), moto.environment())) {
            assertEquals(List.of("m3"), SqsEvents.failures(function.invoke(SqsEvents.event(messages))), function.log());
        }
        Incident incident = pipeline.onlyIncident(moto);
        assertEquals(2, incident.count());

        List<String> bells = pipeline.bells(moto);
        assertFalse(bells.isEmpty(), "the bell was not rung");
        assertTrue(bells.getFirst().contains(incident.id()), bells.toString());
        try (LambdaProcess function = LambdaProcess.start(code, pipeline.announce(), moto.environment())) {
            for (String body : List.of(bells.getFirst(), "{\"scheduled\":\"2026-03-01T12:00:00Z\"}")) {
                assertEquals(
                        List.of(),
                        SqsEvents.failures(function.invoke(SqsEvents.event(Map.of("bell", body)))),
                        function.log());
            }
            assertFalse(function.log().contains("/services/"), "the log holds the secret");
        }
        assertEquals(1, slack.messages().size(), "one incident, told once: " + slack.messages());
        assertTrue(
                slack.messages().getFirst().contains("Read sensitive file"),
                slack.messages().toString());
    }

    private Incident onlyIncident(Moto moto) {
        try (DynamoDbClient client = moto.dynamoDb()) {
            List<Incident> incidents = new DynamoDbIncidentStore(
                            new IncidentTable(client, table, InstantSource.system()))
                    .list(new IncidentQuery(null, null, 10));
            assertEquals(1, incidents.size());
            return incidents.getFirst();
        }
    }

    private List<String> bells(Moto moto) {
        try (SqsClient queues = moto.sqs()) {
            return queues
                    .receiveMessage(receive -> receive.queueUrl(announcements).maxNumberOfMessages(10))
                    .messages()
                    .stream()
                    .map(Message::body)
                    .toList();
        }
    }
}
