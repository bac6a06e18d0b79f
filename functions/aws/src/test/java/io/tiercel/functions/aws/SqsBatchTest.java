package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.RecordResult;
import io.tiercel.functions.incident.SensorHealth;
import io.tiercel.functions.stage.EnrichedAlertPublisher;
import io.tiercel.functions.stage.SensorHealthPublisher;
import io.tiercel.rules.alert.Alert;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
@QuarkusTest
class SqsBatchTest {
    /** Longer than the function takes on a busy machine. */
    private static final Duration LOST_AFTER = Duration.ofSeconds(30);

    @Inject
    RecordingAlertSink sink;

    @BeforeEach
    void clearRecordedCalls() {
        sink.calls.clear();
    }

    @Test
    void onlyTheInvalidMessagesOfABatchFail() throws Exception {
        Map<String, String> messages = new TreeMap<>();
        messages.put("m1", SqsEvents.alert("a1", "Read sensitive file"));
        messages.put("m2", "{\"rule\":\"no priority\"}");
        messages.put("m3", "this is not JSON");
        messages.put("m4", SqsEvents.alert("a4", RecordingAlertSink.FAILING_RULE));
        messages.put("m5", "[]");
        messages.put("m6", "null");
        messages.put("m7", SqsEvents.alert("a7", "Read sensitive file"));
        messages.put("m8", "");

        assertEquals(Set.of("m2", "m3", "m4", "m5", "m6", "m8"), Set.copyOf(failures(messages)));
        assertEquals(Set.of("a1", "a7"), Set.copyOf(sink.calls));
    }

    @Test
    void aBatchWithoutInvalidMessagesHasNoFailures() throws Exception {
        assertEquals(List.of(), failures(Map.of("m1", SqsEvents.alert("a1", "Read sensitive file"))));
        assertEquals(List.of("a1"), sink.calls);
    }

    @Test
    void aHealthMessageIsPassedOnAndNotStored() throws Exception {
        String message = SqsEvents.alert("h1", "Events lost").replace("\"syscall\"", "\"internal\"");
        assertEquals(List.of(), failures(Map.of("m1", message)));
        assertEquals(List.of("health h1"), sink.calls);
    }

    private static List<String> failures(Map<String, String> messages) throws Exception {
        return SqsEvents.failures(invoke(SqsEvents.event(messages)));
    }

    /**
     * Invokes the function with an event, through Quarkus' simulation of the Lambda runtime. After a restart of the application, the
     * simulation can give an event to the poll loop of the earlier application, which has ended. Then the event is sent again.
     */
    static String invoke(String event) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            String lambdaApi =
                    ConfigProvider.getConfig().getValue("quarkus-internal.aws-lambda.test-api", String.class);
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + lambdaApi))
                    .header("Content-Type", "application/json")
                    .timeout(LOST_AFTER)
                    .POST(HttpRequest.BodyPublishers.ofString(event))
                    .build();
            HttpResponse<String> response;
            try {
                response = http.send(request, HttpResponse.BodyHandlers.ofString());
            } catch (HttpTimeoutException e) {
                response = http.send(request, HttpResponse.BodyHandlers.ofString());
            }
            assertEquals(200, response.statusCode(), response.body());
            return response.body();
        }
    }

    /** Replaces the AWS implementations. It records all calls, except those that fail on purpose. */
    @Singleton
    @Alternative
    @Priority(1)
    static final class RecordingAlertSink implements EnrichedAlertPublisher, SensorHealthPublisher, IncidentStore {
        static final String FAILING_RULE = "Unavailable queue";

        final List<String> calls = Collections.synchronizedList(new ArrayList<>());

        /** The messages to {@code deduplicate}, as JSON. */
        final List<String> messages = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void publish(EnrichedAlert alert) {
            if (alert.fingerprint().rule().equals(FAILING_RULE)) {
                throw new IllegalStateException("SQS: unavailable");
            }
            calls.add(alert.alert().id());
            messages.add(alert.toJson());
        }

        @Override
        public void publish(SensorHealth health) {
            calls.add("health " + health.message().id());
            messages.add(health.message().sampleDocument());
        }

        @Override
        public void recordHealth(String alertId, Alert alert, String document, boolean verified) {
            throw new UnsupportedOperationException();
        }

        @Override
        public RecordResult record(IncidentAlert incidentAlert, int maxOpen) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void markAudited(String incidentId, int escalation, int episode) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean close(Incident seen, IncidentClosure closing) {
            throw new UnsupportedOperationException();
        }

        @Override
        public OpenPage open(String cursor, Instant until, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Incident> quietSince(Instant time, int limit) {
            return List.of();
        }

        @Override
        public Optional<Incident> find(String incidentId) {
            return Optional.empty();
        }

        @Override
        public List<Incident> list(IncidentQuery query) {
            return List.of();
        }
    }
}
