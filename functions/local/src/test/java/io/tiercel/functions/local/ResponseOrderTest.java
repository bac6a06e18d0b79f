package io.tiercel.functions.local;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
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
import io.tiercel.functions.SecretFile;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.contract.SensorTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The server responds to genuine alerts while many others wait for their responses, each of which takes long. */
@Tag("unit")
@QuarkusTest
@QuarkusTestResource(value = ResponseOrderTest.Resources.class, restrictToAnnotatedClass = true)
class ResponseOrderTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String OPERATOR = "0123456789abcdef0123";
    private static final SensorTokens TOKENS = new SensorTokens();
    private static final WireMockServer RECEIVER =
            new WireMockServer(wireMockConfig().dynamicPort());

    /** The time that the receiver takes for each call. */
    private static final int CALL_MILLIS = 400;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI server;

    private final HttpClient http = HttpClient.newHttpClient();

    private void post(String body, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve("/alerts")).POST(HttpRequest.BodyPublishers.ofString(body));
        assertEquals(
                202,
                http.send(
                                (headers.length == 0 ? request : request.headers(headers)).build(),
                                HttpResponse.BodyHandlers.ofString())
                        .statusCode());
    }

    private void postAs(String node, String body) throws Exception {
        post(body, "Authorization", "Bearer " + TOKENS.valid(node));
    }

    /** Returns alerts of different causes. */
    private static String noise(String name, int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> Alerts.json(name + "/" + i, name + " " + i, 1))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private String get(String path) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(server.resolve(path))
                                .header("Authorization", "Bearer " + OPERATOR)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private double waiting() throws Exception {
        return get("/metrics")
                .lines()
                .filter(line -> line.startsWith("tiercel_functions_responses_waiting"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static int calls(String text) {
        return RECEIVER.findAll(postRequestedFor(urlEqualTo("/receiver")).withRequestBody(containing(text)))
                .size();
    }

    private void awaitNoise(int number) {
        await().atMost(PATIENCE).until(() -> waiting() >= number);
    }

    /** Returns the calls of the receiver for noise when it has been called for the genuine alert. */
    private int noiseBefore(String genuine, String noise) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> calls(genuine) == 1);
        return calls(noise);
    }

    @Test
    void the_noise_of_unverified_senders_delays_no_response_of_others_and_no_operator() throws Exception {
        post(noise("Forged", 1_000));
        awaitNoise(500);
        int before = calls("Forged");
        postAs("node-7", Alerts.json("g/1", "GenuineAmongForged", 1));
        int during = noiseBefore("GenuineAmongForged", "Forged") - before;
        assertTrue(during < 20, "calls for noise before the genuine one: " + during);
        assertTrue(waiting() > 0, "the noise was processed before");

        String last =
                JSON.readTree(get("/incidents?rule=Forged%20999")).at("/0/id").textValue();
        HttpRequest release = HttpRequest.newBuilder(server.resolve("/incidents/" + last + "/release"))
                .header("Authorization", "Bearer " + OPERATOR)
                .POST(HttpRequest.BodyPublishers.ofString("{\"by\":\"ada\"}"))
                .build();
        double left = waiting();
        JsonNode outcome = JSON.readTree(
                http.send(release, HttpResponse.BodyHandlers.ofString()).body());
        assertEquals("release requested", outcome.path("outcome").textValue());
        await().atMost(PATIENCE).until(() -> get("/incidents/" + last).contains("plan release started"));
        assertTrue(waiting() > left / 2, "the release waited for the noise");
    }

    @Test
    void a_noisy_verified_sender_delays_itself_only() throws Exception {
        postAs("node-8", noise("Noisy", 1_000));
        awaitNoise(500);
        int before = calls("Noisy");
        postAs("node-9", Alerts.json("g/2", "GenuineAmongNoisy", 1));
        int during = noiseBefore("GenuineAmongNoisy", "Noisy") - before;
        assertTrue(during < 20, "calls for noise before the genuine one: " + during);
        String urgent = Alerts.json("g/3", "UrgentOfNoisy", 1).replace("\"Warning\"", "\"Critical\"");
        postAs("node-8", urgent);
        assertTrue(
                noiseBefore("UrgentOfNoisy", "Noisy") - before < 40,
                "an urgent alert of the noisy sender waited for it");
        assertTrue(waiting() > 0, "the noise was processed before");
    }

    /** Starts the stand-in of the receiver and provides the settings. */
    public static final class Resources implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            RECEIVER.start();
            RECEIVER.stubFor(
                    any(anyUrl()).willReturn(aResponse().withStatus(202).withFixedDelay(CALL_MILLIS)));
            try {
                Path folder =
                        Files.createTempDirectory(Path.of("target"), "order").toAbsolutePath();
                Path secret = SecretFile.write(folder.resolve("secret"), "0123456789abcdef0123456789abcdef");
                Path policies =
                        Files.writeString(folder.resolve("responses.yaml"), """
                        - guards: {cap: {max: 100, within: 1h}}
                        - policy: Call
                          desc: Calls a receiver
                          match: {tags: [T1003]}
                          mode: auto
                          cap: {max: 100, within: 1h}
                          actions: [{webhook: {url: "http://127.0.0.1:%d/receiver", secret: "file:%s"}}]
                        """.formatted(RECEIVER.port(), secret));
                Path keys = Files.writeString(folder.resolve("keys.json"), TOKENS.keySet());
                return Map.of(
                        "tiercel.data",
                        folder.resolve("data").toString(),
                        "tiercel.token",
                        OPERATOR,
                        "tiercel.responses",
                        policies.toString(),
                        "tiercel.identity-issuer",
                        SensorTokens.ISSUER,
                        "tiercel.identity-keys",
                        "file:" + keys);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {
            RECEIVER.stop();
        }
    }
}
