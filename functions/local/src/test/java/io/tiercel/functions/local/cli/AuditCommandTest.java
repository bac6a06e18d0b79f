package io.tiercel.functions.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.anchor.Anchor;
import io.tiercel.functions.audit.anchor.AnchorWriter;
import io.tiercel.functions.local.anchor.FileAnchorStore;
import io.tiercel.functions.local.sqlite.SqliteAuditLog;
import io.tiercel.functions.local.sqlite.SqliteDatabase;
import io.tiercel.rules.text.ProgressLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class AuditCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    private int run(String... arguments) {
        return new AuditCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(List.of(arguments), folder);
    }

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private void append(SqliteDatabase database, String incident, String summary) {
        new SqliteAuditLog(database).append(AuditEntry.decision(Instant.EPOCH, "respond", incident, summary, Map.of()));
    }

    private Anchor anchor(SqliteDatabase database) {
        AnchorWriter writer =
                new AnchorWriter(new SqliteAuditLog(database).source(), new FileAnchorStore(folder.resolve("anchors")));
        return Objects.requireNonNull(writer.write(Instant.EPOCH, () -> false).anchor());
    }

    @Test
    void verifies_the_log_even_while_a_server_uses_it() {
        try (SqliteDatabase database = SqliteDatabase.open(folder)) {
            assertEquals(0, run("verify"));
            assertEquals("intact: 0 entries in 0 chains, no anchor", output().strip());
            append(database, "0a", "one");
            Anchor first = anchor(database);
            append(database, "0a", "two");
            append(database, "0b", "three");
            Anchor second = anchor(database);
            out.reset();
            assertEquals(0, run("verify", "--data", folder.toString(), "--expect", first.root()));
            assertEquals("intact: 3 entries in 2 chains, 2 anchors, root " + second.root(), output().strip());
            out.reset();
            assertEquals(1, run("verify", "--expect", "0".repeat(64)));
            assertEquals("BROKEN: no anchor has the expected root " + "0".repeat(64), output().strip());
        }
    }

    /** On a slow machine: each look at the clock takes 20 seconds. */
    @Test
    void shows_how_far_a_verification_is_and_how_long_it_still_takes() {
        try (SqliteDatabase database = SqliteDatabase.open(folder)) {
            for (String incident : List.of("0a", "0b", "0c", "0d")) {
                append(database, incident, "one");
            }
            anchor(database);
        }
        AtomicLong seconds = new AtomicLong();
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        int status = new AuditCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        errors,
                        (work, unit) -> new ProgressLine(
                                errors, false, () -> seconds.addAndGet(20) * 1_000_000_000L, work, unit))
                .run(List.of("verify"), folder);
        assertEquals(0, status);
        String shown = err.toString(StandardCharsets.UTF_8);
        assertTrue(shown.contains("tiercel: verifying the audit log: 50 % of 4 entries, about "), shown);
        assertTrue(shown.contains("tiercel: comparing the audit log with its anchors: 100 % of 1 anchors"), shown);
    }

    @Test
    void a_copy_of_the_anchors_detects_a_database_that_was_set_back() throws IOException {
        Path copies = folder.resolve("copies");
        try (SqliteDatabase database = SqliteDatabase.open(folder)) {
            append(database, "0a", "one");
            anchor(database);
        }
        Files.copy(folder.resolve("functions.db"), folder.resolve("earlier.db"));
        try (SqliteDatabase database = SqliteDatabase.open(folder)) {
            append(database, "0a", "two");
            append(database, "0b", "one");
            anchor(database);
        }
        Files.createDirectory(copies);
        for (String name : List.of("00000001.json", "00000002.json")) {
            Files.copy(folder.resolve("anchors").resolve(name), copies.resolve(name));
        }
        Files.delete(folder.resolve("anchors").resolve("00000002.json"));
        Files.move(folder.resolve("earlier.db"), folder.resolve("functions.db"), StandardCopyOption.REPLACE_EXISTING);
        assertEquals(0, run("verify"), "all of the directory was set back");
        out.reset();
        assertEquals(1, run("verify", "--anchors", copies.toString()));
        assertEquals("""
            BROKEN: chain 0a, entry 2: it is missing, but exists in anchor 2; the chain now ends at entry 1
            BROKEN: chain 0b: the whole chain is missing; it had 1 entry in anchor 2\
            """, output().strip().lines().sorted().collect(Collectors.joining("\n")));
    }

    @Test
    void shows_the_entries_of_an_incident() {
        try (SqliteDatabase database = SqliteDatabase.open(folder)) {
            for (int i = 1; i <= 450; i++) {
                append(database, "0a", "decision " + i);
            }
        }
        assertEquals(0, run("show", "0a"));
        List<String> lines = output().lines().toList();
        assertEquals(450, lines.size());
        assertTrue(
                lines.getLast().contains("\"number\":450,") && lines.getLast().contains("decision 450"),
                lines.getLast());
        assertEquals(3, run("show", "0b", "--data", folder.toString()));
        assertTrue(
                err.toString(StandardCharsets.UTF_8).contains("the log has no entries of incident 0b"),
                err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void a_directory_without_a_log_is_not_verified() {
        assertEquals(2, run("verify"));
        assertTrue(
                err.toString(StandardCharsets.UTF_8).contains("there is no audit log"),
                err.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "check", "verify --data", "verify --expect 1", "verify --expect 1:ff", "verify --x y", "show"
            })
    void invalid_arguments_print_the_usage(String line) {
        assertEquals(2, run(line.isEmpty() ? new String[0] : line.split(" ")));
        assertTrue(
                err.toString(StandardCharsets.UTF_8).contains("Usage: tiercel audit"),
                err.toString(StandardCharsets.UTF_8));
    }
}
