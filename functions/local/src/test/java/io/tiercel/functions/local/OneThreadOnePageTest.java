package io.tiercel.functions.local;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
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
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Ten thousand alerts of one cause, shuffled and many of them twice: one thread in Slack, one page. */
@QuarkusTest
@QuarkusTestResource(value = OneThreadOnePageTest.Surroundings.class, restrictToAnnotatedClass = true)
class OneThreadOnePageTest {
    private static final int ALERTS = 10_000;
    private static final int REPEATED = 2_000;
    private static final int BATCH = 1_000;
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
        List<String> alerts = new ArrayList<>(Alerts.ofOneCause("many", "OneCause", ALERTS));
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
        List<LoggedRequest> posts = PEOPLE.findAll(postRequestedFor(urlEqualTo("/api/chat.postMessage")));
        assertEquals(1, posts.size(), "one root and no reply");
        assertFalse(posts.getFirst().formParameter("thread_ts").isPresent());
        assertEquals("C1", posts.getFirst().formParameter("channel").firstValue());
        List<LoggedRequest> pages = PEOPLE.findAll(postRequestedFor(urlEqualTo("/v2/enqueue")));
        assertEquals(1, pages.size(), "one page");
        assertEquals(
                id, JSON.readTree(pages.getFirst().getBody()).get("dedup_key").textValue());
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
                Files.writeString(folder.resolve("key"), "0123456789abcdef0123456789abcdef");
                Path file = Files.writeString(
                        folder.resolve("notifications.yaml"), """
                        channels:
                          soc: {type: slack, token: 'file:%1$s/token', conversation: C1, api: 'http://127.0.0.1:%2$d/api/'}
                          pager: {type: pagerduty, routing-key: 'file:%1$s/key', service: 'http://127.0.0.1:%2$d'}
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
