package io.tiercel.functions.local.sqlite;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class WriterLockTest {
    private static final String OTHER = "other";

    @TempDir
    Path folder;

    @Test
    void one_transaction_at_most_of_threads_that_yield_goes_before_another_one() throws Exception {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        try (SqliteDatabase database = SqliteDatabase.open(folder)) {
            database.write(_ -> {
                for (int i = 0; i < 5; i++) {
                    threads.add(start(SqliteDatabase.yielding(() -> write(database, order, "yielding"))));
                }
                threads.add(start(() -> write(database, order, OTHER)));
                return order;
            });
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertTrue(order.size() == 6 && order.indexOf(OTHER) <= 1, order::toString);
    }

    /** Nested transactions and reads join that of the thread. */
    private static String write(SqliteDatabase database, List<String> order, String name) {
        return database.write(_ -> database.write(_ -> database.read(_ -> {
            order.add(name);
            return name;
        })));
    }

    /** Returns a thread that waits for the database. */
    private static Thread start(Supplier<String> work) {
        Thread thread = Thread.ofPlatform().start(new FutureTask<>(work::get));
        await().until(thread::getState, Thread.State.WAITING::equals);
        return thread;
    }
}
