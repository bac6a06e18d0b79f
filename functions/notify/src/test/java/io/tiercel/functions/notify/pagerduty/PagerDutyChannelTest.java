package io.tiercel.functions.notify.pagerduty;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.havingExactly;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notification.SingleIncidentStore;
import io.tiercel.functions.notification.TestOutbox;
import io.tiercel.functions.notify.GroupMessages;
import io.tiercel.functions.secret.Secret;
import io.tiercel.rules.alert.Priority;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("unit")
class PagerDutyChannelTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @RegisterExtension
    static final WireMockExtension EVENTS = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private final SingleIncidentStore store = new SingleIncidentStore();
    private final Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private static PagerDutyChannel pager(String key) {
        return pager(key, OnEscalation.NEW_ALERT);
    }

    private static PagerDutyChannel pager(String key, OnEscalation mode) {
        URI service = URI.create("http://127.0.0.1:" + EVENTS.getPort());
        return new PagerDutyChannel(
                "pager",
                service,
                secret(key),
                mode,
                mode == OnEscalation.INCIDENTS_API
                        ? Optional.of(new PagerDutyIncidentsApi(
                                service, secret("u+token"), "ops@example.com", Optional.of("P53ZZH5")))
                        : Optional.empty());
    }

    private static Secret secret(String value) {
        return new Secret("file:key", () -> value, InstantSource.system());
    }

    private static List<String> sentEvents() {
        return events().stream()
                .map(event -> event.get("event_action").textValue() + " "
                        + event.get("dedup_key").textValue())
                .toList();
    }

    /** Returns the events that PagerDuty received, after checking them against its documented limits. */
    private static List<JsonNode> events() {
        return EVENTS.findAll(postRequestedFor(urlEqualTo("/v2/enqueue"))).stream()
                .map(request -> parseAndCheck(request.getBody()))
                .toList();
    }

    private static JsonNode parseAndCheck(byte[] body) {
        try {
            assertTrue(body.length < 512 * 1024);
            JsonNode event = JSON.readTree(body);
            assertEquals(32, event.get("routing_key").textValue().length());
            assertTrue(event.get("dedup_key").textValue().length() <= 255);
            String action = event.get("event_action").textValue();
            assertTrue(Set.of("trigger", "acknowledge", "resolve").contains(action));
            if (action.equals("trigger")) {
                JsonNode payload = event.get("payload");
                assertTrue(payload.get("summary").textValue().length() <= 1024);
                assertFalse(payload.get("summary").textValue().isBlank());
                assertFalse(payload.get("source").textValue().isBlank());
                assertTrue(Set.of("critical", "error", "warning", "info")
                        .contains(payload.get("severity").textValue()));
                Instant.parse(payload.get("timestamp").textValue());
            }
            return event;
        } catch (IOException e) {
            throw new AssertionError(new String(body, StandardCharsets.UTF_8), e);
        }
    }

    @Test
    void an_incident_pages_once_and_is_resolved() {
        EVENTS.stubFor(
                post("/v2/enqueue").willReturn(aResponse().withStatus(202).withBody("{\"status\":\"success\"}")));
        try (PagerDutyChannel pager = pager(KEY)) {
            TestOutbox outbox = new TestOutbox(store, store, List.of(pager), () -> now);
            for (int count = 1; count <= 1_000; count++) {
                store.setCount(count);
                outbox.deliver("i");
            }
            store.acknowledge(new Acknowledgement("i", 1, "slack:U1", 0));
            outbox.deliver("i");
            store.update(IncidentState.OPEN, Priority.CRITICAL);
            outbox.deliver("i");
            store.update(IncidentState.CLOSED, Priority.CRITICAL);
            outbox.deliver("i");
            store.update(IncidentState.OPEN, Priority.CRITICAL);
            outbox.deliver("i");
        }
        assertEquals(
                List.of("trigger i", "acknowledge i", "trigger i-e1", "resolve i-e1", "resolve i", "trigger i"),
                sentEvents());
        assertEquals(
                List.of("warning", "critical", "critical"),
                events().stream()
                        .filter(event -> event.has("payload"))
                        .map(event -> event.at("/payload/severity").asText())
                        .toList());
    }

    /** Its closing and opening again can become one message, if the channel was slow. */
    @Test
    void an_incident_that_reopens_before_its_end_was_delivered_pages_again_and_leaves_no_alert_open() {
        EVENTS.stubFor(post("/v2/enqueue").willReturn(aResponse().withStatus(202)));
        store.setCount(1);
        Incident incident = store.find("i").orElseThrow();
        NotificationState opened =
                SingleIncidentStore.firstNotification(incident).state();
        NotificationState reopened = new NotificationState(
                opened.state(), 2, opened.priority(), opened.response(), "slack:U1", false, opened.plan());
        NotificationRecord initial = NotificationRecord.initial("i", "pager");
        NotificationRecord escalatedTwice = new NotificationRecord(
                initial.subject(),
                "pager",
                new NotificationRecord.Delivered(opened, 1, 3, "e2", "", 0, 0),
                null,
                initial.attempts(),
                null,
                1);
        IncidentNotification notification =
                new IncidentNotification(incident, reopened, Optional.empty(), escalatedTwice, now);
        try (PagerDutyChannel pager = pager(KEY)) {
            assertEquals(new DeliveryResult.Sent("e0"), pager.send(notification));
            assertEquals(
                    List.of("resolve i-e2", "resolve i-e1", "resolve i", "trigger i", "acknowledge i"), sentEvents());
            EVENTS.resetRequests();
            EVENTS.stubFor(post("/v2/enqueue").willReturn(aResponse().withStatus(503)));
            assertInstanceOf(DeliveryResult.Retry.class, pager.send(notification));
            assertEquals(List.of("resolve i-e2"), sentEvents());
        }
    }

    @Test
    void an_acknowledgement_before_the_first_message_is_shown() {
        EVENTS.stubFor(post("/v2/enqueue").willReturn(aResponse().withStatus(202)));
        store.setCount(1);
        store.acknowledge(new Acknowledgement("i", 1, "slack:U1", 0));
        try (PagerDutyChannel pager = pager(KEY)) {
            new TestOutbox(store, store, List.of(pager), () -> now).deliver("i");
        }
        assertEquals(List.of("trigger i", "acknowledge i"), sentEvents());
    }

    @Test
    void an_escalation_updates_the_alert_if_it_must_not_page_again() {
        EVENTS.stubFor(post("/v2/enqueue").willReturn(aResponse().withStatus(202)));
        try (PagerDutyChannel pager = pager(KEY, OnEscalation.UPDATE)) {
            escalate(pager);
        }
        assertEquals(List.of("trigger i", "trigger i", "resolve i"), sentEvents());
    }

    /** The REST API has a contract of its own: the version in Accept, the user in From, a reference as type. */
    @Test
    void an_escalation_raises_the_urgency_through_the_rest_api() throws IOException {
        EVENTS.stubFor(post("/v2/enqueue").willReturn(aResponse().withStatus(202)));
        EVENTS.stubFor(get(urlPathEqualTo("/incidents"))
                .withQueryParam("incident_key", equalTo("i"))
                .withQueryParam("statuses[]", havingExactly("triggered", "acknowledged"))
                .withHeader("Authorization", equalTo("Token token=u+token"))
                .withHeader("Accept", equalTo("application/vnd.pagerduty+json;version=2"))
                .willReturn(okJson("{\"incidents\":[{\"id\":\"Q1ABC\",\"urgency\":\"low\"}],\"more\":false}")));
        EVENTS.stubFor(put("/incidents/Q1ABC")
                .withHeader("From", equalTo("ops@example.com"))
                .withHeader("Content-Type", equalTo("application/json"))
                .willReturn(okJson("{\"incident\":{\"id\":\"Q1ABC\"}}")));
        try (PagerDutyChannel pager = pager(KEY, OnEscalation.INCIDENTS_API)) {
            escalate(pager);
        }
        assertEquals(List.of("trigger i", "trigger i", "resolve i"), sentEvents());
        List<LoggedRequest> updates = EVENTS.findAll(putRequestedFor(urlEqualTo("/incidents/Q1ABC")));
        assertEquals(1, updates.size());
        assertEquals(JSON.readTree("""
                {"incident": {"type": "incident_reference", "urgency": "high",
                              "priority": {"id": "P53ZZH5", "type": "priority_reference"}}}
                """), JSON.readTree(updates.getFirst().getBody()));
    }

    private void escalate(PagerDutyChannel pager) {
        TestOutbox outbox = new TestOutbox(store, store, List.of(pager), () -> now);
        store.setCount(1);
        outbox.deliver("i");
        store.update(IncidentState.OPEN, Priority.CRITICAL);
        outbox.deliver("i");
        store.update(IncidentState.CLOSED, Priority.CRITICAL);
        outbox.deliver("i");
    }

    @Test
    void an_incident_that_pagerduty_does_not_know_yet_is_searched_again_and_a_denied_token_is_reported() {
        EVENTS.stubFor(post("/v2/enqueue").willReturn(aResponse().withStatus(202)));
        URI service = URI.create("http://127.0.0.1:" + EVENTS.getPort());
        try (PagerDutyIncidentsApi api =
                new PagerDutyIncidentsApi(service, secret("hunter2"), "ops@example.com", Optional.empty())) {
            for (String body : List.of("{\"incidents\":[]}", "{}", "[", "{\"incidents\":[{\"id\":\"../x?\"}]}")) {
                EVENTS.stubFor(get(urlPathEqualTo("/incidents")).willReturn(okJson(body)));
                assertEquals(
                        Duration.ofSeconds(5),
                        assertInstanceOf(DeliveryResult.Retry.class, api.raise("i"))
                                .after());
            }
            EVENTS.stubFor(
                    get(urlPathEqualTo("/incidents")).willReturn(aResponse().withStatus(401)));
            assertInstanceOf(DeliveryResult.Retry.class, api.raise("i"), "a rotated token takes effect later");
            EVENTS.stubFor(
                    get(urlPathEqualTo("/incidents")).willReturn(aResponse().withStatus(403)));
            String rejected = assertInstanceOf(DeliveryResult.Rejected.class, api.raise("i"))
                    .reason();
            assertTrue(rejected.contains("403") && !rejected.contains("hunter2"), rejected);
            EVENTS.stubFor(get(urlPathEqualTo("/incidents"))
                    .willReturn(aResponse().withStatus(429).withHeader("Retry-After", "7")));
            assertEquals(
                    Duration.ofSeconds(7),
                    assertInstanceOf(DeliveryResult.Retry.class, api.raise("i")).after());
        }
        assertEquals(0, EVENTS.findAll(putRequestedFor(anyUrl())).size());
    }

    @Test
    void a_group_pages_once_and_is_resolved_when_all_its_incidents_are_closed() {
        EVENTS.stubFor(post("/v2/enqueue").willReturn(aResponse().withStatus(202)));
        try (PagerDutyChannel pager = pager(KEY)) {
            GroupMessages messages = new GroupMessages(pager::sendGroup);
            messages.send(GroupMessages.group(3, 3, Priority.WARNING));
            messages.send(GroupMessages.group(4_000, 3_900, Priority.WARNING));
            messages.send(GroupMessages.group(10_000, 9_000, Priority.CRITICAL));
            messages.send(GroupMessages.group(10_000, 10, Priority.CRITICAL));
            messages.send(GroupMessages.group(10_000, 0, Priority.CRITICAL));
            messages.send(GroupMessages.group(10_000, 0, Priority.CRITICAL));
            // One that reopens has a message of its own.
            messages.send(GroupMessages.group(10_000, 1, Priority.EMERGENCY));
            messages.send(GroupMessages.group(10_000, 0, Priority.EMERGENCY));
        }
        String id = GroupMessages.ID;
        assertEquals(List.of("trigger " + id, "trigger " + id, "resolve " + id), sentEvents());
        JsonNode payload = events().getFirst().get("payload");
        assertEquals(
                "Warning: 3 incidents of rule Terminal <shell> & more in 60 s",
                payload.get("summary").textValue());
        assertEquals(3, payload.at("/custom_details/incidents").intValue());
    }

    @Test
    void hostile_text_stays_within_the_limits() {
        EVENTS.stubFor(post("/v2/enqueue").willReturn(aResponse().withStatus(202)));
        for (String text : List.of("x".repeat(60_000), "\uD83D\uDE00".repeat(5_000), "\u0000\u202E", "<!channel>")) {
            ObjectNode alert = AlertText.with(AlertText.shellInPod(), "fd.name", text)
                    .put("message", text)
                    .put("rule", "r" + text.substring(0, Math.min(500, text.length())))
                    .put(
                            "hostname",
                            text.substring(0, Math.min(1024, text.length()))); // the parser rejects longer host names
            Incident hostile = SingleIncidentStore.incidentOf(AlertText.read(alert), Long.MAX_VALUE);
            try (PagerDutyChannel pager = pager(KEY)) {
                assertInstanceOf(DeliveryResult.Sent.class, pager.send(SingleIncidentStore.firstNotification(hostile)));
            }
        }
        assertEquals(4, events().size());
    }

    @Test
    void server_errors_are_retried_after_a_minute_and_client_errors_are_not() {
        store.setCount(1);
        IncidentNotification notification =
                SingleIncidentStore.firstNotification(store.find("i").orElseThrow());
        try (PagerDutyChannel pager = pager(KEY)) {
            for (int status : new int[] {401, 429, 500, 503}) {
                EVENTS.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(status)));
                assertEquals(
                        Duration.ofMinutes(1),
                        assertInstanceOf(DeliveryResult.Retry.class, pager.send(notification))
                                .after());
            }
            EVENTS.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(400).withBody("invalid event")));
            assertEquals(
                    new DeliveryResult.Rejected("PagerDuty responded with 400 invalid event"),
                    pager.send(notification));
        }
        try (PagerDutyChannel misconfigured = pager("short-hunter2")) {
            String rejection = misconfigured.send(notification).toString();
            assertTrue(rejection.contains("13 characters"), rejection);
            assertFalse(rejection.contains("hunter2"), rejection);
        }
    }

    @Test
    void the_eu_region_has_its_own_host() {
        assertEquals("events.eu.pagerduty.com", PagerDutyChannelType.EU.getHost());
        assertEquals(
                Map.of("Emergency", "critical", "Error", "error", "Warning", "warning", "Notice", "info"),
                Map.of(
                        "Emergency",
                        PagerDutyPayload.severity(Priority.EMERGENCY),
                        "Error",
                        PagerDutyPayload.severity(Priority.ERROR),
                        "Warning",
                        PagerDutyPayload.severity(Priority.WARNING),
                        "Notice",
                        PagerDutyPayload.severity(Priority.NOTICE)));
    }
}
