package io.tiercel.functions.local;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static com.github.tomakehurst.wiremock.stubbing.Scenario.STARTED;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = ServerTest.Surroundings.class, restrictToAnnotatedClass = true)
class ServerTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
    private static final WireMockServer SLACK =
            new WireMockServer(wireMockConfig().dynamicPort());

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI server;

    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> postTo(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).POST(HttpRequest.BodyPublishers.ofString(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> response = send(HttpRequest.newBuilder(server.resolve(path)));
        assertEquals(200, response.statusCode(), response.body());
        return JSON.readTree(response.body());
    }

    private JsonNode only(String rule) throws Exception {
        JsonNode list = get("/incidents?state=open&rule=" + rule);
        assertTrue(list.size() <= 1, list.toString());
        return list.path(0);
    }

    @Test
    void ten_alerts_of_one_cause_are_one_incident_within_two_seconds() throws Exception {
        String rule = "TenOfOne";
        for (String alert : Alerts.ofOneCause("ten", rule, 10)) {
            HttpResponse<String> answer = postTo("/alerts", alert);
            assertEquals(202, answer.statusCode());
            assertEquals("{\"accepted\":1,\"duplicates\":0,\"refused\":[]}\n", answer.body());
        }
        await().atMost(TWO_SECONDS).until(() -> only(rule).path("count").longValue() == 10);
        JsonNode incident = get("/incidents/" + only(rule).get("id").textValue());
        assertEquals(10, incident.get("sample").size());
        assertEquals("dry-run", incident.at("/plan/mode").textValue());
        assertEquals("node-7", incident.at("/enrichment/host/node").textValue());
        assertEquals(
                "OS Credential Dumping",
                incident.at("/enrichment/techniques/0/name").textValue());
        assertEquals("Credential Access", incident.at("/tactics/0").textValue());
    }

    @Test
    void a_batch_is_answered_with_what_became_of_it() throws Exception {
        String body = "[" + Alerts.alert("b1", "Batch", 1) + "," + Alerts.alert("b1", "Batch", 1) + ",{\"rule\":1}]";
        HttpResponse<String> answer = postTo("/alerts", body, "Content-Type", "application/x-www-form-urlencoded");
        assertEquals(202, answer.statusCode(), answer.body());
        assertEquals(
                "{\"accepted\":1,\"duplicates\":1,\"refused\":[{\"index\":2,\"reason\":\"rule is a number, not a string\"}]}\n",
                answer.body());
    }

    @Test
    void compressed_alerts_are_taken() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(Alerts.alert("z1", "Gzip", 1).getBytes(StandardCharsets.UTF_8));
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve("/alerts"))
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes.toByteArray()));
        assertEquals(202, send(request).statusCode());
    }

    @Test
    void bad_posts_are_told_what_is_wrong() throws Exception {
        assertEquals(400, postTo("/alerts", "hello").statusCode());
        assertEquals(400, postTo("/alerts", "").statusCode());
        assertEquals(413, postTo("/alerts", " ".repeat(5 * 1024 * 1024)).statusCode());
        assertEquals(413, postTo("/alerts", "[" + "1,".repeat(1000) + "1]").statusCode());
        assertEquals(
                400,
                send(HttpRequest.newBuilder(server.resolve("/incidents?state=x")))
                        .statusCode());
        assertEquals(
                400,
                send(HttpRequest.newBuilder(server.resolve("/incidents?limit=0")))
                        .statusCode());
        assertEquals(
                404,
                send(HttpRequest.newBuilder(server.resolve("/incidents/none"))).statusCode());
    }

    @Test
    void web_pages_of_other_origins_are_turned_away() throws Exception {
        String alert = Alerts.alert("o1", "Origin", 1);
        assertEquals(
                403, postTo("/alerts", alert, "Origin", "https://evil.example").statusCode());
        assertTrue(only("Origin").isMissingNode());
    }

    @Test
    void the_functions_answer_under_their_names() throws Exception {
        String[] json = {"Content-Type", "application/json"};
        HttpResponse<String> opened = postTo("/alert", Alerts.alert("f1", "Funq", 1), json);
        assertEquals(200, opened.statusCode(), opened.body());
        assertEquals("opened", JSON.readTree(opened.body()).get("outcome").textValue());
        HttpResponse<String> again = postTo("/alert", Alerts.alert("f1", "Funq", 1), json);
        assertEquals("duplicate", JSON.readTree(again.body()).get("outcome").textValue());
        assertEquals(400, postTo("/alert", "{}", json).statusCode());
        assertEquals(200, postTo("/announce", "{}", json).statusCode());
    }

    @Test
    void health_says_how_it_is() throws Exception {
        assertEquals("up", get("/health").get("status").textValue());
        assertEquals("up", get("/healthz").get("status").textValue());
    }

    @Test
    void slack_hears_of_it_even_if_it_is_busy_at_first() throws Exception {
        SLACK.stubFor(post("/hook")
                .withRequestBody(containing("SlackRule"))
                .inScenario("busy")
                .whenScenarioStateIs(STARTED)
                .willReturn(aResponse().withStatus(429).withHeader("Retry-After", "1"))
                .willSetStateTo("ready"));
        SLACK.stubFor(post("/hook")
                .withRequestBody(containing("SlackRule"))
                .inScenario("busy")
                .whenScenarioStateIs("ready")
                .willReturn(aResponse().withBody("ok")));
        postTo("/alerts", Alerts.alert("s1", "SlackRule", 1));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            JsonNode incident = get("/incidents/" + only("SlackRule").path("id").asText());
            assertEquals("slack", incident.at("/notifications/0/channel").textValue());
            assertEquals(1, incident.at("/notifications/0/messages").longValue());
        });
        SLACK.verify(2, postRequestedFor(urlEqualTo("/hook")).withRequestBody(containing("SlackRule")));
    }

    /** A data folder of its own, and something that answers like Slack. */
    public static final class Surroundings implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            SLACK.start();
            SLACK.stubFor(post("/hook").atPriority(10).willReturn(aResponse().withBody("ok")));
            try {
                return Map.of(
                        "tiercel.data",
                        Files.createTempDirectory(Path.of("target"), "server").toString(),
                        "tiercel.slack.webhook",
                        "http://127.0.0.1:" + SLACK.port() + "/hook");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {
            SLACK.stop();
        }
    }
}
