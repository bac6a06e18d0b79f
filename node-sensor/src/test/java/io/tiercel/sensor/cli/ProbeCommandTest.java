package io.tiercel.sensor.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.metrics.LoopbackHttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tiercel probe} against a server with the endpoints of a sensor. */
@Tag("unit")
class ProbeCommandTest {
    private static final String DELIVERED = "tiercel_delivered_alerts_total{outcome=\"stored\"} ";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final List<String> credentials = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    @TempDir
    Path folder;

    ProbeCommandTest() throws IOException {
        server = LoopbackHttpServer.create(0);
    }

    @BeforeEach
    void start() {
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            credentials.add(String.valueOf(exchange.getRequestHeaders()
                    .getOrDefault("Authorization", List.of("none"))
                    .getFirst()));
            String answer = answers.getOrDefault(exchange.getRequestURI().getPath(), "503 not here");
            byte[] body = answer.substring(4).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private int probe(String... arguments) {
        try (PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            return Tiercel.commandLine(new StandardStreams(stream, stream, false))
                    .execute(arguments);
        }
    }

    private String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void readySensorAndServerPass() {
        answers.put("/readyz", "200 ok");
        answers.put("/health", "200 {}");
        answers.put("/metrics", "200 # HELP x\n" + DELIVERED + "2.0\n");
        int status = probe("probe", "--sensors", address(), "--delivery", "--server", "http://" + address());
        assertEquals(0, status, out());
        assertTrue(out().contains("is ready and delivers alerts"), out());
        assertTrue(out().contains("the server http://" + address() + " answers"), out());
    }

    /** The chart's sensors show their metrics to clients with a token only. */
    @Test
    void showsTheTokenToTheMetricsOfSensors() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "a-token-of-32-visible-characters\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        answers.put("/readyz", "200 ok");
        answers.put("/metrics", "200 # HELP x\n" + DELIVERED + "2.0\n");
        assertEquals(0, probe("probe", "--sensors", address(), "--delivery", "--metrics-token-file", token.toString()));
        assertEquals(List.of("none", "Bearer a-token-of-32-visible-characters"), credentials);
        assertEquals(1, probe("probe", "--sensors", address(), "--metrics-token-file", folder + "/absent"));
    }

    @ParameterizedTest
    @CsvSource({
        "503 rules are loading, 200 x, rules are loading",
        "200 ok, 200 nothing, has not delivered an alert yet",
        "200 ok, '200 tiercel_delivered_alerts_total{outcome=\"stored\"} 0.0', has not delivered an alert yet",
        "200 ok, 503 busy, status 503 busy"
    })
    void problemOfASensorIsNamed(String ready, String metrics, String problem) {
        answers.put("/readyz", ready);
        answers.put("/metrics", metrics + "\n");
        assertEquals(1, probe("probe", "--sensors", address(), "--delivery", "--timeout", "1"));
        assertTrue(out().contains("failed  the sensor " + address()) && out().contains(problem), out());
    }

    /** A response of another process cannot control the terminal or fill the log. */
    @Test
    void responsesArePrintedAsOneShortLine() {
        answers.put("/readyz", "503 \u001b[31mred\nfake ok \u202e" + "x".repeat(1000));
        assertEquals(1, probe("probe", "--sensors", address(), "--timeout", "1"));
        assertEquals(1, out().lines().count(), out());
        assertTrue(out().length() < 300 && out().chars().noneMatch(c -> c == 27 || c == 0x202e), out());
    }

    @ParameterizedTest
    @CsvSource({
        "probe, --sensors or --server",
        "probe --sensors nowhere.invalid:1 --timeout 1, no sensor is running",
        "probe --sensors x, --sensors requires HOST:PORT",
        "probe --sensors x:1 --timeout 0, --timeout must be",
        "probe --sensors x:1 --cert /etc/hostname, --cert and --key"
    })
    void wrongArgumentsAreReported(String arguments, String message) {
        assertEquals(1, probe(arguments.split(" ")));
        assertTrue(out().contains(message), out());
        assertEquals(0, requests.get());
    }
}
