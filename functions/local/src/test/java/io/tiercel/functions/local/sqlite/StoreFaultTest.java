package io.tiercel.functions.local.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults of the database and of its files. SQLite's limit of the number of pages stands for a full disk. */
@Tag("unit")
class StoreFaultTest {
    private static final int NO_LIMIT = 1_000_000;

    @TempDir
    Path folder;

    private static void limit(SqliteDatabase database, int pages) {
        database.write(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute("PRAGMA max_page_count = " + pages);
            }
        });
    }

    private static int pages(SqliteDatabase database) {
        return database.write(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("PRAGMA page_count")) {
                return row.getInt(1);
            }
        });
    }

    private static IdentifiedAlert alert(String id, int bytes) throws Exception {
        return AlertParser.parse(
                Json.MAPPER.readTree(Alerts.json(id, "Rule", 1).replace("Something", "x".repeat(bytes))));
    }

    private static StoreFault fault(StoreUnavailable e) {
        return assertInstanceOf(StoreFaultException.class, e.getCause()).fault();
    }

    @Test
    void a_full_database_is_named_and_the_next_batch_after_it_is_stored() throws Exception {
        try (SqliteDatabase database = SqliteDatabase.open(folder)) {
            AlertInbox inbox = new AlertInbox(database, InstantSource.system());
            limit(database, pages(database) + 4);
            List<IdentifiedAlert> batch = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                batch.add(alert("a/" + i, 4_000));
            }
            for (int attempt = 0; attempt < 3; attempt++) {
                StoreUnavailable full =
                        assertThrows(StoreUnavailable.class, () -> inbox.accept(batch, List.of(), Sender.NONE));
                assertEquals("the store failed: disk full (SQLITE_FULL)", full.getMessage());
                assertEquals(StoreFault.Kind.DISK_FULL, fault(full).kind());
            }
            assertEquals(3, database.health().episode().orElseThrow().failures());
            assertEquals(0, inbox.totals().waiting(), "a part of a batch was stored");

            limit(database, NO_LIMIT);
            assertEquals(20, inbox.accept(batch, List.of(), Sender.NONE));
            assertEquals(0, inbox.accept(batch, List.of(), Sender.NONE));
            new StoreCheck(database, InstantSource.system()).run();
            assertTrue(database.health().episode().isEmpty());
        }
    }

    /** SQLite ends the transaction when the disk is full, so the rest of the work would be committed on its own. */
    @Property(tries = 50)
    void work_that_continues_after_a_failed_statement_commits_nothing(
            @ForAll @IntRange(max = 10) int before, @ForAll @IntRange(max = 10) int after) throws Exception {
        Path own = Files.createTempDirectory("tiercel-fault");
        try (SqliteDatabase database = SqliteDatabase.open(own)) {
            AlertInbox inbox = new AlertInbox(database, InstantSource.system());
            inbox.accept(List.of(alert("first", 10)), List.of(), Sender.NONE);
            AlertInbox.Waiting first = inbox.next(AlertInbox.Lane.UNVERIFIED, 1).getFirst();
            limit(database, pages(database) + 2 + before);
            StoreUnavailable failed = assertThrows(
                    StoreUnavailable.class,
                    () -> database.write(connection -> {
                        int stored = 0;
                        for (int i = 0; i < before + after + 4; i++) {
                            try {
                                stored += inbox.accept(List.of(alert("b/" + i, 60_000)), List.of(), Sender.NONE);
                            } catch (StoreUnavailable e) {
                                inbox.remove(first);
                            } catch (Exception e) {
                                throw new SQLException(e);
                            }
                        }
                        return stored;
                    }));
            assertEquals(StoreFault.Kind.DISK_FULL, fault(failed).kind());
            List<AlertInbox.Waiting> left = inbox.next(AlertInbox.Lane.UNVERIFIED, 10);
            assertEquals(
                    List.of(first.document()),
                    left.stream().map(AlertInbox.Waiting::document).toList());
            limit(database, NO_LIMIT);
            assertEquals(1, inbox.accept(List.of(alert("c", 60_000)), List.of(), Sender.NONE));
        } finally {
            for (String name : List.of("functions.db", "lock")) {
                Files.deleteIfExists(own.resolve(name));
            }
            Files.deleteIfExists(own);
        }
    }

    @Test
    void nothing_is_committed_to_files_that_were_deleted_or_moved() throws Exception {
        for (String name : List.of("functions.db", "functions.db-wal")) {
            Path own = Files.createDirectory(folder.resolve("of-" + name));
            try (SqliteDatabase database = SqliteDatabase.open(own)) {
                AlertInbox inbox = new AlertInbox(database, InstantSource.system());
                StoreCheck check = new StoreCheck(database, InstantSource.system());
                assertEquals(StoreCheck.INTERVAL, check.run());
                Path moved = own.resolve("moved");
                Files.move(own.resolve(name), moved);
                assertEquals(StoreCheck.RETRY_INTERVAL, check.run(), "an idle server does not notice it");
                for (int attempt = 0; attempt < 2; attempt++) {
                    StoreUnavailable refused = assertThrows(
                            StoreUnavailable.class,
                            () -> inbox.accept(List.of(alert("a", 10)), List.of(), Sender.NONE));
                    assertEquals(StoreFault.Kind.MOVED, fault(refused).kind());
                    // Another file in its place is not the database either.
                    Files.deleteIfExists(own.resolve(name));
                    Files.copy(moved, own.resolve(name));
                }
                assertFalse(String.valueOf(fault(assertThrows(StoreUnavailable.class, database::touch))
                                .text())
                        .contains(folder.toString()));
                Files.delete(own.resolve(name));
                Files.move(moved, own.resolve(name));
                assertEquals(StoreCheck.INTERVAL, check.run());
                assertTrue(database.health().episode().isEmpty());
                assertEquals(1, inbox.accept(List.of(alert("a", 10)), List.of(), Sender.NONE));
            }
        }
    }

    @Test
    void a_directory_that_is_gone_is_logged_once() throws Exception {
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                log.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(StoreHealth.class.getName());
        logger.addHandler(handler);
        Path own = Files.createDirectory(folder.resolve("gone"));
        try (SqliteDatabase database = SqliteDatabase.open(own)) {
            AlertInbox inbox = new AlertInbox(database, InstantSource.system());
            StoreCheck check = new StoreCheck(database, InstantSource.system());
            try (Stream<Path> files = Files.walk(own)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
            for (int attempt = 0; attempt < 3; attempt++) {
                assertThrows(
                        StoreUnavailable.class, () -> inbox.accept(List.of(alert("a", 10)), List.of(), Sender.NONE));
                assertEquals(StoreCheck.RETRY_INTERVAL, check.run());
                assertEquals(
                        StoreFault.Kind.MOVED,
                        database.health().episode().orElseThrow().fault().kind());
            }
        } finally {
            logger.removeHandler(handler);
        }
        assertEquals(1, log.size(), log.toString());
    }

    @Test
    void an_idle_database_is_written_only_after_a_while() {
        try (SqliteDatabase database = SqliteDatabase.open(folder)) {
            Instant opened = database.lastCommit();
            new StoreCheck(database, () -> opened.plus(Duration.ofSeconds(9))).run();
            assertEquals(opened, database.lastCommit());
            new StoreCheck(database, () -> opened.plus(StoreCheck.MAX_IDLE)).run();
            assertTrue(database.lastCommit().isAfter(opened));
            assertFalse(Files.exists(folder.resolve(StoreFiles.SPACE_CHECK)));
        }
    }
}
