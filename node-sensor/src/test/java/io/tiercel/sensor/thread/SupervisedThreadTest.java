package io.tiercel.sensor.thread;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that no thread fails unnoticed: failures are counted by name, and loops start again. */
@Tag("unit")
class SupervisedThreadTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ThreadFailures failures = new ThreadFailures();

    @Test
    void aLoopThatFailsStartsAgain() throws InterruptedException {
        AtomicInteger runs = new AtomicInteger();
        SupervisedThread thread = new SupervisedThread(
                "loop-7",
                () -> {
                    switch (runs.incrementAndGet()) {
                        case 1 -> throw new IllegalStateException("broken");
                        case 2 -> overflow(1);
                        default -> new CountDownLatch(1).await();
                    }
                },
                failures);
        thread.start();
        await().atMost(TIMEOUT).until(() -> runs.get() == 3);
        assertEquals(Map.of("loop", 2L), failures.totals());
        assertEquals(
                StackOverflowError.class.getName(),
                Objects.requireNonNull(failures.counts().get("loop")).lastError());
        thread.stop();
        assertTrue(thread.join(TIMEOUT), "a stopped loop must not start again");
        assertEquals(Map.of("loop", 2L), failures.totals(), "stopping is no failure");
    }

    @Test
    void stopEndsTheDelayBeforeARestart() throws InterruptedException {
        CountDownLatch failed = new CountDownLatch(8);
        SupervisedThread thread = new SupervisedThread(
                "loop",
                () -> {
                    failed.countDown();
                    throw new IllegalStateException();
                },
                failures);
        thread.start();
        await().atMost(TIMEOUT).until(() -> failed.getCount() <= 5);
        thread.stop();
        assertTrue(thread.join(TIMEOUT));
        assertFalse(thread.isAlive());
    }

    @Test
    void aLoopThatReturnsEndsItsThread() throws InterruptedException {
        SupervisedThread thread = new SupervisedThread("loop", () -> {}, failures);
        thread.start();
        assertTrue(thread.join(TIMEOUT));
        assertTrue(failures.isEmpty());
    }

    @Test
    void theNumberOfNamesIsBounded() {
        for (int i = 0; i < 10 * ThreadFailures.MAX_NAMES; i++) {
            failures.report("name-" + Integer.toString(i, 26).replaceAll("[0-9]", "x") + "a".repeat(i), new Error("e"));
        }
        assertEquals(ThreadFailures.MAX_NAMES + 1, failures.counts().size());
        assertTrue(failures.totals().getOrDefault(ThreadFailures.OTHER, 0L) > 1);
        failures.report("long", new Error("e".repeat(10_000)));
        assertEquals(
                ThreadFailures.MAX_TEXT,
                Objects.requireNonNull(failures.counts().get(ThreadFailures.OTHER))
                        .lastError()
                        .length());
    }

    @Test
    void tasksOfPoolsAndSchedulersAreReported() throws InterruptedException {
        ThreadFailures ofProcess = ThreadFailures.ofProcess();
        SupervisedThreads.runOnce("task-of-test", () -> overflow(1)).join();
        try (var pool = Executors.newFixedThreadPool(1, SupervisedThreads.factory("pool-of-test-"));
                var virtual =
                        Executors.newThreadPerTaskExecutor(SupervisedThreads.virtualFactory("virtual-of-test-"))) {
            pool.execute(() -> overflow(1));
            virtual.execute(() -> overflow(1));
        }
        CountDownLatch periods = new CountDownLatch(3);
        try (var scheduler = new SupervisedScheduler("scheduler-of-test", 1)) {
            scheduler.scheduleWithFixedDelay(
                    () -> {
                        periods.countDown();
                        overflow(1);
                    },
                    0,
                    1,
                    TimeUnit.MILLISECONDS);
            assertTrue(periods.await(30, TimeUnit.SECONDS), "a periodic task must run again after a failure");
            scheduler.execute(() -> overflow(1));
            scheduler.schedule(() -> overflow(1), 1, TimeUnit.MILLISECONDS);
            await().atMost(TIMEOUT).until(() -> ofProcess.totals().getOrDefault("scheduler-of-test", 0L) >= 5);
            scheduler.shutdownNow();
        }
        for (String name : new String[] {"task-of-test", "pool-of-test", "virtual-of-test"}) {
            await().atMost(TIMEOUT).until(() -> ofProcess.totals().getOrDefault(name, 0L) == 1);
        }
    }

    @Test
    void threadsOfLibrariesAreReported() throws InterruptedException {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        try {
            failures.handleUncaught();
            Thread library = new Thread(() -> overflow(1), "library#12");
            library.start();
            library.join();
            assertEquals(Map.of("library", 1L), failures.totals());
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    private static int overflow(int depth) {
        return depth == Integer.MAX_VALUE ? 0 : overflow(depth + 1) + depth;
    }
}
