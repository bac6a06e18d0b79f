package io.tiercel.functions.local;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.local.sqlite.NotificationQueue;
import io.tiercel.functions.local.sqlite.SqliteDatabase;
import io.tiercel.functions.local.sqlite.SqliteIncidentStore;
import io.tiercel.functions.local.sqlite.SqliteNotificationStore;
import io.tiercel.functions.local.sqlite.SqliteStateStore;
import io.tiercel.functions.local.worker.ChannelWorker;
import io.tiercel.functions.local.worker.NotificationWorker;
import io.tiercel.functions.notification.ChannelLane;
import io.tiercel.functions.notification.NotificationOutbox;
import io.tiercel.functions.notification.NotificationStore.Backlog;
import io.tiercel.functions.notify.webhook.WebhookChannel;
import io.tiercel.functions.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The workers of the server with real threads, SQLite and HTTP: 500 incidents reach four channels exactly once, while one answers 429, one
 * 500, one does not answer, and the server restarts in between. The times are short; the virtual clock of {@code NotificationFaultContract}
 * covers long ones.
 */
@Tag("unit")
class NotificationFaultsTest {
    private static final int INCIDENTS = 500;
    private static final List<String> CHANNELS = List.of("healthy", "throttled", "broken", "silent");
    private static final Duration TIME_TO_RECOVER = Duration.ofSeconds(2);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int OK = 204;

    /** Longer than the timeout of channels. */
    private static final int NO_ANSWER_MILLIS = 12_000;

    @RegisterExtension
    static final WireMockExtension RECEIVER = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort().maxRequestJournalEntries(50_000))
            .build();

    @TempDir
    Path folder;

    private static void answer(String channel, int status, int delayMillis) {
        RECEIVER.stubFor(post("/" + channel)
                .willReturn(aResponse()
                        .withStatus(status)
                        .withHeader("Retry-After", "1")
                        .withFixedDelay(delayMillis)));
    }

    /** The parts of the server that notify. */
    private static final class Server implements AutoCloseable {
        private final SqliteDatabase database;
        private final SqliteIncidentStore incidents;
        private final NotificationQueue queue;
        private final List<WebhookChannel> channels;
        private final NotificationOutbox outbox;
        private final NotificationWorker planner;
        private final Map<String, ChannelWorker> workers;

        Server(Path folder) {
            InstantSource clock = InstantSource.system();
            database = SqliteDatabase.open(folder);
            incidents = new SqliteIncidentStore(database, clock);
            queue = new NotificationQueue(database, clock);
            channels = CHANNELS.stream()
                    .map(name -> new WebhookChannel(
                            name,
                            new Secret("env:A", () -> "http://127.0.0.1:" + RECEIVER.getPort() + "/" + name, clock),
                            new Secret("env:K", () -> "key", clock)))
                    .toList();
            outbox = new NotificationOutbox(
                    new NotificationOutbox.Stores(
                            incidents,
                            new SqliteNotificationStore(database, clock),
                            new SqliteStateStore(database),
                            incident -> Optional.empty()),
                    NotificationOutbox.Policies.ALL,
                    channels,
                    (channel, subject, change, due) -> wake(channel),
                    clock);
            planner = new NotificationWorker(queue, outbox, clock);
            workers = outbox.lanes().stream()
                    .collect(Collectors.toMap(ChannelLane::name, lane -> new ChannelWorker(lane, clock)));
            planner.start();
            workers.values().forEach(ChannelWorker::start);
        }

        private void wake(String channel) {
            ChannelWorker worker = workers.get(channel);
            if (worker != null) {
                worker.wake();
            }
        }

        /** Counts an alert and requests its notifications in one transaction, as the server does. */
        String alert(String id, String rule) {
            return database.write(connection -> {
                String incident = incidents
                        .record(
                                Alerts.incidentAlert(id, rule, "Warning", Instant.now()),
                                IncidentRule.DEFAULT.maxOpen())
                        .incidentId();
                queue.publish(incident, id);
                return incident;
            });
        }

        void close(String id) {
            database.write(connection -> {
                Incident open = incidents.find(id).orElseThrow();
                incidents.close(open, new IncidentClosure(Instant.now(), "ada", open.lastSeenNanos()));
                queue.publish(id, "closed");
                return id;
            });
        }

        boolean idle() {
            return queue.waiting() == 0
                    && CHANNELS.stream()
                            .allMatch(channel -> outbox.backlog(channel).equals(Backlog.EMPTY));
        }

        @Override
        public void close() {
            Duration timeout = Duration.ofSeconds(30);
            planner.stop(timeout);
            workers.values().forEach(worker -> worker.stop(timeout));
            channels.forEach(WebhookChannel::close);
            database.close();
        }
    }

    @Test
    void every_change_reaches_every_channel_exactly_once() {
        answer("healthy", OK, 0);
        answer("throttled", 429, 0);
        answer("broken", 500, 0);
        answer("silent", OK, NO_ANSWER_MILLIS);
        List<String> ids = new ArrayList<>();
        try (Server server = new Server(folder)) {
            for (int i = 0; i < INCIDENTS; i++) {
                ids.add(server.alert("a" + i, "rule " + i));
            }
            Instant sent = Instant.now();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> deliveries("healthy").size() == INCIDENTS);
            await().until(() -> Duration.between(sent, Instant.now()).compareTo(TIME_TO_RECOVER) > 0);
        }
        CHANNELS.forEach(channel -> answer(channel, OK, 0));
        try (Server server = new Server(folder)) {
            ids.forEach(server::close);
            await().atMost(Duration.ofSeconds(60)).until(server::idle);
        }
        for (String channel : CHANNELS) {
            Map<String, List<String>> events = deliveries(channel);
            assertEquals(INCIDENTS, events.size(), channel);
            events.forEach((incident, states) -> {
                assertEquals("closed", states.getLast(), channel + " about " + incident);
                assertEquals(states.stream().distinct().toList(), states, channel + " about " + incident);
            });
        }
        assertTrue(
                deliveries("healthy").values().stream().allMatch(List.of("open", "closed")::equals),
                "the healthy channel has seen every state");
    }

    /** Returns the states in accepted deliveries by incident. A delivery without an answer may be repeated. */
    private static Map<String, List<String>> deliveries(String channel) {
        Map<String, List<String>> deliveries = new TreeMap<>();
        Map<String, String> byId = RECEIVER.getAllServeEvents().stream()
                .filter(event -> event.getRequest().getUrl().equals("/" + channel)
                        && event.getResponse().getStatus() == OK)
                .sorted((a, b) ->
                        a.getRequest().getLoggedDate().compareTo(b.getRequest().getLoggedDate()))
                .collect(Collectors.toMap(
                        event -> event.getRequest().getHeader("Tiercel-Delivery"),
                        event -> event.getRequest().getBodyAsString(),
                        (first, again) -> first,
                        LinkedHashMap::new));
        byId.values().stream()
                .map(NotificationFaultsTest::incident)
                .forEach(incident -> deliveries
                        .computeIfAbsent(incident.get("id").textValue(), id -> new ArrayList<>())
                        .add(incident.get("state").textValue()));
        return deliveries;
    }

    private static JsonNode incident(String body) {
        try {
            return JSON.readTree(body).get("incident");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
