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

/** Ten thousand alerts of one cause, shuffled and many of them twice: one thread in Slack, one page. */
@Tag("unit")
@QuarkusTest
@QuarkusTestResource(value = OneThreadOnePageTest.Surroundings.class, restrictToAnnotatedClass = true)
class OneThreadOnePageTest {
    private static final int ALERTS = 10_000;
    private static final int REPEATED = 2_000;
    private static final int BATCH = 1_000;
    private static final String SIGNING = "signing secret";
    private static final Instant PRESSED = Instant.now();
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final WireMockServer PEOPLE =
            new WireMockServer(wireMockConfig().dynamicPort());

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI server;

    private final HttpClient http = HttpClient.newHttpClient();

    private JsonNode get(String path) throws Exception {
        return JSON.readTree(
                http.send(HttpRequest.newBuilder(server.resolve(path)).build(), HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    @Test
    void ten_thousand_alerts_are_one_thread_and_one_page() throws Exception {
        Random random = new Random(11);
        List<String> alerts = new ArrayList<>(Alerts.ofOneIncident("many", "OneCause", ALERTS));
        for (int i = 0; i < REPEATED; i++) {
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
                .until(() -> get("/incidents?rule=OneCause").at("/0/count").longValue() == ALERTS);
        String id = get("/incidents?rule=OneCause").at("/0/id").textValue();
        await().atMost(Duration.ofSeconds(10)).until(() -> told(id) == 2);
        List<LoggedRequest> posts = about("/api/chat.postMessage", "OneCause");
        assertEquals(1, posts.size(), "one root and no reply");
        assertFalse(posts.getFirst().formParameter("thread_ts").isPresent());
        assertEquals("C1", posts.getFirst().formParameter("channel").firstValue());
        List<LoggedRequest> pages = about("/v2/enqueue", "OneCause");
        assertEquals(1, pages.size(), "one page");
        assertEquals(
                id, JSON.readTree(pages.getFirst().getBody()).get("dedup_key").textValue());
    }

    private static List<LoggedRequest> about(String path, String rule) {
        return PEOPLE.findAll(postRequestedFor(urlEqualTo(path)).withRequestBody(containing(rule)));
    }

    @Test
    void whoever_presses_a_button_takes_care_and_everybody_hears_of_it() throws Exception {
        http.send(
                HttpRequest.newBuilder(server.resolve("/alerts"))
                        .POST(HttpRequest.BodyPublishers.ofString(Alerts.json("press/1", "Pressed", 1)))
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        await().atMost(Duration.ofSeconds(20)).until(() -> !root("Pressed").isMissingNode());
        String value = root("Pressed").at("/elements/0/value").textValue();
        ObjectNode payload = JSON.createObjectNode().put("type", "block_actions");
        payload.putObject("user").put("id", "U012AB3CD");
        payload.putArray("actions").addObject().put("value", value);
        String body = "payload=" + URLEncoder.encode(payload.toString(), StandardCharsets.UTF_8);
        assertEquals(401, press(body, "another secret"));
        assertEquals(200, press(body, SIGNING));
        assertEquals(409, press(body, SIGNING));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> PEOPLE.findAll(postRequestedFor(urlEqualTo("/v2/enqueue"))).stream()
                        .anyMatch(event -> event.getBodyAsString().contains("\"acknowledge\"")));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> PEOPLE.findAll(postRequestedFor(urlEqualTo("/api/chat.update"))).stream()
                        .anyMatch(edit ->
                                edit.formParameter("blocks").firstValue().contains("acknowledged by slack:U012AB3CD")));
    }

    private int press(String body, String secret) throws Exception {
        String time = Long.toString(PRESSED.getEpochSecond());
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

    /** The buttons of the message about the incident of a rule; missing before it is posted. */
    private static JsonNode root(String rule) throws Exception {
        for (LoggedRequest posted : PEOPLE.findAll(postRequestedFor(urlEqualTo("/api/chat.postMessage")))) {
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

    /** How many channels beside the terminal have told of the incident. */
    private long told(String id) throws Exception {
        long told = 0;
        for (JsonNode channel : get("/incidents/" + id).get("notifications")) {
            boolean outside = !channel.get("channel").textValue().equals("terminal");
            told += outside && channel.get("messages").longValue() > 0 ? 1 : 0;
        }
        return told;
    }

    /** A data folder of its own, and something that answers like Slack and PagerDuty. */
    public static final class Surroundings implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            PEOPLE.start();
            PEOPLE.stubFor(post("/api/chat.postMessage").willReturn(okJson("""
                    {"ok":true,"channel":"C1","ts":"1.5","message":{"text":"x"}}""")));
            PEOPLE.stubFor(post("/api/chat.update").willReturn(okJson("""
                    {"ok":true,"channel":"C1","ts":"1.5"}""")));
            PEOPLE.stubFor(post("/v2/enqueue").willReturn(aResponse().withStatus(202)));
            try {
                Path folder = Files.createTempDirectory(Path.of("target"), "people");
                Files.writeString(folder.resolve("token"), "xoxb-1");
                Files.writeString(folder.resolve("signing"), SIGNING);
                Files.writeString(folder.resolve("key"), "0123456789abcdef0123456789abcdef");
                Path file = Files.writeString(
                        folder.resolve("notifications.yaml"), """
                        channels:
                          soc: {type: slack, token: 'file:%1$s/token', conversation: C1, api: 'http://127.0.0.1:%2$d/api/'}
                          pager: {type: pagerduty, routing-key: 'file:%1$s/key', service: 'http://127.0.0.1:%2$d'}
                        interact:
                          slack-signing-secret: 'file:%1$s/signing'
                          button-key: 'file:%1$s/key'
                        """.formatted(folder.toAbsolutePath(), PEOPLE.port()));
                return Map.of(
                        "tiercel.data", folder.resolve("data").toString(), "tiercel.notifications", file.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {
            PEOPLE.stop();
        }
    }
}
