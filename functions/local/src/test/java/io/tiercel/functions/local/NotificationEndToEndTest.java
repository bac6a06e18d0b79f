package io.tiercel.functions.local;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tiercel.functions.SecretFile;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.secret.HmacSha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests notifications from the alert to Slack and PagerDuty, and back to the acknowledgement. */
@Tag("unit")
@QuarkusTest
@QuarkusTestResource(value = NotificationEndToEndTest.Resources.class, restrictToAnnotatedClass = true)
class NotificationEndToEndTest {
    private static final int ALERTS = 10_000;
    private static final int DUPLICATES = 2_000;
    private static final int BATCH = 1_000;
    private static final String OPERATOR = "0123456789abcdef";
    private static final String SIGNING_SECRET = "signing secret";
    private static final Instant PRESS_TIME = Instant.now();
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final WireMockServer SLACK_AND_PAGERDUTY =
            new WireMockServer(wireMockConfig().dynamicPort());

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI server;

    private final HttpClient http = HttpClient.newHttpClient();

    private JsonNode get(String path) throws Exception {
        return JSON.readTree(http.send(
                        HttpRequest.newBuilder(server.resolve(path))
                                .header("Authorization", "Bearer " + OPERATOR)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
    }

    @Test
    void ten_thousand_alerts_cause_one_thread_and_one_page() throws Exception {
        Random random = new Random(11);
        List<String> alerts = new ArrayList<>(Alerts.ofOneIncident("many", "ManyAlerts", ALERTS));
        for (int i = 0; i < DUPLICATES; i++) {
            alerts.add(alerts.get(random.nextInt(ALERTS)));
        }
        Collections.shuffle(alerts, random);
        for (int from = 0; from < alerts.size(); from += BATCH) {
            HttpRequest request = HttpRequest.newBuilder(server.resolve("/alerts"))
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "[" + String.join(",", alerts.subList(from, from + BATCH)) + "]"))
                    .build();
            assertEquals(
                    202,
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
        }
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> get("/incidents?rule=ManyAlerts").at("/0/count").longValue() == ALERTS);
        String id = get("/incidents?rule=ManyAlerts").at("/0/id").textValue();
        await().atMost(Duration.ofSeconds(10)).until(() -> notifiedChannels(id) == 2);
        List<LoggedRequest> posts = requestsAbout("/api/chat.postMessage", "ManyAlerts");
        assertEquals(1, posts.size(), "one root message without replies");
        assertFalse(posts.getFirst().formParameter("thread_ts").isPresent());
        assertEquals("C1", posts.getFirst().formParameter("channel").firstValue());
        List<String> pages = new ArrayList<>();
        for (LoggedRequest page : requestsAbout("/v2/enqueue", "ManyAlerts")) {
            pages.add(JSON.readTree(page.getBody()).get("dedup_key").textValue());
        }
        Collections.sort(pages);
        // The incident escalates while its alerts are counted. An escalation after the first page pages once more.
        assertTrue(pages.equals(List.of(id)) || pages.equals(List.of(id, id + "-e1")), pages::toString);
    }

    private static List<LoggedRequest> requestsAbout(String path, String rule) {
        return SLACK_AND_PAGERDUTY.findAll(postRequestedFor(urlEqualTo(path)).withRequestBody(containing(rule)));
    }

