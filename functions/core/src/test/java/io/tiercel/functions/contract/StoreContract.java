package io.tiercel.functions.contract;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Opens an empty database for each test. */
public abstract class StoreContract {
    protected static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    static final int WORKERS = 16;

    /** The current time of the stores. */
    protected Instant now = NOW;

    protected Stores stores;

    /** Creates an empty database and opens its stores. */
    protected abstract Stores open(InstantSource clock);

    @BeforeEach
    void openStores() {
        stores = open(() -> now);
    }

    @AfterEach
    void closeStores() {
        stores.close();
    }

    /** Runs tasks on {@link #WORKERS} threads and returns their results in order. */
    static <T> List<T> runConcurrently(List<Callable<T>> tasks) throws Exception {
        List<T> results = new ArrayList<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
            for (Future<T> result : workers.invokeAll(tasks)) {
                results.add(result.get());
            }
        }
        return results;
    }

    static long nanos(Instant time) {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }
}
