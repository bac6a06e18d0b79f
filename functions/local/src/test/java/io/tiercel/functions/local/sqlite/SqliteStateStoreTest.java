package io.tiercel.functions.local.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class SqliteStateStoreTest {
    @TempDir
    private Path folder;

    @Test
    void only_who_has_read_it_replaces_a_document() {
        try (SqliteDatabase database = SqliteDatabase.open(folder)) {
            StateStore store = new SqliteStateStore(database);
            assertEquals(Optional.empty(), store.read("k"));
            assertFalse(store.write("k", 1, "a", null), "there is nothing to replace");
            assertTrue(store.write("k", 0, "a", null));
            assertFalse(store.write("k", 0, "b", null));
            assertTrue(store.write("k", 1, "b", null));
            assertFalse(store.write("k", 1, "c", null));
            assertEquals(Optional.of(new Versioned(2, "b")), store.read("k"));
        }
        try (SqliteDatabase database = SqliteDatabase.open(folder)) {
            assertEquals(Optional.of(new Versioned(2, "b")), new SqliteStateStore(database).read("k"));
        }
    }

    @Test
    void keys_are_due_at_their_time_until_they_are_written_again() {
        try (SqliteDatabase database = SqliteDatabase.open(folder)) {
            StateStore store = new SqliteStateStore(database);
            Instant now = Instant.ofEpochSecond(1_000);
            store.write("never", 0, "x", null);
            store.write("later", 0, "x", now.plusMillis(1));
            store.write("now", 0, "x", now);
            store.write("long", 0, "x", now.minusSeconds(9));
            assertEquals(List.of("long", "now"), store.due(now, 10));
            assertEquals(List.of("long"), store.due(now, 1));
            store.write("long", 1, "x", null);
            assertEquals(List.of("now"), store.due(now, 10));
        }
    }

    @Test
    void of_many_at_once_one_writes_each_version() {
        try (SqliteDatabase database = SqliteDatabase.open(folder)) {
            StateStore store = new SqliteStateStore(database);
            AtomicInteger written = new AtomicInteger();
            try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
                for (int i = 0; i < 200; i++) {
                    threads.submit(() -> {
                        long version = store.read("k").map(Versioned::version).orElse(0L);
                        if (store.write("k", version, "x", null)) {
                            written.incrementAndGet();
                        }
                    });
                }
            }
            assertEquals(written.get(), store.read("k").orElseThrow().version());
        }
    }
}
