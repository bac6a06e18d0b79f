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
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import io.quarkus.funqy.Funq;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.stage.TiercelFunctions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

@Tag("unit")
@QuarkusTest
@QuarkusTestResource(value = ServerTest.Surroundings.class, restrictToAnnotatedClass = true)
class ServerTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String TOKEN = "0123456789abcdef";
    private static final String[] SHOWN = {"Authorization", "Bearer " + TOKEN, "Content-Type", "application/json"};
    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
    private static final WireMockServer SLACK =
            new WireMockServer(wireMockConfig().dynamicPort());

    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch", "head", "options");

    @Inject
    @SuppressWarnings("NullAway.Init")
    Router router;

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
        for (String alert : Alerts.ofOneIncident("ten", rule, 10)) {
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
    void ten_thousand_shuffled_and_repeated_alerts_of_one_cause_are_one_incident_with_their_exact_count()
            throws Exception {
        String rule = "TenThousand";
        List<String> alerts = Alerts.ofOneIncident("tt", rule, 7_000);
        List<String> deliveries = new ArrayList<>(alerts);
        deliveries.addAll(alerts.subList(0, 3_000));
        Collections.shuffle(deliveries, new Random(11));
        List<Callable<Integer>> posts = new ArrayList<>();
        for (int i = 0; i < deliveries.size(); i += 100) {
            String body = String.join("\n", deliveries.subList(i, i + 100));
            posts.add(() -> postTo("/alerts", body).statusCode());
        }
        try (ExecutorService posters = Executors.newFixedThreadPool(16)) {
            for (Future<Integer> post : posters.invokeAll(posts)) {
                assertEquals(202, post.get());
            }
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> only(rule).path("count").longValue() >= 7_000);
        JsonNode incident = get("/incidents/" + only(rule).get("id").textValue());
        assertEquals(7_000, incident.get("count").longValue());
        assertEquals("escalated", incident.get("state").textValue());
        assertEquals(2, incident.get("escalation").intValue());
        assertEquals(10, incident.get("sample").size());
        List<String> decided = new ArrayList<>();
        incident.get("audit").forEach(entry -> decided.add(entry.path("actor").asText()));
        assertEquals(
                3,
                Collections.frequency(decided, "deduplicate"),
                incident.get("audit").toString());
    }

    @Test
    void a_batch_is_answered_with_what_became_of_it() throws Exception {
        String body = "[" + Alerts.json("b1", "Batch", 1) + "," + Alerts.json("b1", "Batch", 1) + ",{\"rule\":1}]";
        HttpResponse<String> answer = postTo("/alerts", body, "Content-Type", "application/x-www-form-urlencoded");
        assertEquals(202, answer.statusCode(), answer.body());
        assertEquals(
                "{\"accepted\":1,\"duplicates\":1,\"refused\":[{\"index\":2,\"reason\":\"rule must be a string,"
                        + " not a number\"}]}\n",
                answer.body());
    }

    @Test
    void compressed_alerts_are_taken() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(Alerts.json("z1", "Gzip", 1).getBytes(StandardCharsets.UTF_8));
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
        String alert = Alerts.json("o1", "Origin", 1);
        assertEquals(
                403, postTo("/alerts", alert, "Origin", "https://evil.example").statusCode());
        assertTrue(only("Origin").isMissingNode());
    }

    @Test
    void the_functions_answer_under_their_names() throws Exception {
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer = postTo("/enrich", Alerts.json("f1", "Funq", 1), SHOWN);
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals("enriched", JSON.readTree(answer.body()).get("outcome").textValue());
            assertEquals(1, only("Funq").get("count").longValue());
        }
        assertEquals(400, postTo("/enrich", "{}", SHOWN).statusCode());
        assertEquals(200, postTo("/notify", "{}", SHOWN).statusCode());
        assertTrue(postTo("/sweep", "{\"audit\":\"verify\"}", SHOWN)
                .body()
                .startsWith("{\"closed\":0,\"audit\":\"intact: "));
    }

    @Test
    void who_changes_anything_shows_the_token() throws Exception {
        postTo("/alerts", Alerts.json("t1", "Token", 1));
        await().until(() -> !only("Token").isMissingNode());
        String path = "/incidents/" + only("Token").get("id").textValue();
        for (String changing : List.of(path + "/approve", path + "/release", path + "/close", "/enrich", "/sweep")) {
            for (String wrong : List.of("", "Bearer", "Bearer 0123456789abcdeF", "Basic " + TOKEN, TOKEN)) {
                HttpResponse<String> answer =
                        wrong.isEmpty() ? postTo(changing, "{}") : postTo(changing, "{}", "Authorization", wrong);
                assertEquals(401, answer.statusCode(), changing + " with " + wrong);
                assertEquals(
                        "Bearer",
                        answer.headers().firstValue("WWW-Authenticate").orElse(""));
                assertFalse(answer.body().contains(TOKEN), answer.body());
            }
        }
        assertEquals("open", only("Token").get("state").textValue());
    }

    @Test
    void an_incident_is_closed_and_its_cause_opens_it_again() throws Exception {
        postTo("/alerts", Alerts.json("c1", "Closing", 1));
        await().until(() -> !only("Closing").isMissingNode());
        String path = "/incidents/" + only("Closing").get("id").textValue();
        HttpResponse<String> closed = postTo(path + "/close", "{\"by\":\"ada\"}", SHOWN);
        assertEquals(200, closed.statusCode(), closed.body());
        assertEquals(
                "{\"outcome\":\"already closed\"}\n",
                postTo(path + "/close", "", SHOWN).body());
        JsonNode incident = get(path);
        assertEquals("closed", incident.get("state").textValue());
        assertEquals("http:ada", incident.at("/closed/by").textValue());

        // What is late does not open it again; what happens after the closing does.
        postTo("/alerts", Alerts.json("c2", "Closing", 2));
        await().until(() -> get(path).get("count").longValue() == 2);
        assertEquals("closed", get(path).get("state").textValue());
        postTo("/alerts", Alerts.json("c3", "Closing", 3).replace("2026-01-01", "2126-01-01"));
        await().until(() -> get(path).get("count").longValue() == 3);
        incident = get(path);
        assertEquals("open", incident.get("state").textValue());
        assertEquals(2, incident.get("episode").longValue());
        assertTrue(incident.get("closed").isNull());
        List<String> told = new ArrayList<>();
        incident.get("audit")
                .forEach(entry -> told.add(entry.get("actor").textValue() + " "
                        + entry.get("summary").textValue()));
        assertEquals(
                List.of("deduplicate open", "http:ada close", "deduplicate reopen as episode 2"),
                told.stream().filter(line -> !line.startsWith("respond")).toList());
    }

    @Test
    void wrong_wishes_are_told_what_is_wrong() throws Exception {
        postTo("/alerts", Alerts.json("w1", "Wishes", 1));
        await().until(() -> !only("Wishes").isMissingNode());
        String path = "/incidents/" + only("Wishes").get("id").textValue();
        assertEquals(404, postTo("/incidents/none/close", "", SHOWN).statusCode());
        assertEquals(400, postTo(path + "/approve", "", SHOWN).statusCode());
        assertEquals(400, postTo(path + "/close", "[]", SHOWN).statusCode());
        assertEquals(400, postTo(path + "/close", "{", SHOWN).statusCode());
        assertEquals(413, postTo(path + "/close", " ".repeat(5_000), SHOWN).statusCode());
        assertEquals(
                409, postTo(path + "/approve", "{\"plan\":\"another\"}", SHOWN).statusCode());
        assertEquals(202, postTo(path + "/release", "{}", SHOWN).statusCode());
    }

    @Test
    void a_plan_that_is_approved_is_carried_out_once_and_shown() throws Exception {
        SLACK.stubFor(post("/receiver").willReturn(aResponse().withStatus(202)));
        postTo("/alerts", Alerts.json("h1", "HandOn", 1));
        await().until(() -> !only("HandOn").isMissingNode());
        String path = "/incidents/" + only("HandOn").get("id").textValue();
        await().until(() -> get(path).at("/plan/waiting").booleanValue());
        JsonNode plan = get(path).get("plan");
        assertEquals(
                List.of("applied", "waiting"),
                List.of(
                        plan.at("/steps/0/state").textValue(),
                        plan.at("/steps/1/state").textValue()),
                plan.toString());
        assertEquals(
                409,
                postTo(path + "/approve", "{\"plan\":\"000000000000\"}", SHOWN).statusCode());
        SLACK.verify(0, postRequestedFor(urlEqualTo("/receiver")));
        String wish = "{\"by\":\"ada\",\"plan\":\"" + plan.get("id").textValue() + "\"}";
        for (int i = 0; i < 3; i++) {
            assertEquals(2, postTo(path + "/approve", wish, SHOWN).statusCode() / 100);
        }
        await().until(() -> get(path).at("/plan/steps/1/state").textValue().equals("applied"));
        assertEquals("http:ada", get(path).at("/plan/steps/1/by").textValue());
        SLACK.verify(
                1,
                postRequestedFor(urlEqualTo("/receiver"))
                        .withHeader("Tiercel-Signature", containing("v1="))
                        .withRequestBody(containing("HandOn")));
    }

    @Test
    void metrics_are_figures_of_few_labels() throws Exception {
        postTo("/alerts", Alerts.json("m1", "Metrics", 1));
        await().until(() -> !only("Metrics").isMissingNode());
        HttpResponse<String> answer = send(HttpRequest.newBuilder(server.resolve("/metrics")));
        assertEquals(200, answer.statusCode());
        for (String line : List.of(
                "tiercel_functions_alerts_counted_total ",
                "tiercel_functions_documents_refused_total ",
                "tiercel_functions_audit_entries_total ",
                "tiercel_functions_alerts_waiting 0",
                "tiercel_functions_responses_waiting ",
                "tiercel_functions_incidents{state=\"open\"} ")) {
            assertTrue(answer.body().contains("\n" + line), line + " is missing in " + answer.body());
        }
    }

    @Test
    void the_openapi_document_is_what_the_server_answers_to() throws Exception {
        HttpResponse<String> document = send(HttpRequest.newBuilder(server.resolve("/openapi")));
        Map<?, ?> openApi = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(document.body());
        Set<String> described = new TreeSet<>();
        Map<?, ?> paths = assertInstanceOf(Map.class, openApi.get("paths"));
        paths.forEach((path, operations) -> ((Map<?, ?>) operations)
                .keySet().stream()
                        .map(Object::toString)
                        .filter(METHODS::contains)
                        .forEach(method -> described.add(method + " " + path)));
        Set<String> answered = new TreeSet<>();
        for (Method method : TiercelFunctions.class.getMethods()) {
            if (method.isAnnotationPresent(Funq.class)) {
                answered.add("post /" + method.getAnnotation(Funq.class).value());
            }
        }
        for (Route route : router.getRoutes()) {
            if (route.getPath() != null && route.methods() != null) {
                String path = route.getPath().replaceAll(":([a-z]+)", "{$1}");
                route.methods().forEach(method -> answered.add(method.name().toLowerCase(Locale.ROOT) + " " + path));
            }
        }
        assertEquals(described, answered);
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
        postTo("/alerts", Alerts.json("s1", "SlackRule", 1));
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
                Path folder = Files.createTempDirectory(Path.of("target"), "server");
                return Map.of(
                        "tiercel.responses",
                        policies(folder).toString(),
                        "tiercel.data",
                        folder.resolve("data").toString(),
                        "tiercel.slack.webhook",
                        "http://127.0.0.1:" + SLACK.port() + "/hook",
                        "tiercel.token",
                        TOKEN);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Those that come with Tiercel, and one that calls a receiver once somebody approves. */
        private static Path policies(Path folder) throws IOException {
            Path secret = Files.writeString(folder.resolve("secret"), "key");
            try (InputStream standard =
                    Objects.requireNonNull(ServerTest.class.getResourceAsStream("/rules/responses/default.yaml"))) {
                String more = """

                    - policy: Hand on
                      desc: somebody else knows what to do
                      match: {rules: [HandOn]}
                      mode: approve
                      actions:
                        - webhook: {url: "http://127.0.0.1:%d/receiver", secret: "file:%s"}
                    """.formatted(SLACK.port(), secret.toAbsolutePath());
                return Files.writeString(
                        folder.resolve("responses.yaml"),
                        new String(standard.readAllBytes(), StandardCharsets.UTF_8) + more);
            }
        }

        @Override
        public void stop() {
            SLACK.stop();
        }
    }
}
