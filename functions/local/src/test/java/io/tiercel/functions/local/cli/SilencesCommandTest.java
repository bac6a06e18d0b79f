package io.tiercel.functions.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.local.sqlite.SqliteAuditLog;
import io.tiercel.functions.local.sqlite.SqliteDatabase;
import io.tiercel.functions.local.sqlite.SqliteStateStore;
import io.tiercel.functions.notification.silence.ActiveSilences;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every test runs the command while a server has the database open. */
@Tag("unit")
class SilencesCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private SqliteDatabase server;

    @BeforeEach
    void open() {
        server = SqliteDatabase.open(folder);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        return new SilencesCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        () -> now)
                .run(List.of(arguments), folder);
    }

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private long activeInServer() {
        return new ActiveSilences(List.of(), new SqliteStateStore(server), () -> now, line -> {}).countActive();
    }

    private String audit() {
        return new SqliteAuditLog(server)
                .source().entries("-operators", 0, 100).stream()
                        .map(entry -> entry.record().line())
                        .collect(Collectors.joining("\n"));
    }

    @Test
    void commandsWorkBesideAServerThatWritesAllTheTime() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> {
            while (!stop.get()) {
                server.touch();
            }
        });
        try {
            for (int i = 0; i < 20; i++) {
                assertEquals(0, run("list"), errors());
            }
            assertEquals(0, run("add", "--when", "incident.rule = \"A\"", "--reason", "load", "--for", "8h"), errors());
        } finally {
            stop.set(true);
            writer.join();
        }
        assertEquals(1, activeInServer());
    }

    @Test
    void aServerSeesWhatACommandAddsAndEnds() {
        assertEquals(
                0,
                run(
                        "add",
                        "--when",
                        "incident.rule = \"Log cleared\"",
                        "--reason",
                        "rotation",
                        "--for",
                        "8h",
                        "--by",
                        "eve"),
                errors());
        String id = output().strip();
        assertTrue(id.matches("[0-9a-f]{16}"), id);
        assertEquals("silenced until 2026-03-01T20:00:00Z", errors().strip());
        assertEquals(1, activeInServer());
        assertEquals(0, run("list"));
        assertEquals(
                id + "  until 2026-03-01T20:00:00Z  0 incidents  cli:eve: rotation\n"
                        + "    incident.rule = \"Log cleared\"\n",
                output());
        assertTrue(audit().contains("\"cli:eve\"") && audit().contains("silences notifications"), audit());
        assertEquals(0, run("end", id, "--by", "frank"));
        assertEquals(0, activeInServer());
        assertTrue(audit().contains("\"cli:frank\"") && audit().contains("ends a silence"), audit());
        assertEquals(3, run("end", id));
        assertTrue(errors().contains("no active silence has the id " + id), errors());
        assertEquals(0, run("list"));
        assertEquals("", output());
    }

    @Test
    void aSilenceEndsAtItsTime() {
        assertEquals(
                0,
                run(
                        "add",
                        "--when",
                        "incident.rule = a",
                        "--reason",
                        "r",
                        "--until",
                        "2026-03-02T00:00:00+01:00",
                        "--owner",
                        "sre"));
        assertEquals(1, activeInServer());
        now = Instant.parse("2026-03-01T23:00:00Z");
        assertEquals(0, activeInServer());
        assertEquals(0, run("list"));
        assertEquals("", output());
    }

    @Test
    void invalidArgumentsAreRejectedWithTheCorrection() {
        for (List<String> wrong : List.of(
                List.of("--when", "incident.count > 0", "--for", "8h", "confirm with \"all\""),
                List.of("--when", "incident.rul = a", "--for", "8h", "unknown field incident.rul"),
                List.of("--when", "incident.rule = a", "--for", "31d", "not a duration of at most 30 days"),
                List.of("--when", "incident.rule = a", "--until", "2026-03-01T11:00:00Z", "is in the past"),
                List.of("--when", "incident.rule = a", "--until", "tomorrow", "write a time with its offset"))) {
            assertEquals(2, run("add", "--reason", "r", wrong.get(0), wrong.get(1), wrong.get(2), wrong.get(3)));
            assertTrue(errors().startsWith("tiercel silences: ") && errors().contains(wrong.get(4)), errors());
        }
        assertEquals(2, run("add", "--when", "incident.rule = a", "--reason", "r"));
        assertTrue(errors().contains("specify either until or for"), errors());
        assertEquals(0, run("add", "--when", "incident.count > 0", "--reason", "r", "--for", "1h", "--all"));
        assertEquals(2, run("add", "--reason", "r"));
        assertEquals(2, run());
        assertEquals(2, run("list", "--data", folder.resolve("missing").toString()));
        assertTrue(errors().contains("does not exist; specify"), errors());
    }
}
