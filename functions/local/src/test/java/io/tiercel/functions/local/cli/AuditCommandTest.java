package io.tiercel.functions.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.local.sqlite.SqliteAuditLog;
import io.tiercel.functions.local.sqlite.SqliteDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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

    private AuditHead append(SqliteDatabase database, String summary) {
        SqliteAuditLog log = new SqliteAuditLog(database);
        log.append(AuditEntry.decision(Instant.EPOCH, "respond", null, summary, Map.of()));
        return log.head();
    }

    @Test
    void verifies_the_log_even_while_a_server_uses_it() {
        try (SqliteDatabase database = SqliteDatabase.open(folder)) {
            assertEquals(0, run("verify"));
            assertTrue(output().startsWith("intact: 0 entries, 0:"), output());
            AuditHead head = append(database, "one");
            out.reset();
            assertEquals(0, run("verify", "--data", folder.toString()));
            assertEquals("intact: 1 entry, " + head, output().strip());
            append(database, "two");
            assertEquals(0, run("verify", "--expect", head.toString()));
            out.reset();
            assertEquals(1, run("verify", "--expect", "1:" + "0".repeat(64)));
            assertEquals("BROKEN at entry 1: it differs from the expected entry", output().strip());
            out.reset();
            assertEquals(1, run("verify", "--expect", "9:" + "0".repeat(64)));
            assertEquals("BROKEN at entry 3: the chain was truncated; it had 9 entries before", output().strip());
        }
    }

    @Test
    void a_directory_without_a_log_is_not_verified() {
        assertEquals(2, run("verify"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("there is no audit log"), err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "check", "verify --data", "verify --expect 1", "verify --expect 0:ff", "verify --x y"})
    void invalid_arguments_print_the_usage(String line) {
        assertEquals(2, run(line.isEmpty() ? new String[0] : line.split(" ")));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("Usage: tiercel audit"), err.toString());
    }
}