    @Test
    void an_acknowledgement_by_button_reaches_all_channels() throws Exception {
        http.send(
                HttpRequest.newBuilder(server.resolve("/alerts"))
                        .POST(HttpRequest.BodyPublishers.ofString(Alerts.json("press/1", "Pressed", 1)))
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        await().atMost(Duration.ofSeconds(20)).until(() -> !buttons("Pressed").isMissingNode());
        String value = buttons("Pressed").at("/elements/0/value").textValue();
        ObjectNode payload = JSON.createObjectNode().put("type", "block_actions");
        payload.putObject("user").put("id", "U012AB3CD");
        payload.putArray("actions").addObject().put("value", value);
        String body = "payload=" + URLEncoder.encode(payload.toString(), StandardCharsets.UTF_8);
        assertEquals(401, pressButton(body, "wrong secret"));
        assertEquals(200, pressButton(body, SIGNING_SECRET));
        assertEquals(409, pressButton(body, SIGNING_SECRET));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> SLACK_AND_PAGERDUTY.findAll(postRequestedFor(urlEqualTo("/v2/enqueue"))).stream()
                        .anyMatch(event -> event.getBodyAsString().contains("\"acknowledge\"")));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> SLACK_AND_PAGERDUTY.findAll(postRequestedFor(urlEqualTo("/api/chat.update"))).stream()
                        .anyMatch(edit ->
                                edit.formParameter("blocks").firstValue().contains("acknowledged by slack:U012AB3CD")));
    }

    private int pressButton(String body, String secret) throws Exception {
        String time = Long.toString(PRESS_TIME.getEpochSecond());
        byte[] start = ("v0:" + time + ":").getBytes(StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(server.resolve("/interact/slack"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("X-Slack-Request-Timestamp", time)
                .header(
                        "X-Slack-Signature",
                        "v0=" + HmacSha256.hex(secret, start, body.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** Returns the buttons of the message about an incident, or a missing node before the message is posted. */
    private static JsonNode buttons(String rule) throws Exception {
        for (LoggedRequest posted :
                SLACK_AND_PAGERDUTY.findAll(postRequestedFor(urlEqualTo("/api/chat.postMessage")))) {
            JsonNode blocks = JSON.readTree(posted.formParameter("blocks").firstValue());
            if (posted.formParameter("text").firstValue().contains(rule)) {
                for (JsonNode block : blocks) {
                    if (block.get("type").textValue().equals("actions")) {
                        return block;
                    }
                }
            }
        }
        return MissingNode.getInstance();
    }

    /** Returns how many channels other than the terminal have sent a message about the incident. */
    private long notifiedChannels(String id) throws Exception {
        long notified = 0;
        for (JsonNode channel : get("/incidents/" + id).get("notifications")) {
            boolean remote = !channel.get("channel").textValue().equals("terminal");
            notified += remote && channel.get("messages").longValue() > 0 ? 1 : 0;
        }
        return notified;
    }

    /** Creates a data folder and stubs of Slack and PagerDuty. */
    public static final class Resources implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            SLACK_AND_PAGERDUTY.start();
            SLACK_AND_PAGERDUTY.stubFor(post("/api/chat.postMessage").willReturn(okJson("""
                    {"ok":true,"channel":"C1","ts":"1.5","message":{"text":"x"}}""")));
            SLACK_AND_PAGERDUTY.stubFor(post("/api/chat.update").willReturn(okJson("""
                    {"ok":true,"channel":"C1","ts":"1.5"}""")));
            SLACK_AND_PAGERDUTY.stubFor(
                    post("/v2/enqueue").willReturn(aResponse().withStatus(202)));
            try {
                Path folder = Files.createTempDirectory(Path.of("target"), "notifications");
                SecretFile.write(folder.resolve("token"), "xoxb-1");
                SecretFile.write(folder.resolve("signing"), SIGNING_SECRET);
                SecretFile.write(folder.resolve("key"), "0123456789abcdef0123456789abcdef");
                Path configuration = Files.writeString(folder.resolve("notifications.yaml"), """
                        channels:
                          soc: {type: slack, token: 'file:%1$s/token', conversation: C1, api: 'http://127.0.0.1:%2$d/api/'}
                          pager: {type: pagerduty, routing-key: 'file:%1$s/key', service: 'http://127.0.0.1:%2$d', group: off}
                        interact:
                          slack-signing-secret: 'file:%1$s/signing'
                          button-key: 'file:%1$s/key'
                        """.formatted(
                                folder.toAbsolutePath(), SLACK_AND_PAGERDUTY.port()));
                return Map.of(
                        "tiercel.data",
                        folder.resolve("data").toString(),
                        "tiercel.token",
                        OPERATOR,
                        "tiercel.notifications",
                        configuration.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {
            SLACK_AND_PAGERDUTY.stop();
        }
    }
}
