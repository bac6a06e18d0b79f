package io.tiercel.sensor.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AbandonableCallTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Test
    void returnsTheResultOrTheFailureOrGivesUp() throws Exception {
        assertEquals(7, AbandonableCall.run("test", TIMEOUT, () -> 7));
        IOException failure = new IOException("a test");
        assertEquals(
                failure,
                assertThrows(
                        IOException.class,
                        () -> AbandonableCall.run("test", TIMEOUT, () -> {
                            throw failure;
                        })));
        CountDownLatch end = new CountDownLatch(1);
        assertThrows(
                TimeoutException.class,
                () -> AbandonableCall.run("test", Duration.ofMillis(1), () -> {
                    end.await();
                    return 0;
                }));
        end.countDown();
    }

    @Test
    void aDeadlineIsSharedAndNeverNegative() {
        Deadline deadline = Deadline.after(Duration.ofHours(1));
        assertEquals(Duration.ofSeconds(2), deadline.atMost(Duration.ofSeconds(2)));
        assertEquals(Duration.ZERO, Deadline.after(Duration.ZERO).atMost(Duration.ofSeconds(2)));
    }
}
