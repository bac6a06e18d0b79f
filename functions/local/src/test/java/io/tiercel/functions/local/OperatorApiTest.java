package io.tiercel.functions.local;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.contract.AnswerSchemas;
import io.tiercel.functions.operate.Operation;
import io.tiercel.functions.operate.Operations;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The API of operators over HTTP. */
@Tag("unit")
@QuarkusTest
@QuarkusTestResource(value = OperatorApiTest.Resources.class, restrictToAnnotatedClass = true)
class OperatorApiTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String RESPONDER = "responder-0123456789";
    private static final String VIEWER = "viewer-0123456789abc";

    @Inject
    @SuppressWarnings("NullAway.Init")
    Router router;

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI server;

    private final HttpClient http = HttpClient.newHttpClient();

    private record Answer(int status, String type, JsonNode body) {}

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(server.resolve(path)).timeout(Duration.ofSeconds(30));
    }

    private Answer send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                JSON.readTree(response.body()));
    }

    private Answer get(String path, String token) throws Exception {
        return send(to(path).header("Authorization", "Bearer " + token));
    }

    private Answer post(String path, String token, String body) throws Exception {
        return send(to(path).header("Authorization", "Bearer " + token)
                .header("Tiercel-Operator", "ada")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private static void assertProblem(int status, Answer answer) {
        assertEquals(status, answer.status(), answer.toString());
        assertEquals("application/problem+json", answer.type(), answer.toString());
        assertEquals(status, answer.body().path("status").intValue());
        assertEquals(List.of(), AnswerSchemas.errors("Problem", answer.body()));
        String text = answer.body().toString();
        for (String internal : List.of("Exception", "Feature", "io.tiercel", "jackson", "Unrecognized", "<html")) {
            assertFalse(text.contains(internal), text);
        }
    }

    private String incident(String rule) throws Exception {
        assertEquals(
                202,
                http.send(
                                to("/alerts")
                                        .POST(BodyPublishers.ofString(Alerts.json(rule + "/1", rule, 1)))
                                        .build(),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode());
        await().atMost(Duration.ofSeconds(30)).until(() -> !find(rule).isMissingNode());
        return find(rule).path("id").textValue();
    }

    private JsonNode find(String rule) throws Exception {
        return get("/api/v1/incidents?state=all&rule=" + URLEncoder.encode(rule, StandardCharsets.UTF_8), VIEWER)
                .body()
                .at("/items/0");
    }

    @Test
    void the_document_describes_every_route_and_every_route_requires_its_role() throws Exception {
        HttpResponse<String> response =
                http.send(to("/api/v1/openapi.json").build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(200, response.statusCode());
        JsonNode document = JSON.readTree(response.body());
        assertEquals("3.1.0", document.path("openapi").textValue());
        Set<String> documented = new TreeSet<>();
        document.path("paths")
                .fields()
                .forEachRemaining(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(method -> documented.add(method + " " + path.getKey())));
        Set<String> routes = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            if (route.getPath() != null
                    && route.methods() != null
                    && route.getPath().startsWith("/api/")) {
                route.methods()
                        .forEach(method -> routes.add(method.name().toLowerCase(Locale.ROOT) + " "
                                + route.getPath().replaceAll(":([a-z]+)", "{$1}")));
            }
        }
        routes.remove("get /api/v1/openapi.json");
        assertEquals(routes, documented);
        assertReferencesExist(document, document);
        for (Operation operation : Operations.ALL) {
            String path = "/api/v1" + operation.path().replace("{id}", "0123456789abcdef01234567");
            assertProblem(401, send(to(path).method(operation.method(), BodyPublishers.noBody())));
            Answer viewer = send(to(path).header("Authorization", "Bearer " + VIEWER)
                    .method(operation.method(), BodyPublishers.noBody()));
            assertEquals(operation.changes(), viewer.status() == 403, operation.name() + " " + viewer);
            Answer responder = send(to(path).header("Authorization", "Bearer " + RESPONDER)
                    .method(operation.method(), BodyPublishers.noBody()));
            assertTrue(responder.status() != 401 && responder.status() != 403, operation.name());
            assertTrue(responder.status() < 500, operation.name() + " " + responder);
        }
    }

    private static void assertReferencesExist(JsonNode document, JsonNode node) {
        if (node.path("$ref").isTextual()) {
            assertFalse(document.at(node.path("$ref").textValue().substring(1)).isMissingNode(), node.toString());
        }
        node.forEach(child -> assertReferencesExist(document, child));
    }

    @Test
    void an_incident_is_listed_shown_and_changed() throws Exception {
        String id = incident("Changed");
        JsonNode shown = get("/api/v1/incidents/" + id.substring(0, 10), VIEWER).body();
        assertEquals(List.of(), AnswerSchemas.errors("Incident", shown));
        assertEquals("node-7", shown.path("host").textValue());
        String version = shown.path("version").textValue();
        Answer refused = post("/api/v1/incidents/" + id + "/acknowledge", VIEWER, "{\"version\":\"" + version + "\"}");
        assertProblem(403, refused);
        Answer acknowledged =
                post("/api/v1/incidents/" + id + "/acknowledge", RESPONDER, "{\"version\":\"" + version + "\"}");
        assertEquals(200, acknowledged.status(), acknowledged.toString());
        assertEquals(
                "http:ada", acknowledged.body().at("/incident/acknowledgedBy").textValue());
        assertEquals(
                200,
                post("/api/v1/incidents/" + id + "/comment", RESPONDER, "{\"text\":\"<b>\\u202e\"}")
                        .status());
        Answer approval =
                post("/api/v1/incidents/" + id + "/approve", RESPONDER, "{\"version\":\"0000\",\"plan\":\"abc\"}");
        assertProblem(409, approval);
        assertEquals("tiercel:stale", approval.body().path("type").textValue());
        await().atMost(Duration.ofSeconds(30))
                .until(() -> find("Changed").path("response").asText().equals("applied"));
        assertEquals(
                200,
                post(
                                "/api/v1/incidents/" + id + "/close",
                                RESPONDER,
                                "{\"version\":\""
                                        + find("Changed").path("version").textValue() + "\"}")
                        .status());
        assertEquals("closed", find("Changed").path("state").textValue());
        assertTrue(get("/api/v1/audit?by=http:ada", VIEWER).body().path("items").size() >= 3);
    }

    @Test
    void errors_are_problem_details() throws Exception {
        String id = incident("Errors");
        assertProblem(400, get("/api/v1/incidents?offset=1", VIEWER));
        assertProblem(400, get("/api/v1/incidents?limit=0", VIEWER));
        assertProblem(400, get("/api/v1/incidents?limit=1&limit=2", VIEWER));
        assertProblem(404, get("/api/v1/incidents/" + "f".repeat(24), VIEWER));
        assertProblem(404, get("/api/v1/nothing", VIEWER));
        assertProblem(401, get("/api/v1/incidents", "wrong-0123456789abcdef"));
        assertProblem(400, post("/api/v1/incidents/" + id + "/close", RESPONDER, "{\"version\":"));
        assertProblem(400, post("/api/v1/incidents/" + id + "/close", RESPONDER, "[]{}"));
        assertProblem(400, post("/api/v1/incidents/" + id + "/close", RESPONDER, "{\"id\":\"x\"}"));
        assertProblem(
                413,
                post("/api/v1/incidents/" + id + "/comment", RESPONDER, "{\"text\":\"" + "x".repeat(40_000) + "\"}"));
        assertProblem(
                415,
                send(to("/api/v1/incidents/" + id + "/close")
                        .header("Authorization", "Bearer " + RESPONDER)
                        .header("Content-Type", "text/plain")
                        .POST(BodyPublishers.ofString("{}"))));
        assertProblem(
                405,
                send(to("/api/v1/statistics")
                        .header("Authorization", "Bearer " + VIEWER)
                        .DELETE()));
        assertProblem(404, send(to("/nothing")));
        assertProblem(
                405,
                send(to("/metrics").header("Authorization", "Bearer " + VIEWER).DELETE()));
        assertProblem(400, get("/incidents?offset=5", VIEWER));
        assertProblem(400, send(to("/alerts").POST(BodyPublishers.ofString("{\"a\":1}{\"b\":"))));
        assertProblem(400, post("/deduplicate", RESPONDER, "{"));
        assertProblem(400, post("/deduplicate", RESPONDER, "{\"x\":1}"));
        assertProblem(400, post("/respond", RESPONDER, "[1"));
        assertProblem(403, post("/incidents/" + id + "/close", VIEWER, ""));
        assertProblem(403, send(to("/api/v1/operator").header("Origin", "http://other.example")));
    }

    @Test
    void a_client_learns_of_an_alert_without_asking() throws Exception {
        HttpResponse<InputStream> stream = stream();
        assertEquals(200, stream.statusCode());
        assertEquals(
                "text/event-stream", stream.headers().firstValue("Content-Type").orElse(""));
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            String id = incident("Streamed");
            String expected = "data: {\"id\":\"" + id + "\"}";
            String line = lines.readLine();
            while (line != null && !line.equals(expected)) {
                line = lines.readLine();
            }
            assertEquals(expected, line);
        }
    }

    @Test
    void the_number_of_streams_is_limited_and_a_closed_one_makes_room() throws Exception {
        List<InputStream> streams = new ArrayList<>();
        try {
            HttpResponse<InputStream> answer = stream();
            for (int i = 0; i < 200 && answer.statusCode() == 200; i++) {
                streams.add(answer.body());
                answer = stream();
            }
            assertEquals(429, answer.statusCode());
            assertTrue(answer.headers().firstValue("Retry-After").isPresent());
            answer.body().close();
            assertTrue(streams.size() <= 50, () -> streams.size() + " streams");
            streams.removeLast().close();
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                HttpResponse<InputStream> again = stream();
                streams.add(again.body());
                return again.statusCode() == 200;
            });
        } finally {
            for (InputStream stream : streams) {
                stream.close();
            }
        }
    }

    private HttpResponse<InputStream> stream() throws Exception {
        return http.send(
                to("/api/v1/changes")
                        .header("Authorization", "Bearer " + VIEWER)
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
    }

    @Test
    void the_kill_switch_is_a_file_of_the_data_directory() throws Exception {
        HttpRequest.Builder on = to("/api/v1/kill-switch")
                .header("Authorization", "Bearer " + RESPONDER)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"on\":true,\"reason\":\"test\"}"));
        assertEquals(200, send(on).status());
        assertTrue(Files.exists(Resources.data.resolve("stop-responses")));
        assertEquals(
                "http", get("/api/v1/kill-switch", VIEWER).body().path("by").textValue());
        Files.delete(Resources.data.resolve("stop-responses"));
        JsonNode off = get("/api/v1/kill-switch", VIEWER).body();
        assertFalse(off.path("on").booleanValue());
        assertTrue(off.path("by").isNull(), "nobody has removed it through the API");
    }

    /** Creates a data folder. */
    public static final class Resources implements QuarkusTestResourceLifecycleManager {
        @SuppressWarnings("NullAway.Init")
        static Path data;

        @Override
        public Map<String, String> start() {
            try {
                data = Files.createTempDirectory(Path.of("target"), "operators").toAbsolutePath();
                return Map.of(
                        "tiercel.data", data.toString(), "tiercel.token", RESPONDER, "tiercel.viewer.token", VIEWER);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {}
    }
}
