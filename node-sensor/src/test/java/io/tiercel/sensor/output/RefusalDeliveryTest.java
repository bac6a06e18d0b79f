package io.tiercel.sensor.output;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.tiercel.http.TlsFiles;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.InvalidAlertException;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.metrics.LoopbackHttpServer;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import io.tiercel.sensor.spool.SpoolOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A receiver that answers 202 and refuses alerts of the batch, or asks for a pause. */
@Tag("unit")
class RefusalDeliveryTest {
    @TempDir
    private Path folder;

    private Spool spool;
    private HttpServer server;
    private Function<List<Alert>, Response> behavior = batch -> Response.storing(batch.size());
    private final List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> times = Collections.synchronizedList(new ArrayList<>());
    private final RefusedAlerts refused = new RefusedAlerts();

    private record Response(int status, String retryAfter, String body) {
        static Response storing(int alerts) {
            return accepted("{\"accepted\":" + alerts + ",\"duplicates\":0,\"refused\":[]}");
        }

        static Response accepted(String body) {
            return new Response(202, "", body);
        }
    }

    @BeforeEach
    void start() throws IOException, SpoolException {
        spool = Spool.open(folder, SpoolOptions.defaults());
        server = LoopbackHttpServer.create(0);
        server.createContext("/alerts", exchange -> {
            try (exchange) {
                times.add(System.nanoTime());
                List<Alert> batch =
                        AlertJson.readBatch(exchange.getRequestBody().readAllBytes(), 100);
                batches.add(
                        batch.stream().map(alert -> String.valueOf(alert.id())).toList());
                Response response = behavior.apply(batch);
                if (!response.retryAfter().isEmpty()) {
                    exchange.getResponseHeaders().set("Retry-After", response.retryAfter());
                }
                byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            } catch (InvalidAlertException e) {
                throw new IOException(e);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() throws SpoolException {
        server.stop(0);
        spool.close();
    }

    private Shipper ship() {
        ServerUrl url =
                ServerUrl.parse("http://127.0.0.1:" + server.getAddress().getPort());
        return Shipper.start(spool, new HttpBatchTarget(url, Map.of(), TlsFiles.none()), folder, refused);
    }

    private void append(String id, String rule, String source) throws SpoolException {
        spool.append(AlertJson.defaults()
                .writeBytes(new Alert(id, "n", 1, Priority.NOTICE, rule, source, List.of(), "", new TreeMap<>())));
    }

    private void appendMany(int alerts) throws SpoolException {
        for (int i = 0; i < alerts; i++) {
            append("n/b/" + i, "Rule", "syscall");
        }
    }

    @Test
    void refusedAlertsOfA202AreLostWithTheirReasonAndTheOthersAreStored() throws Exception {
        appendMany(5);
        behavior = batch -> Response.accepted("""
                {"accepted":2,"duplicates":1,"new":{"x":[1]},"refused":[
                 {"index":1,"code":"rule_name","reason":"rule has 600 characters","more":{}},
                 {"index":3,"code":"Not A Code","reason":"two\\nlines"}]}""");
        try (Shipper shipper = ship()) {
            await().until(() -> shipper.counts().delivered() == 3);
            assertEquals(
                    Map.of("rule_name", 1L, Refusal.UNKNOWN, 1L),
                    shipper.counts().refused());
            assertEquals(2, shipper.counts().rejected());
            assertEquals(2, refused.totals().fromEvents());
            assertEquals(
                    new RefusedAlerts.Latest("Rule", new Refusal(Refusal.UNKNOWN, "two?lines")),
                    refused.totals().latest());
            await().until(() -> spool.counts().pending() == 0);
        }
        assertEquals(List.of(List.of("n/b/0", "n/b/1", "n/b/2", "n/b/3", "n/b/4")), batches);
        List<String> kept = Files.readAllLines(folder.resolve("refused.jsonl"));
        assertEquals("n/b/1", AlertJson.read(kept.getFirst()).id());
        assertEquals(2, kept.size());
    }

    /** A batch of which each alert is refused for its own reason must not be sent again one by one. */
    @Test
    void aBatchThatIsRefusedCompletelyIsSentOnce() throws Exception {
        appendMany(3);
        behavior = batch -> Response.accepted("{\"accepted\":0,\"duplicates\":0,\"refused\":["
                + IntStream.range(0, 3)
                        .mapToObj(i -> "{\"index\":" + i + ",\"code\":\"time\",\"reason\":\"r\"}")
                        .reduce((a, b) -> a + "," + b)
                        .orElseThrow()
                + "]}");
        try (Shipper shipper = ship()) {
            await().until(() -> shipper.counts().rejected() == 3);
            await().until(() -> spool.counts().pending() == 0);
        }
        assertEquals(1, batches.size());
    }

    /** The receiver answers for fewer alerts than it got. Nobody knows which ones are missing, so each is sent again. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"accepted\":2,\"duplicates\":0,\"refused\":[]}",
                "{\"accepted\":2,\"duplicates\":0,\"refused\":[{\"index\":7,\"code\":\"time\",\"reason\":\"r\"}]}",
                "{\"accepted\":-1,\"duplicates\":0,\"refused\":[]}"
            })
    void aResponseThatDoesNotAccountForEveryAlertStoresNone(String body) throws Exception {
        appendMany(3);
        behavior = batch -> batch.size() == 1 ? Response.storing(1) : Response.accepted(body);
        try (Shipper shipper = ship()) {
            await().until(() -> shipper.counts().delivered() == 3);
            assertEquals(0, shipper.counts().rejected());
        }
        assertEquals(
                List.of(List.of("n/b/0", "n/b/1", "n/b/2"), List.of("n/b/0"), List.of("n/b/1"), List.of("n/b/2")),
                batches);
    }

    @Test
    void anAlertThatTheReceiverNeverAccountsForIsLostAndDoesNotBlockOthers() throws Exception {
        appendMany(2);
        behavior = batch -> "n/b/1".equals(batch.getLast().id())
                ? Response.accepted("{\"accepted\":0,\"duplicates\":0,\"refused\":[]}")
                : Response.storing(batch.size());
        try (Shipper shipper = ship()) {
            await().until(() -> shipper.counts().rejected() == 1);
            assertEquals(Map.of("unaccounted", 1L), shipper.counts().refused());
            assertEquals(1, shipper.counts().delivered());
        }
    }

    /** Receivers other than the functions confirm with the status. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ok",
                "[]",
                "{}",
                "{\"refused\":[{\"index\":0}]}",
                "{\"accepted\":\"many\"}",
                "{\"accepted\":1"
            })
    void a202WithAnotherBodyConfirmsTheBatch(String body) throws Exception {
        appendMany(2);
        behavior = batch -> Response.accepted(body);
        try (Shipper shipper = ship()) {
            await().until(() -> shipper.counts().delivered() == 2);
        }
    }

    /** A response that is too long to be read cannot be evaluated, but single alerts always have short ones. */
    @Test
    void aResponseThatIsTooLongMakesTheSensorSendSingleAlerts() throws Exception {
        appendMany(2);
        behavior = batch -> batch.size() == 1
                ? Response.storing(1)
                : Response.accepted("{\"x\":\"" + "x".repeat(100_000) + "\",\"accepted\":2,\"duplicates\":0}");
        try (Shipper shipper = ship()) {
            await().until(() -> shipper.counts().delivered() == 2);
        }
        assertEquals(3, batches.size());
    }

    @Test
    void eachRuleAndReasonIsLoggedOnce() {
        Alert alert =
                new Alert(null, "n", 1, Priority.NOTICE, "r".repeat(600), "syscall", List.of(), "", new TreeMap<>());
        Refusal name = new Refusal("rule_name", "rule has 600 characters");
        assertTrue(refused.add(alert, name, "refused.jsonl"));
        assertTrue(refused.add(alert, new Refusal("too_large", "the alert has 300000 bytes"), "refused.jsonl"));
        assertTrue(refused.add(null, name, "refused.jsonl"));
        for (int i = 0; i < 50; i++) {
            assertFalse(refused.add(alert, name, "refused.jsonl"));
            assertFalse(refused.add(alert, new Refusal("too_large", "n " + i), "refused.jsonl"));
        }
        assertEquals(
                Map.of("rule_name", 52L, "too_large", 51L), refused.totals().byCode());
        RefusedAlerts.Latest latest =
                assertInstanceOf(RefusedAlerts.Latest.class, refused.totals().latest());
        assertEquals("r".repeat(100), latest.rule());
    }

    /** A receiver chooses the codes, and an attacker may choose names of rules in other places. */
    @Test
    void codesAndLogLinesAreLimited() {
        int logged = 0;
        for (int i = 0; i < 2 * RefusedAlerts.MAX_LOGGED; i++) {
            Alert alert = new Alert(null, "n", 1, Priority.NOTICE, "r" + i, "syscall", List.of(), "", new TreeMap<>());
            logged += refused.add(alert, new Refusal("code_" + i, "reason"), "refused.jsonl") ? 1 : 0;
        }
        assertEquals(RefusedAlerts.MAX_LOGGED, logged);
        assertEquals(RefusedAlerts.MAX_CODES + 1, refused.totals().byCode().size());
        assertEquals(
                2L * RefusedAlerts.MAX_LOGGED - RefusedAlerts.MAX_CODES,
                refused.totals().byCode().get(RefusedAlerts.OTHER));
    }

    /** Otherwise each report of a loss would cause the next one, forever. */
    @Test
    void refusedAlertsOfTheSensorAboutItselfCauseNoReport() {
        refused.add(
                new Alert(null, "n", 1, Priority.CRITICAL, "x", Alert.INTERNAL, List.of(), "", new TreeMap<>()),
                new Refusal("time", "r"),
                "refused.jsonl");
        assertEquals(0, refused.totals().fromEvents());
        assertNull(refused.totals().latest());
        assertEquals(Map.of("time", 1L), refused.totals().byCode());
    }

    @ParameterizedTest
    @CsvSource({"503,true", "429,false"})
    void waitsAsLongAsTheReceiverRequests(int status, boolean seconds) throws Exception {
        appendMany(1);
        // An HTTP date has no fractions of a second, so it can be almost a second earlier than it should be.
        String retryAfter = seconds
                ? "1"
                : DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(2));
        behavior = batch -> times.size() == 1 ? new Response(status, retryAfter, "") : Response.storing(1);
        try (Shipper shipper = ship()) {
            await().until(() -> shipper.counts().delivered() == 1);
        }
        long waited = times.get(1) - times.get(0);
        assertTrue(waited >= 900_000_000L, waited + " ns");
        assertTrue(waited < 4_000_000_000L, waited + " ns");
    }

    @Test
    void theHttpOutputWaitsToo() throws Exception {
        behavior = batch -> times.size() == 1 ? new Response(503, "1", "") : Response.storing(1);
        HttpUrl url = HttpUrl.parse("http://127.0.0.1:" + server.getAddress().getPort() + "/alerts", true);
        QueuedOutput output = QueuedOutput.start(
                "http",
                new HttpSink(url, AlertFormat.JSON, Duration.ofSeconds(5), Map.of(), TlsFiles.none()),
                QueuedOutput.DEFAULT_CAPACITY);
        try (output) {
            output.alert(new Alert("i", "n", 1, Priority.NOTICE, "Rule", "syscall", List.of(), "", new TreeMap<>()));
            await().until(() -> output.counts().sent() == 1);
        }
        long waited = times.get(1) - times.get(0);
        assertTrue(waited >= 1_000_000_000L, waited + " ns");
    }

    @Test
    void aRequestedPauseIsLimited() {
        long millis = new Backoff().nextDelayMillis(Duration.ofDays(1));
        assertTrue(millis >= 300_000 && millis <= 300_000 + Backoff.MIN_DELAY_MS, millis + " ms");
        assertTrue(new Backoff().nextDelayMillis(Duration.ZERO) <= Backoff.MIN_DELAY_MS);
    }
}
