package io.tiercel.functions.local.worker;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class BackgroundLoopTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @Test
    void wake_ups_do_not_shorten_the_minimum_interval() {
        Duration interval = Duration.ofMillis(30);
        List<Long> starts = new CopyOnWriteArrayList<>();
        CountDownLatch runs = new CountDownLatch(6);
        BackgroundLoop loop = new BackgroundLoop("test", interval, () -> {
            starts.add(System.nanoTime());
            runs.countDown();
            return Duration.ofHours(1);
        });
        loop.start();
        assertTimeoutPreemptively(TIMEOUT, () -> {
            while (runs.getCount() > 0) {
                loop.wake();
            }
        });
        loop.stop(TIMEOUT);
        for (int i = 1; i < starts.size(); i++) {
            long gap = starts.get(i) - starts.get(i - 1);
            // The interval starts a moment before the task notes its time.
            assertTrue(gap > interval.dividedBy(2).toNanos(), () -> gap + " ns between two runs");
        }
    }

    @Test
    void a_stop_ends_the_minimum_interval() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        BackgroundLoop loop = new BackgroundLoop("test", Duration.ofHours(1), () -> {
            first.countDown();
            return Duration.ZERO;
        });
        loop.start();
        assertTrue(first.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
        assertFalse(loop.stopping());
        assertTimeoutPreemptively(TIMEOUT, () -> loop.stop(Duration.ofHours(1)));
    }
}
