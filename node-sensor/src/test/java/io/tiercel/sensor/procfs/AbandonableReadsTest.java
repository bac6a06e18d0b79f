package io.tiercel.sensor.procfs;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AbandonableReadsTest {
    private static final int MAX_ABANDONED = 2;

    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger replaced = new AtomicInteger();
    private final CountDownLatch kernel = new CountDownLatch(1);
    private final AbandonableReads reads = new AbandonableReads(MAX_ABANDONED, Duration.ofNanos(50), clock::get);

    @AfterEach
    void release() {
        kernel.countDown();
    }

    private Optional<String> read(String owner) throws AbandonedReadException {
        return reads.read(owner, replaced::incrementAndGet, () -> "text");
    }

    /** Starts a read that hangs, and lets its deadline pass. */
    private CompletableFuture<Optional<String>> hang(String owner) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Optional<String>> read = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                read.complete(reads.read(owner, replaced::incrementAndGet, () -> {
                    started.countDown();
                    kernel.await();
                    return "late";
                }));
            } catch (AbandonedReadException e) {
                read.completeExceptionally(e);
            }
        });
        started.await();
        reads.abandonHanging();
        assertEquals(0, replaced.get() - reads.timedOut(), "a read has until its deadline");
        clock.addAndGet(51);
        reads.abandonHanging();
        reads.abandonHanging();
        return read;
    }

    @Test
    void returnsTheResultAndHidesFailures() throws Exception {
        assertEquals(Optional.of("text"), read("a"));
        assertEquals(Optional.empty(), reads.read("a", replaced::incrementAndGet, () -> null));
        assertEquals(Optional.empty(), reads.read("a", replaced::incrementAndGet, () -> {
            throw new IllegalStateException();
        }));
        clock.set(1_000);
        reads.abandonHanging();
        assertEquals(0, reads.timedOut() + reads.skipped() + replaced.get());
    }

    @Test
    void replacesTheThreadOnceAndSkipsTheOwnerForTenTimesAsLong() throws Exception {
        CompletableFuture<Optional<String>> late = hang("a");
        assertEquals(1, replaced.get());
        assertEquals(Optional.empty(), read("a"));
        assertEquals(Optional.of("text"), read("b"), "others are not affected");
        assertEquals(1, reads.timedOut());
        assertEquals(1, reads.skipped());
        assertEquals(1, reads.abandoned());
        assertEquals("a", reads.lastOwner());

        clock.set(1_000);
        kernel.countDown();
        ExecutionException ended = assertThrows(ExecutionException.class, late::get);
        assertInstanceOf(AbandonedReadException.class, ended.getCause(), "the replaced thread must end");
        assertEquals(0, reads.abandoned());
        clock.set(10_999);
        assertEquals(Optional.empty(), read("a"));
        clock.set(11_000);
        assertEquals(Optional.of("text"), read("a"));
    }

    @Test
    void skipsAllReadsWhileTheMaximumOfThreadsHangs() throws Exception {
        for (int i = 0; i < MAX_ABANDONED; i++) {
            hang("hanging " + i);
        }
        assertEquals(MAX_ABANDONED, reads.abandoned());
        assertEquals(Optional.empty(), read("b"));
        kernel.countDown();
        await().until(() -> reads.abandoned() == 0);
        assertEquals(Optional.of("text"), read("b"));
    }
}
