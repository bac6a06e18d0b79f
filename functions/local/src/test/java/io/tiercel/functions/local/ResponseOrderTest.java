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
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tiercel.functions.SecretFile;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.contract.SensorTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
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

    private static String alert(String id, String rule, String node) {
        return Alerts.json(id, rule, 1).replace("node-7", node);
    }

    /** Returns alerts of different causes on a node. */
    private static String noise(String name, String node, int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> alert(name + "/" + i, name + " " + i, node))
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

    /** Returns the id of the incident of a rule, or an empty text. */
    private String incident(String rule) throws Exception {
        return JSON.readTree(get("/incidents?rule=" + rule.replace(" ", "%20")))
                .at("/0/id")
                .asText();
    }

    /** Returns how the lookup of the node of an alert ended, or an empty text. */
    private String nodeLookup(String rule) throws Exception {
        return JSON.readTree(get("/incidents/" + incident(rule)))
                .at("/enrichment/lookups/0/outcome")
                .asText();
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
        post(noise("Forged", "node-7", 1_000));
        awaitNoise(500);
        int before = calls("Forged");
        postAs("node-7", alert("g/1", "GenuineAmongForged", "node-7"));
        int during = noiseBefore("GenuineAmongForged", "Forged") - before;
        assertTrue(during < 20, "calls for noise before the genuine one: " + during);
        assertTrue(waiting() > 0, "the noise was processed before");

        String last = await().atMost(PATIENCE).until(() -> incident("Forged 999"), id -> !id.isEmpty());
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

    /** Anybody can name nodes for which the API server takes long. A busy machine may delay a genuine answer, so it is asked again. */
    @Test
    void lookups_that_hang_for_unverified_senders_suspend_none_of_verified_ones() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        await().atMost(PATIENCE).until(() -> {
            int attempt = attempts.incrementAndGet();
            String hanging = "Hanging" + attempt;
            post(IntStream.range(0, 10)
                    .mapToObj(i -> alert(hanging + "/" + i, hanging + " " + i, "hanging-" + attempt + "-" + i))
                    .collect(Collectors.joining(",", "[", "]")));
            await().atMost(PATIENCE).until(() -> !nodeLookup(hanging + " 9").isEmpty());
            String node = "found-" + attempt;
            postAs(node, alert(node, "GenuineOf" + node, node));
            await().atMost(PATIENCE).until(() -> calls("GenuineOf" + node) == 1);
            return nodeLookup("GenuineOf" + node).equals("found");
        });
    }

    @Test
    void a_noisy_verified_sender_or_target_delays_itself_only() throws Exception {
        postAs("node-8", noise("Noisy", "node-8", 1_000));
        awaitNoise(500);
        int before = calls("Noisy");
        postAs("node-9", alert("g/2", "GenuineAmongNoisy", "node-9"));
        int during = noiseBefore("GenuineAmongNoisy", "Noisy") - before;
        assertTrue(during < 20, "calls for noise before the genuine one: " + during);
        String neighbour = alert("g/4", "NeighbourOfNoisy", "node-8")
                .replace("\"container.id\":\"host\"", "\"container.id\":\"abc\",\"k8s.pod.uid\":\"uid-1\"");
        postAs("node-8", neighbour);
        assertTrue(
                noiseBefore("NeighbourOfNoisy", "Noisy") - before < 40,
                "an alert of another target on the node waited for it");
        String urgent = alert("g/3", "UrgentOfNoisy", "node-8").replace("\"Warning\"", "\"Critical\"");
        postAs("node-8", urgent);
        assertTrue(
                noiseBefore("UrgentOfNoisy", "Noisy") - before < 60,
                "an urgent alert of the noisy sender waited for it");
        assertTrue(waiting() > 0, "the noise was processed before");
    }

    /** Returns a stand-in of the API server that knows all nodes, and never answers for some of them. */
    private static HttpServer cluster() throws IOException {
        HttpServer cluster = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        cluster.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        cluster.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            if (path.contains("hanging")) {
                return;
            }
            byte[] body =
                    """
                    {"apiVersion":"v1","kind":"Node","metadata":{"name":"%s","uid":"u"},"spec":{},"status":{}}
                    """.formatted(path.substring(path.lastIndexOf('/') + 1)).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        cluster.start();
        return cluster;
    }

    /** Starts the stand-ins and provides the settings. */
    public static final class Resources implements QuarkusTestResourceLifecycleManager {
        private static final String CLUSTER = "kubernetes.master";

        @SuppressWarnings("NullAway.Init")
        private HttpServer cluster;

        @Override
        public Map<String, String> start() {
            RECEIVER.start();
            RECEIVER.stubFor(
                    any(anyUrl()).willReturn(aResponse().withStatus(202).withFixedDelay(CALL_MILLIS)));
            try {
                cluster = cluster();
                System.setProperty(
                        CLUSTER, "http://127.0.0.1:" + cluster.getAddress().getPort());
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
                        "tiercel.enrich-sources",
                        "kubernetes",
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
            System.clearProperty(CLUSTER);
            cluster.stop(0);
        }
    }
}
