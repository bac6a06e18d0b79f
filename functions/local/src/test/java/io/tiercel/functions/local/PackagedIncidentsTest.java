package io.tiercel.functions.local;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of operators against the packaged server, each in a process of its own as an operator runs it. */
@Tag("packaged")
class PackagedIncidentsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Path data;
    private PackagedServer server;

    private record Result(int status, String out, String err) {
        @Override
        public String toString() {
            return "status " + status + "\n" + out + err;
        }
    }

    @BeforeEach
    void start() throws Exception {
        data = folder.resolve("data");
        Path policies = Files.writeString(
                folder.resolve("responses.yaml"), """
            - policy: Tell the receiver
              desc: a test
              match:
                priority: warning
              mode: approve
              actions:
                - webhook: {url: "http://127.0.0.1:9/receiver", secret: "file:%s"}
            """.formatted(secret("key", "0123456789abcdef0123456789abcdef")));
        server = new PackagedServer(
                List.of(), data, folder.resolve("server.log"), Map.of("TIERCEL_RESPONSES", policies.toString()));
        server.awaitHealthy();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.close();
    }

    private Process begin(String... arguments) throws IOException {
        // A shell ignores SIGINT for what it runs in the background, and so would everything that the tests start.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                Objects.requireNonNull(System.getProperty("tiercel.server"))));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().put("TIERCEL_DATA", data.toString());
        return builder.start();
    }

    private Result run(String... arguments) throws Exception {
        int status = begin(arguments).waitFor();
        return new Result(status, Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
    }

    private void post(String rule) throws Exception {
        server.post("""
            {"rule": "%s", "priority": "Critical", "time": "2026-11-30T08:00:00Z", "output": "a shell", "hostname": "n1",
             "output_fields": {"proc.name": "bash", "proc.pid": 7, "user.name": "root"}}
            """.formatted(rule));
        await().atMost(TIMEOUT)
                .until(() -> server.json("/incidents?rule=" + rule).size() == 1);
    }

    @Test
    void anOperatorWorksOnAnIncident() throws Exception {
        post("Shell");
        Result list = run("incidents", "list");
        assertEquals(0, list.status(), list::toString);
        assertTrue(list.out().contains("Shell"), list::toString);
        JsonNode incident = PackagedServer.JSON
                .readTree(run("incidents", "list", "--json").out())
                .path("items")
                .path(0);
        String id = incident.path("shortId").asText();
        Result shown = run("incidents", "show", id);
        assertEquals(0, shown.status(), shown::toString);
        assertTrue(shown.out().contains(incident.path("id").asText()), shown::toString);

        assertEquals(3, run("incidents", "show", "00000000").status());
        assertEquals(2, run("incidents", "show").status());
        Result stale = run("incidents", "acknowledge", id, "--if-version", "outdated");
        assertEquals(4, stale.status(), stale::toString);
        Result plan = run("incidents", "approve", id, "--yes", "--plan", "outdated");
        assertEquals(4, plan.status(), plan::toString);

        Result approved = run("incidents", "approve", id, "--yes");
        assertEquals(0, approved.status(), approved::toString);
        Result acknowledged = run("incidents", "acknowledge", id);
        assertEquals(0, acknowledged.status(), acknowledged::toString);
        Result again = run("incidents", "acknowledge", id);
        assertEquals(0, again.status(), again::toString);
        Result closed = run("incidents", "close", id, "--yes", "--reason", "a test");
        assertEquals(0, closed.status(), closed::toString);
        assertEquals("closed", server.json("/incidents").path(0).path("state").asText());
    }

    @Test
    void credentialsDecide() throws Exception {
        post("Shell");
        String id = server.json("/incidents").path(0).path("id").asText();
        Result viewer = run("token", "--viewer");
        assertEquals(0, viewer.status(), viewer::toString);
        Path token = secret("viewer", viewer.out());
        assertEquals(
                0, run("incidents", "list", "--token-file", token.toString()).status());
        Result refused = run("incidents", "close", id, "--yes", "--token-file", token.toString());
        assertEquals(5, refused.status(), refused::toString);
        Path wrong = secret("wrong", "not-the-token-of-this-server");
        Result unknown = run("incidents", "list", "--token-file", wrong.toString());
        assertEquals(5, unknown.status(), unknown::toString);
        server.kill();
        Result unreachable = run("incidents", "list");
        assertEquals(6, unreachable.status(), unreachable::toString);
    }

    private Path secret(String name, String text) throws IOException {
        Path file = Files.createFile(
                folder.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    @Test
    void watchPrintsNewIncidentsUntilItIsInterrupted() throws Exception {
        post("Before");
        Process watch = begin("incidents", "watch", "--json");
        try {
            AtomicInteger number = new AtomicInteger();
            await().atMost(TIMEOUT).until(() -> {
                // Repeated, because an alert before the command listens is not a change for it.
                post("After" + number.incrementAndGet());
                return Files.readString(folder.resolve("out")).contains("\"After");
            });
            assertEquals(
                    0,
                    new ProcessBuilder("kill", "-INT", Long.toString(watch.pid()))
                            .start()
                            .waitFor());
            assertTrue(watch.waitFor(60, TimeUnit.SECONDS), "the command does not end");
            assertEquals(0, watch.exitValue(), () -> watch.info().toString());
        } finally {
            watch.destroyForcibly().waitFor();
        }
    }
}
