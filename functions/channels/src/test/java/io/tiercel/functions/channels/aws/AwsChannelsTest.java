package io.tiercel.functions.channels.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.channels.contract.AsffContract;
import io.tiercel.functions.channels.contract.OcsfContract;
import io.tiercel.functions.channels.support.Channels;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.lookup.SignedPost;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.SingleIncidentStore;
import io.tiercel.functions.notification.Subject;
import io.tiercel.functions.notification.TestOutbox;
import io.tiercel.functions.notify.ConfiguredChannels;
import io.tiercel.rules.alert.Priority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The channels of AWS on moto: what subscribers receive. */
@Tag("packaged")
class AwsChannelsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ACCOUNT = "123456789012";

    private static MotoServer moto;
    private static SqsClient sqs;

    private final SingleIncidentStore store = new SingleIncidentStore();
    private Instant now = Instant.parse("2026-01-01T23:59:59Z");

    @BeforeAll
    static void start() throws Exception {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        moto = MotoServer.startOrSkip();
        sqs = moto.configure(SqsClient.builder().httpClient(UrlConnectionHttpClient.create()))
                .build();
    }

    @AfterAll
    static void stop() throws Exception {
        if (moto != null) {
            sqs.close();
            moto.close();
        }
    }

    private static String aws() {
        return ", region: eu-west-1, endpoint: " + moto.endpoint();
    }

    private ConfiguredChannels open(String settings) {
        return Channels.open(settings, () -> now);
    }

    private void deliver(ConfiguredChannels open) {
        now = now.plus(Duration.ofHours(1));
        new TestOutbox(store, store, open.channels(), () -> now).deliver("i");
        NotificationRecord record =
                store.findRecord(Subject.incident("i"), "test").orElseThrow();
        assertNull(record.attempts().error());
    }

    private static String queue(String name, Map<QueueAttributeName, String> attributes) {
        return sqs.createQueue(create -> create.queueName(name).attributes(attributes))
                .queueUrl();
    }

    private static String arn(String queue) {
        Map<QueueAttributeName, String> attributes = sqs.getQueueAttributes(
                        get -> get.queueUrl(queue).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes();
        return Objects.requireNonNull(attributes.get(QueueAttributeName.QUEUE_ARN));
    }

    private static List<JsonNode> messages(String queue) throws IOException {
        List<JsonNode> bodies = new ArrayList<>();
        List<Message> batch;
        do {
            batch = sqs.receiveMessage(receive -> receive.queueUrl(queue).maxNumberOfMessages(10))
                    .messages();
            for (Message message : batch) {
                bodies.add(JSON.readTree(message.body()));
                sqs.deleteMessage(delete -> delete.queueUrl(queue).receiptHandle(message.receiptHandle()));
            }
        } while (!batch.isEmpty());
        return bodies;
    }

    @Test
    void a_fifo_topic_drops_repeated_attempts_and_no_change() throws Exception {
        String queue = queue("from-sns.fifo", Map.of(QueueAttributeName.FIFO_QUEUE, "true"));
        try (SnsClient sns = moto.configure(SnsClient.builder().httpClient(UrlConnectionHttpClient.create()))
                .build()) {
            String topic = sns.createTopic(
                            create -> create.name("incidents.fifo").attributes(Map.of("FifoTopic", "true")))
                    .topicArn();
            sns.subscribe(subscribe -> subscribe.topicArn(topic).protocol("sqs").endpoint(arn(queue)));
            try (ConfiguredChannels open = open("type: sns, topic: \"" + topic + "\", endpoint: " + moto.endpoint())) {
                store.setCount(1);
                var first =
                        SingleIncidentStore.firstNotification(store.find("i").orElseThrow());
                for (int attempt = 0; attempt < 2; attempt++) {
                    assertInstanceOf(
                            DeliveryResult.Sent.class,
                            open.channels().getFirst().send(first));
                }
                store.update(IncidentState.OPEN, Priority.CRITICAL);
                var changed =
                        SingleIncidentStore.firstNotification(store.find("i").orElseThrow());
                assertInstanceOf(
                        DeliveryResult.Sent.class, open.channels().getFirst().send(changed));
            }
        }
        List<JsonNode> received = messages(queue);
        assertEquals(2, received.size());
        JsonNode last = received.getLast();
        assertEquals("Critical", last.at("/MessageAttributes/priority/Value").asText());
        assertEquals(
                "Critical",
                JSON.readTree(last.path("Message").asText())
                        .at("/incident/priority")
                        .asText());
    }

    @Test
    void a_topic_that_does_not_exist_rejects_messages() {
        store.setCount(1);
        try (ConfiguredChannels open = open(
                "type: sns, topic: \"arn:aws:sns:eu-west-1:" + ACCOUNT + ":absent\", endpoint: " + moto.endpoint())) {
            DeliveryResult result = open.channels()
                    .getFirst()
                    .send(SingleIncidentStore.firstNotification(store.find("i").orElseThrow()));
            DeliveryResult.Rejected rejected = assertInstanceOf(DeliveryResult.Rejected.class, result);
            assertTrue(rejected.reason().startsWith("Publish: NotFound"), rejected.reason());
        }
    }

    @Test
    void a_rule_of_an_event_bus_receives_the_document() throws Exception {
        String queue = queue("from-eventbridge", Map.of());
        try (EventBridgeClient events = moto.configure(
                        EventBridgeClient.builder().httpClient(UrlConnectionHttpClient.create()))
                .build()) {
            events.createEventBus(create -> create.name("security"));
            events.putRule(rule -> rule.name("closed")
                    .eventBusName("security")
                    .eventPattern("{\"source\":[\"tiercel\"],\"detail-type\":[\"Tiercel Incident\"],"
                            + "\"detail\":{\"event\":[\"closed\"]}}"));
            events.putTargets(put -> put.rule("closed")
                    .eventBusName("security")
                    .targets(target -> target.id("q").arn(arn(queue))));
            try (ConfiguredChannels open = open("type: eventbridge, bus: security" + aws())) {
                store.setCount(1);
                deliver(open);
                store.update(IncidentState.CLOSED, Priority.WARNING);
                deliver(open);
            }
        }
        List<JsonNode> received = messages(queue);
        assertEquals(1, received.size());
        assertEquals("closed", received.getFirst().at("/detail/incident/state").asText());
    }

    @Test
    void an_incident_is_one_finding_that_is_updated_and_archived() throws Exception {
        try (ConfiguredChannels open = open("type: security-hub, account: \"" + ACCOUNT + "\"" + aws())) {
            store.setCount(1);
            deliver(open);
            JsonNode created = findings().path(0);
            AsffContract.verify(created);
            assertEquals("ACTIVE", created.path("RecordState").asText());
            assertEquals("NEW", created.at("/Workflow/Status").asText());
            assertEquals(
                    "arn:aws:securityhub:eu-west-1:" + ACCOUNT + ":product/" + ACCOUNT + "/default",
                    created.path("ProductArn").asText());
            // The clock of another function is behind.
            now = now.minus(Duration.ofHours(3));
            store.update(IncidentState.CLOSED, Priority.CRITICAL);
            deliver(open);
            JsonNode all = findings();
            assertEquals(1, all.size());
            JsonNode closed = all.path(0);
            assertEquals("ARCHIVED", closed.path("RecordState").asText());
            assertEquals(90, closed.at("/Severity/Normalized").asInt());
            assertTrue(Instant.parse(closed.path("UpdatedAt").asText())
                    .isAfter(Instant.parse(created.path("UpdatedAt").asText())));
        }
    }

    private static JsonNode findings() throws IOException {
        return JSON.readTree(post("securityhub", "application/json", "/findings", "{}"))
                .path("Findings");
    }

    private static byte[] post(String service, String contentType, String path, String body) {
        return new SignedPost(
                        moto.connection(),
                        new SignedPost.Operation(service, "test", path, contentType),
                        _ -> AwsErrorDetails.builder().build())
                .call(body.getBytes(StandardCharsets.UTF_8), response -> response);
    }

    @Test
    void a_bucket_receives_an_object_for_each_message() throws Exception {
        try (S3Client s3 = moto.configure(
                        S3Client.builder().forcePathStyle(true).httpClient(UrlConnectionHttpClient.create()))
                .build()) {
            s3.createBucket(create -> create.bucket("findings")
                    .createBucketConfiguration(location -> location.locationConstraint("eu-west-1")));
            try (ConfiguredChannels open =
                    open("type: ocsf-s3, bucket: findings, prefix: ext/tiercel, gzip: true, account: \"" + ACCOUNT
                            + "\"" + aws())) {
                store.setCount(1);
                deliver(open);
                store.update(IncidentState.CLOSED, Priority.WARNING);
                deliver(open);
            }
            List<S3Object> objects =
                    s3.listObjectsV2(list -> list.bucket("findings")).contents();
            assertEquals(2, objects.size());
            List<Integer> activities = new ArrayList<>();
            for (S3Object object : objects) {
                assertTrue(
                        object.key()
                                .matches("ext/tiercel/region=eu-west-1/accountId=" + ACCOUNT
                                        + "/eventDay=20260102/i-[01]-[0-9a-f]{8}[.]json[.]gz"),
                        object.key());
                byte[] content = s3.getObjectAsBytes(
                                get -> get.bucket("findings").key(object.key()))
                        .asByteArray();
                String line = new String(
                        new GZIPInputStream(new ByteArrayInputStream(content)).readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(line.endsWith("}\n"), line);
                JsonNode finding = JSON.readTree(line);
                OcsfContract.verify(finding);
                activities.add(finding.path("activity_id").intValue());
            }
            assertEquals(List.of(1, 3), activities.stream().sorted().toList());
        }
    }

    @Test
    void ses_accepts_mails_of_a_verified_sender_only() {
        String settings = "type: email, via: ses, from: alerts@example.com, to: [soc@example.com]" + aws();
        store.setCount(1);
        var first = SingleIncidentStore.firstNotification(store.find("i").orElseThrow());
        try (ConfiguredChannels open = open(settings)) {
            assertInstanceOf(
                    DeliveryResult.Rejected.class, open.channels().getFirst().send(first));
            // moto has this call in the older API only.
            post(
                    "ses",
                    "application/x-www-form-urlencoded",
                    "/",
                    "Action=VerifyEmailIdentity&EmailAddress=alerts@example.com");
            assertEquals(
                    new DeliveryResult.Sent("email Warning"),
                    open.channels().getFirst().send(first));
        }
    }
}
