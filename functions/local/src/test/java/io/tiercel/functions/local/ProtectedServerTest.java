package io.tiercel.functions.local;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.contract.SensorTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server that other machines reach, and that requires the identity of senders. */
@Tag("unit")
@QuarkusTest
@QuarkusTestResource(value = ProtectedServerTest.Resources.class, restrictToAnnotatedClass = true)
class ProtectedServerTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String OPERATOR = "0123456789abcdef0123";
    private static final SensorTokens TOKENS = new SensorTokens();

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI server;

    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> send(HttpRequest.Builder request, String token) throws Exception {
        return http.send(
                (token.isEmpty() ? request : request.header("Authorization", "Bearer " + token)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getPort() + path));
    }

    private HttpResponse<String> get(String path, String token) throws Exception {
        return send(to(path), token);
    }

    private HttpResponse<String> post(String alert, String token) throws Exception {
        return send(to("/alerts").POST(HttpRequest.BodyPublishers.ofString(alert)), token);
    }

    private HttpResponse<String> postFromUrl(String token) throws Exception {
        String credentials = Base64.getEncoder().encodeToString(("sensor:" + token).getBytes(StandardCharsets.UTF_8));
        return http.send(
                to("/alerts")
                        .header("Authorization", "Basic " + credentials)
                        .POST(HttpRequest.BodyPublishers.ofString(Alerts.json("v/1", "Posted", 1)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private long waitingAndCounted() throws Exception {
        var health = JSON.readTree(get("/health", OPERATOR).body());
        return health.path("waiting").longValue() + health.path("counted").longValue();
    }

    @Test
    void unverified_senders_are_rejected_with_the_reason() throws Exception {
        long before = waitingAndCounted();
        Map<String, String> tokens = TOKENS.forged("node-7");
        tokens.remove("huge");
        tokens.put("none", "");
        tokens.put("the operator's token", OPERATOR);
        for (Map.Entry<String, String> token : tokens.entrySet()) {
            HttpResponse<String> response = post(Alerts.json("r/1", "Required", 1), token.getValue());
            assertEquals(401, response.statusCode(), token.getKey());
            assertEquals(
                    "Bearer", response.headers().firstValue("WWW-Authenticate").orElse(""));
            String error = JSON.readTree(response.body()).path("detail").asText();
            assertTrue(error.startsWith("the sender is not verified: "), error);
            assertFalse(error.contains(SensorTokens.trace(token.getValue() + "................")), error);
        }
        assertEquals(before, waitingAndCounted(), "nothing is stored");
        assertTrue(get("/metrics", OPERATOR)
                .body()
                .lines()
                .anyMatch(line -> line.matches("tiercel_functions_posts_unauthorized_total [1-9].*")));
    }

    @Test
    void verified_senders_may_post_and_nothing_else() throws Exception {
        String token = TOKENS.valid("node-7");
        assertEquals(202, post(Alerts.json("v/1", "Posted", 1), token).statusCode());
        // The same token in the URL: https://sensor:TOKEN@host/alerts
        assertEquals(202, postFromUrl(token).statusCode());
        assertEquals(401, postFromUrl(token.substring(1)).statusCode());
        await().until(() -> get("/incidents?rule=Posted", OPERATOR).body().contains("\"count\":1"));
        String id = JSON.readTree(get("/incidents?rule=Posted", OPERATOR).body())
                .at("/0/id")
                .asText();
        for (String reader : List.of("", token, OPERATOR.substring(1))) {
            for (String path : List.of(
                    "/incidents",
                    "/incidents/",
                    "/incidents?state=open",
                    "/incidents/" + id,
                    "/incidents//" + id,
                    "//incidents",
                    "/./incidents",
                    "/x/../incidents",
                    "/%69ncidents",
                    "/incidents;a",
                    "/metrics",
                    "/metrics/")) {
                HttpResponse<String> response = get(path, reader);
                assertTrue(response.statusCode() == 401 || response.statusCode() == 404, path + " " + response.body());
                assertFalse(response.body().contains("Posted"), path);
            }
            for (String path : List.of("/incidents/" + id + "/close", "/enrich", "/deduplicate", "/sweep")) {
                assertEquals(
                        401,
                        send(to(path).POST(HttpRequest.BodyPublishers.ofString("{}")), reader)
                                .statusCode(),
                        path);
            }
        }
        assertEquals(200, get("/incidents/" + id, OPERATOR).statusCode());
        assertEquals(200, get("/metrics", OPERATOR).statusCode());
    }

    @Test
    void probes_learn_the_status_only() throws Exception {
        assertEquals("{\"status\":\"up\"}\n", get("/health", "").body());
        assertEquals(
                "{\"status\":\"up\"}\n", get("/healthz", TOKENS.valid("node-7")).body());
        assertTrue(get("/health", OPERATOR).body().contains("\"counted\""));
        assertEquals(200, get("/openapi", "").statusCode());
    }

    /** Creates a data folder and the cluster's keys. */
    public static final class Resources implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            try {
                Path folder = Files.createTempDirectory(Path.of("target"), "protected")
                        .toAbsolutePath();
                Path keys = Files.writeString(folder.resolve("keys.json"), TOKENS.keySet());
                return Map.of(
                        "tiercel.host",
                        "0.0.0.0",
                        "tiercel.data",
                        folder.resolve("data").toString(),
                        "tiercel.token",
                        OPERATOR,
                        "tiercel.identity-issuer",
                        SensorTokens.ISSUER,
                        "tiercel.identity-keys",
                        "file:" + keys,
                        "tiercel.identity-required",
                        "true");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {}
    }
}
