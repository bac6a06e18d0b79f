package io.tiercel.functions.aws.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.aws.Moto;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.respond.guard.ActionCaps;
import io.tiercel.functions.respond.policy.Cap;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

@Tag("packaged")
class DynamoDbStateStoreTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static Moto moto;
    private static DynamoDbClient client;
    private static StateStore store;

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.startOrSkip();
        client = moto.dynamoDb();
        moto.createTable("state");
        store = new DynamoDbStateStore(new IncidentTable(client, "state", InstantSource.fixed(NOW)));
    }

    @AfterAll
    static void stop() throws Exception {
        if (moto != null) {
            client.close();
            moto.close();
        }
    }

    @Test
    void a_write_requires_the_version_that_was_read() {
        assertEquals(Optional.empty(), store.read("k"));
        assertFalse(store.write("k", 1, "a", null), "there is nothing to replace");
        assertTrue(store.write("k", 0, "a", null));
        assertFalse(store.write("k", 0, "b", null));
        assertTrue(store.write("k", 1, "b", NOW));
        assertFalse(store.write("k", 1, "c", null));
        assertEquals(Optional.of(new Versioned(2, "b")), store.read("k"));
        assertTrue(store.write("k", 2, "b", null));
    }

    @Test
    void a_key_is_due_until_it_is_written_again() {
        store.write("never", 0, "x", null);
        store.write("later", 0, "x", NOW.plusMillis(1));
        store.write("now", 0, "x", NOW);
        store.write("long", 0, "x", NOW.minusSeconds(9));
        assertEquals(List.of("long", "now"), store.due(NOW, 10));
        assertEquals(List.of("long"), store.due(NOW, 1));
        store.write("long", 1, "x", null);
        assertEquals(List.of("now"), store.due(NOW, 10));
    }

    @Test
    void concurrent_callers_never_exceed_a_cap() {
        ActionCaps caps = new ActionCaps(store, InstantSource.fixed(NOW));
        AtomicInteger taken = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (int i = 0; i < 60; i++) {
                String holder = "incident-" + i;
                threads.submit(() -> {
                    if (caps.acquire("all", Cap.DEFAULT, holder)) {
                        taken.incrementAndGet();
                    }
                });
            }
        }
        assertEquals(Cap.DEFAULT.max(), taken.get());
    }

    @Test
    void a_missing_table_throws_store_unavailable() {
        StateStore none = new DynamoDbStateStore(new IncidentTable(client, "none", InstantSource.fixed(NOW)));
        assertThrows(StoreUnavailable.class, () -> none.read("k"));
        assertThrows(StoreUnavailable.class, () -> none.write("k", 0, "x", null));
        assertThrows(StoreUnavailable.class, () -> none.due(NOW, 1));
    }
}
