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
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tiercel.functions.SecretFile;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.contract.SensorTokens;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.local.cli.IncidentsCommand;
import io.tiercel.functions.local.cli.SilencesCommand;
import io.tiercel.functions.local.cli.operate.NotificationsCommand;
import io.tiercel.functions.local.cli.operate.OperatorContext;
import io.tiercel.functions.local.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The server verifies who posted an alert, and keeps nothing of the credential. */
@Tag("unit")
@QuarkusTest
@QuarkusTestResource(value = SenderVerificationTest.Resources.class, restrictToAnnotatedClass = true)
class SenderVerificationTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String OPERATOR = "0123456789abcdef0123";
    private static final SensorTokens TOKENS = new SensorTokens();
    private static final WireMockServer SLACK =
            new WireMockServer(wireMockConfig().dynamicPort());

    /** The key of a channel that joins incidents of all tests into groups. */
    private static final String PAGER_KEY = "0123456789abcdef0123456789abcdef";

    /** The key of a channel whose groups are large enough for the incidents of other tests. */
    private static final String SIREN_KEY = "fedcba9876543210fedcba9876543210";

    /** The key of a channel that loses messages. */
    private static final String DEAD_KEY = "00112233445566778899aabbccddeeff";

    private static final int NOISE = 1_500;
    private static final int BATCH = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI server;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    private HttpResponse<String> post(String body, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve("/alerts")).POST(HttpRequest.BodyPublishers.ofString(body));
        return http.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> postAs(String token, String body) throws Exception {
        return post(body, "Authorization", "Bearer " + token);
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> response = read(path);
        assertEquals(200, response.statusCode(), response.body());
        return JSON.readTree(response.body());
    }

    private HttpResponse<String> read(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(server.resolve(path))
                        .header("Authorization", "Bearer " + OPERATOR)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String metrics() throws Exception {
        return read("/metrics").body();
    }

    private JsonNode counted(String rule, long count) {
        return await().atMost(PATIENCE)
                .until(
                        () -> {
                            JsonNode incident = get("/incidents?rule=" + rule).path(0);
                            return incident.path("count").longValue() == count
                                    ? get("/incidents/" + incident.path("id").asText())
                                    : JSON.missingNode();
                        },
                        incident -> !incident.isMissingNode());
    }

    @Test
    void a_valid_token_proves_the_node_of_its_sensor() throws Exception {
        assertEquals(
                202,
                postAs(TOKENS.valid("node-7"), Alerts.json("g/1", "Genuine", 1)).statusCode());
        JsonNode sender = counted("Genuine", 1).at("/enrichment/sender");
        assertTrue(sender.path("verified").booleanValue(), sender.toString());
        assertEquals("node-7", sender.path("node").textValue());
    }

    @Test
    void alerts_without_a_credential_count_as_before() throws Exception {
        assertEquals(202, post(Alerts.json("f/1", "Falco", 1)).statusCode());
        JsonNode sender = counted("Falco", 1).at("/enrichment/sender");
        assertFalse(sender.path("verified").booleanValue(), sender.toString());
        assertEquals("NONE", sender.path("kind").textValue());
    }

    @Test
    void a_forged_token_proves_nothing() throws Exception {
        Map<String, String> forged = TOKENS.forged("node-7");
        forged.remove("huge");
        forged.put("the operator's token", OPERATOR);
        int number = 0;
        for (Map.Entry<String, String> token : forged.entrySet()) {
            String rule = "Forged" + number++;
            int status = postAs(token.getValue(), Alerts.json(rule, rule, 1)).statusCode();
            assertEquals(202, status, token.getKey());
            JsonNode sender = counted(rule, 1).at("/enrichment/sender");
            assertFalse(sender.path("verified").booleanValue(), token.getKey() + ": " + sender);
            assertTrue(sender.path("node").isNull(), token.getKey() + ": " + sender);
            assertFalse(sender.path("reason").asText().isEmpty(), token.getKey() + ": " + sender);
        }
    }

    /** The server closes the connection, possibly before it has read the request. So no other request uses this client. */
    @Test
    void a_huge_token_is_rejected() throws Exception {
        String huge = String.valueOf(TOKENS.forged("node-7").get("huge"));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(server.resolve("/alerts"))
                    .header("Authorization", "Bearer " + huge)
                    .POST(HttpRequest.BodyPublishers.ofString(Alerts.json("h/1", "Huge", 1)))
                    .build();
            int status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            assertTrue(status == 431 || status == 400, "status " + status);
        } catch (IOException e) {
            assertTrue(huge.length() > 8_192, "the server accepts headers of 8 KiB");
        }
        assertEquals(0, get("/incidents?rule=Huge").size());
    }

    @Test
    void two_tokens_in_one_request_are_rejected() throws Exception {
        String valid = "Bearer " + TOKENS.valid("node-7");
        assertEquals(
                400,
                post(Alerts.json("d/1", "Double", 1), "Authorization", valid, "Authorization", "Bearer x")
                        .statusCode());
        assertEquals(0, get("/incidents?rule=Double").size());
    }

    @Test
    void nobody_else_can_use_up_the_id_of_an_alert() throws Exception {
        String alert = Alerts.json("node-7/4f2a/1", "Claimed", 1);
        assertEquals(202, post(alert).statusCode());
        assertEquals(202, postAs(TOKENS.valid("node-8"), alert).statusCode());
        counted("Claimed", 2);
        HttpResponse<String> genuine = postAs(TOKENS.valid("node-7"), alert);
        assertTrue(genuine.body().contains("\"accepted\":1"), genuine.body());
        counted("Claimed", 3);
        HttpResponse<String> again = postAs(TOKENS.signed("node-7", claims -> claims.put("jti", "2")), alert);
        assertTrue(again.body().contains("\"accepted\":0,\"duplicates\":1"), again.body());
    }

    @Test
    void metrics_count_senders() throws Exception {
        postAs(TOKENS.valid("node-7"), Alerts.json("m/1", "Counted", 1));
        counted("Counted", 1);
        String metrics = metrics();
        for (String pattern : List.of(
                "tiercel_functions_alerts_received_total\\{sender=\"verified\"} [1-9].*",
                "tiercel_functions_alerts_waiting\\{sender=\"verified\"} [0-9].*",
                "tiercel_functions_identity_keys 1(\\.0)?",
                "tiercel_functions_identity_keys_fetched_timestamp_seconds [1-9].*")) {
            assertTrue(metrics.lines().anyMatch(line -> line.matches(pattern)), pattern + " in " + metrics);
        }
    }

    @Test
    void a_verified_critical_alert_pages_while_the_noise_of_unverified_senders_waits() throws Exception {
        for (int from = 0; from < NOISE; from += BATCH) {
            String noise = IntStream.range(from, from + BATCH)
                    .mapToObj(number -> critical("noise/" + number, "Noise " + number))
                    .collect(Collectors.joining(",", "[", "]"));
            assertEquals(202, post(noise).statusCode());
        }
        await().atMost(PATIENCE).until(() -> metric("tiercel_functions_alerts_waiting{sender=\"unverified\"}") == 0);
        postAs(TOKENS.valid("node-7"), critical("urgent/1", "UrgentAmongNoise"));
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !SLACK.findAll(postRequestedFor(urlEqualTo("/v2/enqueue"))
                                .withRequestBody(containing(SIREN_KEY))
                                .withRequestBody(containing("UrgentAmongNoise")))
                        .isEmpty());
        double unplanned = metric("tiercel_notifications_unplanned");
        assertTrue(unplanned > NOISE / 2, "the page waited until the noise was planned: " + unplanned + " are left");
        commandsWorkBesideTheBusyServer();
        await().atMost(PATIENCE).until(() -> metric("tiercel_notifications_unplanned") == 0);
    }

    private void commandsWorkBesideTheBusyServer() {
        for (int i = 0; i < 5; i++) {
            assertEquals(0, silences("list"), output::toString);
        }
        assertEquals(
                0,
                silences("add", "--when", "incident.rule = \"Nothing\"", "--reason", "load", "--for", "1h"),
                output::toString);
        // Status 1 beside a server that uses the write-ahead log; 2 if the database cannot be used.
        output.reset();
        int erased = new IncidentsCommand(context()).run(List.of("erase", "--subject", "nobody@example.org"));
        assertTrue(erased == 0 || erased == 1, output::toString);
        assertTrue(output.toString(StandardCharsets.UTF_8).contains("changed 0 records"), output::toString);
    }

    private int silences(String... arguments) {
        output.reset();
        PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
        return new SilencesCommand(out, out, InstantSource.system()).run(List.of(arguments), Resources.data());
    }

    @Test
    void an_incident_that_escalates_or_recurs_inside_a_group_pages() throws Exception {
        String token = TOKENS.valid("node-31");
        List<String> rules = List.of("GroupedFirst", "GroupedSecond", "GroupedGrows", "GroupedReturns");
        List<String> ids = new ArrayList<>();
        for (String rule : rules) {
            postAs(token, onNode31(rule, rule));
            ids.add(counted(rule, 1).path("id").textValue());
            // One after another, so that the second one opens the group and the others join it.
            await().atMost(PATIENCE).until(() -> {
                JsonNode shown = pager(ids.getLast());
                return shown.path("messages").asInt() > 0 || shown.path("group").isTextual();
            });
        }
        assertTrue(pager(ids.get(2)).path("group").isTextual(), pager(ids.get(2))::toString);
        assertTrue(pager(ids.get(3)).path("group").isTextual(), pager(ids.get(3))::toString);
        assertEquals(1, pages(ids.get(0)), "the first incident has a page of its own");
        await().atMost(PATIENCE).until(() -> pagesWith("\"summary\":\"Critical: GroupedSecond on ") == 1);

        String growth = IntStream.range(0, 120)
                .mapToObj(number -> onNode31("grows/" + number, "GroupedGrows"))
                .collect(Collectors.joining(",", "[", "]"));
        postAs(token, growth);
        await().atMost(PATIENCE).until(() -> pages(ids.get(2)) == 1);

        assertEquals(
                200,
                http.send(
                                HttpRequest.newBuilder(server.resolve("/incidents/" + ids.get(3) + "/close"))
                                        .header("Authorization", "Bearer " + OPERATOR)
                                        .POST(HttpRequest.BodyPublishers.noBody())
                                        .build(),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode());
        postAs(token, onNode31("returns/1", "GroupedReturns"));
        await().atMost(PATIENCE).until(() -> pages(ids.get(3)) == 1);
    }

    @Test
    void what_a_channel_loses_is_said_and_can_be_sent_again() throws Exception {
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        Handler handler = recording(log);
        Logger.getLogger("").addHandler(handler);
        try {
            dead(404);
            postAs(TOKENS.valid("node-7"), critical("lost/1", "LostPage"));
            await().atMost(PATIENCE)
                    .until(() -> get("/health").path("status").asText().equals("degraded"));
        } finally {
            Logger.getLogger("").removeHandler(handler);
        }
        assertTrue(get("/health").at("/channels/dead/reason").asText().contains("404"), get("/health")::toString);
        assertEquals(1, metric("tiercel_notifications_channel_failing{channel=\"dead\"}"));
        assertTrue(log.stream().anyMatch(line -> line.contains("channel dead loses messages")), log::toString);
        // Another channel takes over.
        await().atMost(PATIENCE).until(() -> lostPages(SIREN_KEY) == 1);
        assertEquals(1, notifications("send-test", "dead"), output::toString);
        assertTrue(output.toString(StandardCharsets.UTF_8).contains("404"), output::toString);
        assertEquals(2, notifications("send-test", "nothing"), output::toString);

        dead(202);
        assertEquals(0, notifications("send-test", "dead"), output::toString);
        int before = lostPages(DEAD_KEY);
        assertEquals(0, notifications("resend", "dead"), output::toString);
        assertTrue(output.toString(StandardCharsets.UTF_8).startsWith("1 message is sent again"), output::toString);
        await().atMost(PATIENCE).until(() -> lostPages(DEAD_KEY) == before + 1);
        await().atMost(PATIENCE)
                .until(() -> get("/health").path("status").asText().equals("up"));
        assertEquals(0, notifications("resend", "dead"), output::toString);
        assertTrue(output.toString(StandardCharsets.UTF_8).startsWith("0 messages"), output::toString);
    }

    private static void dead(int status) {
        SLACK.stubFor(any(urlEqualTo("/v2/enqueue"))
                .withRequestBody(containing(DEAD_KEY))
                .willReturn(aResponse().withStatus(status)));
    }

    private static int lostPages(String key) {
        return SLACK.findAll(postRequestedFor(urlEqualTo("/v2/enqueue"))
                        .withRequestBody(containing(key))
                        .withRequestBody(containing("LostPage")))
                .size();
    }

    private int notifications(String... arguments) throws IOException {
        output.reset();
        Path token = Resources.data().resolveSibling("operator");
        SecretFile.write(token, OPERATOR);
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of("--server", server.toString(), "--token-file", token.toString()));
        return new NotificationsCommand(context()).run(line);
    }

    private OperatorContext context() {
        PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(InputStream.nullInputStream(), out, out, false, false, Terminal.UNLIMITED);
        return new OperatorContext(terminal, Resources.data(), Map.of(), InstantSource.system());
    }

    private static String onNode31(String id, String rule) {
        ObjectNode alert = (ObjectNode) Json.read(critical(id, rule), JsonNode.class, IllegalStateException::new);
        return alert.put("hostname", "node-31")
                .put("time", Instant.now().toString())
                .toString();
    }

    private JsonNode pager(String incident) throws Exception {
        for (JsonNode channel : get("/incidents/" + incident).path("notifications")) {
            if (channel.path("channel").asText().equals("pager")) {
                return channel;
            }
        }
        return JSON.missingNode();
    }

    private static int pages(String incident) {
        return pagesWith("\"dedup_key\":\"" + incident + "\"");
    }

    private static int pagesWith(String text) {
        return SLACK.findAll(postRequestedFor(urlEqualTo("/v2/enqueue"))
                        .withRequestBody(containing(PAGER_KEY))
                        .withRequestBody(containing(text))
                        .withRequestBody(containing("\"trigger\"")))
                .size();
    }

    private static String critical(String id, String rule) {
        return Alerts.json(id, rule, 1).replace("\"Warning\"", "\"Critical\"");
    }

    private double metric(String name) throws Exception {
        return metrics()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** Posts valid and forged tokens with alerts that count, are rejected and are invalid, then searches everything that remains. */
    @Test
    void a_credential_reaches_nothing() throws Exception {
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        Handler handler = recording(log);
        Logger.getLogger("").addHandler(handler);
        Map<String, String> credentials = new TreeMap<>(TOKENS.forged("node-7"));
        credentials.remove("huge");
        credentials.remove("no token");
        credentials.put("valid", TOKENS.valid("node-7"));
        List<String> responses = new ArrayList<>();
        try {
            for (Map.Entry<String, String> credential : credentials.entrySet()) {
                String rule = "Leak" + responses.size();
                for (String body :
                        List.of(Alerts.json(rule, rule, 1), "[{\"rule\":1},3]", "no JSON", Alerts.json("", "", 1))) {
                    responses.add(post(
                                    body,
                                    "Authorization",
                                    "Bearer " + credential.getValue(),
                                    "X-Tiercel-Instance-Identity",
                                    "MIIidentity" + credential.getValue().replaceAll("[^A-Za-z0-9]", ""))
                            .body());
                }
                responses.add(counted(rule, 1).toString());
            }
            responses.add(get("/health").toString());
            responses.add(metrics());
            await().atMost(PATIENCE).until(() -> !SLACK.getAllServeEvents().isEmpty());
            SLACK.getAllServeEvents()
                    .forEach(event -> responses.add(event.getRequest().getBodyAsString()));
        } finally {
            Logger.getLogger("").removeHandler(handler);
        }
        Map<String, String> places = new TreeMap<>(files());
        places.put("log", String.join("\n", log));
        places.put("responses and messages", String.join("\n", responses));
        assertTrue(
                places.keySet().stream().anyMatch(place -> place.endsWith("functions.db")), places.keySet()::toString);
        assertTrue(places.values().stream().anyMatch(text -> text.contains("Leak0")), "the search finds nothing");
        credentials.forEach((kind, token) -> {
            String trace = SensorTokens.trace(token);
            places.forEach((place, text) -> {
                assertFalse(text.contains(trace), () -> kind + " is in " + place);
                assertFalse(text.contains("MIIidentity"), () -> "an identity document is in " + place);
            });
        });
    }

    private static Handler recording(List<String> log) {
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                log.add(line.getMessage()
                        + List.of(line.getParameters() == null ? new Object[0] : line.getParameters())
                        + line.getThrown());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        handler.setLevel(Level.ALL);
        return handler;
    }

    /** Returns the contents of all files in the data directory: database, write-ahead log and the rest. */
    private static Map<String, String> files() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Resources.data())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }

    /** Creates a data folder, the cluster's keys, and a stub of Slack. */
    public static final class Resources implements QuarkusTestResourceLifecycleManager {
        private static Path folder = Path.of("target");

        static Path data() {
            return folder.resolve("data");
        }

        @Override
        public Map<String, String> start() {
            SLACK.start();
            SLACK.stubFor(any(anyUrl()).willReturn(aResponse().withBody("ok")));
            try {
                folder = Files.createTempDirectory(Path.of("target"), "senders").toAbsolutePath();
                SecretFile.write(folder.resolve("pager-key"), PAGER_KEY);
                SecretFile.write(folder.resolve("siren-key"), SIREN_KEY);
                SecretFile.write(folder.resolve("dead-key"), DEAD_KEY);
                SecretFile.write(folder.resolve("webhook"), "http://127.0.0.1:" + SLACK.port() + "/hook");
                Path channels =
                        Files.writeString(folder.resolve("notifications.yaml"), """
                        channels:
                          siren: {type: pagerduty, routing-key: 'file:%1$s/siren-key', service: 'http://127.0.0.1:%2$d', group: {over: 20, within: 1m}, limit: off}
                          pager: {type: pagerduty, routing-key: 'file:%1$s/pager-key', service: 'http://127.0.0.1:%2$d', limit: {messages: 20, within: 10m}}
                          chat: {type: slack-webhook, address: 'file:%1$s/webhook'}
                          dead: {type: pagerduty, routing-key: 'file:%1$s/dead-key', service: 'http://127.0.0.1:%2$d', group: off, limit: off}
                        routes:
                          - {route: lost, when: rule startswith "Lost", channels: [dead], last: true}
                          - {route: others, channels: [siren, pager, chat]}
                        """.formatted(folder, SLACK.port()));
                Path keys = Files.writeString(folder.resolve("keys.json"), TOKENS.keySet());
                return Map.of(
                        "tiercel.data",
                        data().toString(),
                        "tiercel.token",
                        OPERATOR,
                        "tiercel.notifications",
                        channels.toString(),
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
            SLACK.stop();
        }
    }
}
