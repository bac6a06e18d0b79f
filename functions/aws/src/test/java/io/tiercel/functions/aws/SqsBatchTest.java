package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.Occurrence;
import io.tiercel.functions.incident.Recorded;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.notification.Announcement;
import io.tiercel.functions.notification.AnnouncementStore;
import io.tiercel.functions.notification.IncidentBell;
import io.tiercel.rules.alert.Alert;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
import org.junit.jupiter.api.Test;

@QuarkusTest
class SqsBatchTest {
    @Inject
    Remembering remembering;

    @BeforeEach
    void forget() {
        remembering.recorded.clear();
        remembering.rung.clear();
    }

    @Test
    void onlyTheBadMessagesOfABatchFail() throws Exception {
        Map<String, String> messages = new TreeMap<>();
        messages.put("m1", SqsEvents.alert("a1", "Read sensitive file"));
        messages.put("m2", "{\"rule\":\"no priority\"}");
        messages.put("m3", "this is not JSON");
        messages.put("m4", SqsEvents.alert("a4", Remembering.FAILING_RULE));
        messages.put("m5", "[]");
        messages.put("m6", "null");
        messages.put("m7", SqsEvents.alert("a7", "Read sensitive file"));
        messages.put("m8", "");

        assertEquals(Set.of("m2", "m3", "m4", "m5", "m6", "m8"), Set.copyOf(failuresOf(messages)));
        assertEquals(Set.of("a1", "a7"), Set.copyOf(remembering.recorded));
        assertEquals(2, remembering.rung.size());
    }

    @Test
    void aBatchWithoutBadMessagesHasNoFailures() throws Exception {
        assertEquals(List.of(), failuresOf(Map.of("m1", SqsEvents.alert("a1", "Read sensitive file"))));
        assertEquals(List.of("a1"), remembering.recorded);
    }

    @Test
    void anAlertThatNobodyCouldBeToldOfFailsAndComesBack() throws Exception {
        assertEquals(List.of("m1"), failuresOf(Map.of("m1", SqsEvents.alert("a1", Remembering.MUTE_RULE))));
    }

    private List<String> failuresOf(Map<String, String> messages) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            String lambdaApi =
                    ConfigProvider.getConfig().getValue("quarkus-internal.aws-lambda.test-api", String.class);
            URI events = URI.create("http://" + lambdaApi);
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(events)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(SqsEvents.event(messages)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode(), answer.body());
            return SqsEvents.failures(answer.body());
        }
    }

    /** Stands for AWS: remembers what it is given, except for what it is told to fail at. */
    @Singleton
    @Alternative
    @Priority(1)
    static final class Remembering implements IncidentStore, AnnouncementStore, IncidentBell {
        static final String FAILING_RULE = "the table is away";
        static final String MUTE_RULE = "the queue is away";

        final List<String> recorded = Collections.synchronizedList(new ArrayList<>());
        final List<String> rung = Collections.synchronizedList(new ArrayList<>());

        @Override
        public Recorded record(Occurrence occurrence) {
            if (occurrence.alert().rule().equals(FAILING_RULE)) {
                throw new StoreUnavailable("DynamoDB: away", new IllegalStateException());
            }
            recorded.add(occurrence.alertId());
            boolean mute = occurrence.alert().rule().equals(MUTE_RULE);
            return new Recorded(mute ? MUTE_RULE : occurrence.fingerprint().incidentId(), false, true);
        }

        @Override
        public void ring(String incidentId) {
            if (incidentId.equals(MUTE_RULE)) {
                throw new IllegalStateException("SQS: away");
            }
            rung.add(incidentId);
        }

        @Override
        public void noteHealth(String alertId, Alert alert, String document) {
            recorded.add(alertId);
        }

        @Override
        public Optional<Incident> find(String incidentId) {
            return Optional.empty();
        }

        @Override
        public List<Incident> list(IncidentQuery query) {
            return List.of();
        }

        @Override
        public Optional<Announcement> announcement(String incidentId, String channel) {
            return Optional.empty();
        }

        @Override
        public List<Announcement> announcements(String incidentId) {
            return List.of();
        }

        @Override
        public boolean replace(Announcement next) {
            recorded.add(next.incidentId());
            return true;
        }

        @Override
        public Optional<Acknowledgement> acknowledgement(String incidentId) {
            return Optional.empty();
        }

        @Override
        public void acknowledge(Acknowledgement acknowledgement) {
            recorded.add(acknowledgement.incidentId());
        }

        @Override
        public List<String> owing(String channel, Instant now, int limit) {
            return List.of();
        }
    }
}
