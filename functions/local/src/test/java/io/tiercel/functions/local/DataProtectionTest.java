package io.tiercel.functions.local;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tiercel.functions.local.cli.IncidentsCommand;
import io.tiercel.functions.local.cli.operate.OperatorContext;
import io.tiercel.functions.local.terminal.Terminal;
import io.tiercel.rules.text.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Posts alerts with secrets and with a person's name, then searches everything that remains. */
@Tag("unit")
@QuarkusTest
@QuarkusTestResource(value = DataProtectionTest.Resources.class, restrictToAnnotatedClass = true)
class DataProtectionTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String OPERATOR = "0123456789abcdef0123";
    private static final String SECRET = "Tr0ub4dor3x";
    private static final String USER = "zoe.quandt";
    private static final WireMockServer SLACK =
            new WireMockServer(wireMockConfig().dynamicPort());

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI server;

    private final HttpClient http = HttpClient.newHttpClient();

    private static String alert(String id, String rule, String source, String user) {
        return """
            {"id":"%1$s","hostname":"node-1","output":"Command by %5$s (command=mysql -p%2$s args=-p%2$s)",\
            "priority":"Warning","rule":"%3$s","source":"%4$s","tags":[],\
            "output_fields":{"proc.name":"mysql","proc.args":"-p%2$s","proc.cmdline":"mysql -p%2$s",\
            "proc.env[DB_PASSWORD]":"%2$s","user.name":"%5$s","fd.name":"postgres://app:%2$s@db/x",\
            "proc.exepath":"/home/%5$s/mysql"},\
            "time":"2026-01-01T00:00:00.000000000Z"}\
            """.formatted(id, SECRET, rule, source, user);
    }

    private String send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    private String post(String path, String body) throws Exception {
        return send(HttpRequest.newBuilder(server.resolve(path))
                .header("Authorization", "Bearer " + OPERATOR)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private JsonNode get(String path) throws Exception {
        return JSON.readTree(
                send(HttpRequest.newBuilder(server.resolve(path)).header("Authorization", "Bearer " + OPERATOR)));
    }

    private JsonNode counted(String rule, long count) {
        return await().until(
                        () -> {
                            JsonNode incident = get("/incidents?rule=" + rule).path(0);
                            return incident.path("count").longValue() == count
                                    ? get("/incidents/" + incident.path("id").asText())
                                    : JSON.missingNode();
                        },
                        incident -> !incident.isMissingNode());
    }

    private static List<String> slackMessages() {
        return SLACK.getAllServeEvents().stream()
                .map(event -> event.getRequest().getBodyAsString())
                .toList();
    }

    @Test
    void a_secret_reaches_nothing() throws Exception {
        List<String> log = Collections.synchronizedList(new ArrayList<>());
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
        Logger.getLogger("").addHandler(handler);
        List<String> responses = new ArrayList<>();
        try {
            responses.add(post("/alerts", alert("s/1", "Secret", "syscall", "bob")));
            responses.add(post("/alerts", alert("s/2", "Health", "internal", "bob")));
            responses.add(
                    post("/alerts", alert("s/3", "Secret", "syscall", "bob").replace("\"priority\":\"Warning\",", "")));
            responses.add(
                    post("/alerts", "{\"password\": " + SECRET + "}\n{\"rule\":1,\"token\":\"" + SECRET + "\"}\n"));
            responses.add(post("/enrich", alert("s/4", "Direct", "syscall", "bob")));
            responses.add(counted("Secret", 1).toString());
            responses.add(counted("Direct", 1).toString());
            responses.add(get("/health").toString());
            await().until(() -> slackMessages().stream().anyMatch(text -> text.contains("Secret")));
            responses.addAll(slackMessages());
        } finally {
            Logger.getLogger("").removeHandler(handler);
        }
        Map<String, String> places = new TreeMap<>(files());
        places.put("log", String.join("\n", log));
        places.put("responses and messages", String.join("\n", responses));
        assertTrue(
                places.values().stream().anyMatch(text -> text.contains("mysql -p[redacted]")), responses.toString());
        places.forEach((place, text) -> {
            int found = text.indexOf(SECRET);
            assertFalse(
                    found >= 0,
                    () -> place + " has "
                            + text.substring(Math.max(0, found - 80), Math.min(text.length(), found + 40)));
        });
    }

    @Test
    void a_person_is_erased_while_the_server_runs() throws Exception {
        post("/alerts", alert("p/1", "Person", "syscall", USER));
        post("/alerts", alert("p/2", "PersonHealth", "internal", USER));
        post("/alerts", alert("p/3", "Person", "syscall", USER).replace("\"priority\":\"Warning\",", ""));
        post(
                "/alerts",
                alert("p/5", "Tiercel internal: heartbeat", "internal", "bob").replace("node-1", USER));
        String id = counted("Person", 1).path("id").textValue();
        await().until(() -> slackMessages().stream().anyMatch(text -> text.contains(USER)));
        await().until(() -> get("/health").toString().contains("PersonHealth"));
        await().until(() -> get("/api/v1/nodes").toString().contains("\"" + USER + "\""));
        assertTrue(files().values().stream().anyMatch(text -> text.contains(USER)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        int status = new IncidentsCommand(new OperatorContext(
                        new Terminal(
                                new ByteArrayInputStream(new byte[0]), print, print, false, false, Terminal.UNLIMITED),
                        Resources.data(),
                        Map.of(),
                        InstantSource.system()))
                .run(List.of("erase", "--subject", USER));
        assertEquals(0, status, out.toString(StandardCharsets.UTF_8));
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("heartbeats"), out.toString(StandardCharsets.UTF_8));
        assertTrue(get("/api/v1/nodes").toString().contains("[erased]"));
        files().forEach((file, text) -> assertFalse(text.contains(USER), file));
        assertTrue(files().values().stream().anyMatch(text -> text.contains(Sha256.hex(USER))), "audit log");
        JsonNode incident = get("/incidents/" + id);
        assertEquals("/home/[erased]/mysql", incident.path("executable").textValue(), incident.toString());
        post("/alerts", alert("p/4", "Person", "syscall", "bob"));
        await().until(() -> get("/incidents?rule=Person").size() == 2);
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

    /** Creates a data directory and a stub of Slack. */
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
                folder = Files.createTempDirectory(Path.of("target"), "privacy").toAbsolutePath();
                return Map.of(
                        "tiercel.data",
                        data().toString(),
                        "tiercel.token",
                        OPERATOR,
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
