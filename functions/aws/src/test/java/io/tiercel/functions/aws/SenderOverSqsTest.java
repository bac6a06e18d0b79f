package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.tiercel.functions.contract.SensorTokens;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/** The function {@code enrich} verifies who sent an SQS message, and passes on nothing of the credential. */
@Tag("unit")
@QuarkusTest
@QuarkusTestResource(value = SenderOverSqsTest.Keys.class, restrictToAnnotatedClass = true)
class SenderOverSqsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final SensorTokens TOKENS = new SensorTokens();

    @Inject
    SqsBatchTest.RecordingAlertSink sink;

    @Inject
    RecordingQueues queues;

    @BeforeEach
    void clearRecordedCalls() {
        sink.calls.clear();
        sink.messages.clear();
        queues.sent.clear();
        queues.requests.clear();
    }

    private static Map<String, String> token(String token) {
        return Map.of("token", token);
    }

    private static String event(String token) {
        return event("alerts", token);
    }

    private static String event(String queue, String token) {
        return SqsEvents.event(
                queue, Map.of("m1", SqsEvents.alert("a1", "Read sensitive file")), Map.of("m1", token(token)));
    }

    private JsonNode sender() throws IOException {
        assertEquals(1, sink.messages.size(), sink.messages.toString());
        return JSON.readTree(sink.messages.getFirst()).at("/enrichment/sender");
    }

    @Test
    void aValidTokenProvesTheNode() throws Exception {
        assertEquals(List.of(), SqsEvents.failures(SqsBatchTest.invoke(event(TOKENS.valid("node-1")))));
        assertTrue(sender().path("verified").booleanValue(), sender().toString());
        assertEquals("node-1", sender().path("node").textValue());
    }

    @Test
    void aTokenIsValidIfItWasWhenSqsReceivedIt() throws Exception {
        Instant sent = Instant.now().minus(Duration.ofHours(1));
        String token = TOKENS.signed(
                "node-1",
                claims -> claims.put("nbf", sent.getEpochSecond() - 60)
                        .put("iat", sent.getEpochSecond() - 60)
                        .put("exp", sent.getEpochSecond() + 600));
        SqsBatchTest.invoke(event(token)
                .replaceFirst("\"SentTimestamp\":\"[0-9]+\"", "\"SentTimestamp\":\"" + sent.toEpochMilli() + "\""));
        assertTrue(sender().path("verified").booleanValue(), sender().toString());
        sink.messages.clear();
        SqsBatchTest.invoke(event("alerts-unverified", token));
        assertFalse(sender().path("verified").booleanValue(), sender().toString());
    }

    @Test
    void aForgedTokenProvesNothing() throws Exception {
        for (Map.Entry<String, String> forged : TOKENS.forged("node-1").entrySet()) {
            sink.messages.clear();
            assertEquals(
                    List.of(),
                    SqsEvents.failures(SqsBatchTest.invoke(event("alerts-unverified", forged.getValue()))),
                    forged.getKey());
            assertFalse(sender().path("verified").booleanValue(), forged.getKey());
            assertTrue(sender().path("node").isNull(), forged.getKey());
        }
    }

    /** Its own queue delivers it again, so that verified senders wait for no lookup about it. Its credential may be valid by then. */
    @Test
    void anAlertOfAnUnverifiedSenderMovesToItsQueue() throws Exception {
        for (Map.Entry<String, String> forged : TOKENS.forged("node-1").entrySet()) {
            queues.requests.clear();
            assertEquals(List.of(), SqsEvents.failures(SqsBatchTest.invoke(event(forged.getValue()))), forged.getKey());
            assertEquals(List.of(), sink.messages, forged.getKey());
            SendMessageRequest moved = queues.requests.getFirst();
            assertEquals("https://sqs.example/123456789012/alerts-unverified", moved.queueUrl());
            assertEquals(SqsEvents.alert("a1", "Read sensitive file"), moved.messageBody());
            assertEquals(
                    forged.getValue(),
                    Objects.requireNonNull(moved.messageAttributes().get("token"))
                            .stringValue());
        }
    }

    @Test
    void anAlertWithoutAttributesHasNoSender() throws Exception {
        SqsBatchTest.invoke(SqsEvents.event(
                "alerts-unverified", Map.of("m1", SqsEvents.alert("a1", "Read sensitive file")), Map.of()));
        assertEquals("NONE", sender().path("kind").textValue());
        sink.messages.clear();
        String receipt = SqsBatchTest.invoke(SqsEvents.alert("a2", "Read sensitive file"));
        assertEquals("enriched", JSON.readTree(receipt).path("outcome").textValue(), receipt);
        assertEquals("NONE", sender().path("kind").textValue());
    }

    @Test
    void aCredentialReachesNothing() throws Exception {
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                log.add(line.getMessage() + Arrays.toString(line.getParameters()) + line.getThrown());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        handler.setLevel(Level.ALL);
        Logger.getLogger("").addHandler(handler);
        Map<String, String> credentials = new TreeMap<>(TOKENS.forged("node-1"));
        credentials.remove("no token");
        credentials.put("valid", TOKENS.valid("node-1"));
        List<String> responses = new ArrayList<>();
        try {
            for (String credential : credentials.values()) {
                Map<String, String> messages = Map.of(
                        "counted", SqsEvents.alert("c" + responses.size(), "Read sensitive file"),
                        "failing",
                                SqsEvents.alert("f" + responses.size(), SqsBatchTest.RecordingAlertSink.FAILING_RULE),
                        "rejected", "{\"rule\":\"no priority\"}",
                        "no JSON", "this is not JSON",
                        "empty", "");
                Map<String, Map<String, String>> attributes = new TreeMap<>();
                messages.keySet()
                        .forEach(id -> attributes.put(
                                id, Map.of("token", credential, "instance-identity", "MIIidentity" + credential)));
                String response = SqsBatchTest.invoke(SqsEvents.event("alerts-unverified", messages, attributes));
                assertEquals(
                        List.of("empty", "failing"),
                        SqsEvents.failures(response).stream().sorted().toList());
                responses.add(response);
            }
        } finally {
            Logger.getLogger("").removeHandler(handler);
        }
        assertEquals(credentials.size(), sink.messages.size());
        assertEquals(2 * credentials.size(), queues.sent.size(), "rejected documents");
        assertTrue(log.stream().anyMatch(line -> line.contains("sender not verified")), log.toString());
        Map<String, List<String>> places =
                Map.of("log", log, "responses", responses, "enriched alerts", sink.messages, "rejected", queues.sent);
        credentials.forEach((kind, token) -> {
            String trace = SensorTokens.trace(token);
            places.forEach((place, texts) -> texts.forEach(text -> {
                assertFalse(text.contains(trace), () -> kind + " is in " + place);
                assertFalse(text.contains("MIIidentity"), () -> "an identity document is in " + place);
            }));
        });
    }

    /** Records all messages that the function sends. */
    @Singleton
    @Alternative
    @Priority(1)
    static final class RecordingQueues implements SqsClient {
        final List<String> sent = Collections.synchronizedList(new ArrayList<>());
        final List<SendMessageRequest> requests = Collections.synchronizedList(new ArrayList<>());

        @Override
        public SendMessageResponse sendMessage(SendMessageRequest request) {
            requests.add(request);
            sent.add(request.toString());
            return SendMessageResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    /** Stores the cluster's keys in a file. */
    public static final class Keys implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            try {
                Path keys = Files.createTempFile("keys", ".json");
                Files.writeString(keys, TOKENS.keySet());
                keys.toFile().deleteOnExit();
                return Map.of(
                        "tiercel.refused-queue-url",
                        "https://sqs.example/dead-letters",
                        "tiercel.enrich-unverified-queue-url",
                        "https://sqs.example/123456789012/alerts-unverified",
                        "tiercel.identity-issuer",
                        SensorTokens.ISSUER,
                        "tiercel.identity-keys",
                        "file:" + keys);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {}
    }
}
