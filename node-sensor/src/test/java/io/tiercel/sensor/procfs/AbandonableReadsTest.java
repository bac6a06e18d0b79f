package io.tiercel.sensor.procfs;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AbandonableReadsTest {
    private static final int MAX_ABANDONED = 2;

    private final AtomicLong clock = new AtomicLong();
    private final CountDownLatch kernel = new CountDownLatch(1);
    private final AbandonableReads reads =
            new AbandonableReads("test-read", MAX_ABANDONED, Duration.ofMillis(50), clock::get);

    @AfterEach
    void close() {
        kernel.countDown();
        reads.close();
    }

    /** Waits without reacting to an interrupt, as a thread in {@code fifo_open} does. */
    private String hang() {
        boolean waiting = true;
        while (waiting) {
            try {
                kernel.await();
                waiting = false;
            } catch (InterruptedException e) {
                // The kernel does not let it go.
            }
        }
        return "late";
    }

    @Test
    void returnsTheResultAndHidesFailures() throws InterruptedException {
        assertEquals(Optional.of("text"), reads.read("a", () -> "text"));
        assertEquals(Optional.empty(), reads.read("a", () -> null));
        assertEquals(Optional.empty(), reads.read("a", () -> {
            throw new IllegalStateException();
        }));
        assertEquals(0, reads.timedOut() + reads.skipped());
    }

    @Test
    void skipsAnOwnerWhoseReadHangsAndForTenTimesAsLongAfterIt() throws InterruptedException {
        assertEquals(Optional.empty(), reads.read("a", this::hang));
        assertEquals(Optional.empty(), reads.read("a", () -> "text"));
        assertEquals(Optional.of("text"), reads.read("b", () -> "text"), "others are not affected");
        assertEquals(1, reads.timedOut());
        assertEquals(1, reads.skipped());
        assertEquals(1, reads.abandoned());
        assertEquals("a", reads.lastOwner());

        clock.set(1_000);
        kernel.countDown();
        await().until(() -> reads.abandoned() == 0);
        clock.set(10_999);
        assertEquals(Optional.empty(), reads.read("a", () -> "text"));
        clock.set(11_000);
        assertEquals(Optional.of("text"), reads.read("a", () -> "text"));
    }

    @Test
    void skipsAllReadsWhileTheMaximumOfThreadsHangs() throws InterruptedException {
        for (int i = 0; i < MAX_ABANDONED; i++) {
            reads.read("hanging " + i, this::hang);
        }
        assertEquals(MAX_ABANDONED, reads.abandoned());
        assertEquals(Optional.empty(), reads.read("b", () -> "text"));
        kernel.countDown();
        await().until(() -> reads.abandoned() == 0);
        assertEquals(Optional.of("text"), reads.read("b", () -> "text"));
    }
}
