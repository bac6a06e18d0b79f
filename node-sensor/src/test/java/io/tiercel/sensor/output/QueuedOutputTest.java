package io.tiercel.sensor.output;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.thread.ThreadFailures;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A failing output affects no other output, and its losses are counted exactly. */
@Tag("unit")
class QueuedOutputTest {
    private final List<String> written = Collections.synchronizedList(new ArrayList<>());

    /** A sink with a write method for each test. */
    private abstract class Sink implements AlertSink {
        void store(OutgoingAlert alert) {
            written.add(Objects.requireNonNull(alert.alert().id()));
        }

        @Override
        public void close() {}
    }

    @Test
    void writesAllAlertsInOrder() {
        QueuedOutput output = QueuedOutput.start(
                "test",
                new Sink() {
                    @Override
                    public void write(OutgoingAlert alert) {
                        store(alert);
                    }
                },
                100_000);
        for (int i = 0; i < 50_000; i++) {
            output.alert(TestAlerts.numbered(i));
        }
        output.stop(Duration.ofSeconds(30));
        assertEquals(50_000, written.size());
        assertEquals("node/boot/49999", written.getLast());
        assertEquals(new OutputCounts(50_000, 0, 0, 0, 0), output.counts());
    }

    @Test
    void aBlockedSinkBlocksNobodyAndDropsAreCounted() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        QueuedOutput output = QueuedOutput.start(
                "test",
                new Sink() {
                    @Override
                    public void write(OutgoingAlert alert) throws InterruptedException {
                        release.await();
                        store(alert);
                    }
                },
                10);
        output.alert(TestAlerts.numbered(0));
        await().until(() -> output.counts().waiting() == 1);
        for (int i = 1; i < 1_000; i++) {
            output.alert(TestAlerts.numbered(i));
        }
        assertTrue(output.counts().dropped() >= 988, () -> output.counts().toString());
        release.countDown();
        output.stop(Duration.ofSeconds(10));
        OutputCounts counts = output.counts();
        assertEquals(1_000, counts.sent() + counts.dropped());
        assertEquals(written.size(), counts.sent());
        assertEquals("node/boot/999", written.getLast());
    }

    @Test
    void retriesFailuresInOrderButNotRejections() {
        AtomicInteger attempts = new AtomicInteger();
        QueuedOutput output = QueuedOutput.start(
                "test",
                new Sink() {
                    @Override
                    public void write(OutgoingAlert alert) throws IOException {
                        if (Objects.requireNonNull(alert.alert().id()).endsWith("/1")) {
                            throw new RejectedException("no");
                        }
                        if (attempts.incrementAndGet() % 3 != 0) {
                            throw new IOException("not now");
                        }
                        store(alert);
                    }
                },
                100);
        for (int i = 0; i < 3; i++) {
            output.alert(TestAlerts.numbered(i));
        }
        await().until(() -> output.counts().waiting() == 0);
        output.close();
        assertEquals(List.of("node/boot/0", "node/boot/2"), written);
        assertEquals(new OutputCounts(2, 4, 1, 0, 0), output.counts());
    }

    /** Before, an unexpected error ended the output's thread without a word, and no further alert was written. */
    @Test
    void anUnexpectedErrorOfASinkIsReportedAndCostsOneAlert() {
        QueuedOutput output = QueuedOutput.start(
                "failing-sink",
                new Sink() {
                    @Override
                    public void write(OutgoingAlert alert) {
                        if (Objects.requireNonNull(alert.alert().id()).endsWith("/1")) {
                            throw new StackOverflowError();
                        }
                        store(alert);
                    }
                },
                100);
        for (int i = 0; i < 4; i++) {
            output.alert(TestAlerts.numbered(i));
        }
        await().until(() -> output.counts().sent() == 3);
        output.close();
        assertEquals(List.of("node/boot/0", "node/boot/2", "node/boot/3"), written);
        assertEquals(new OutputCounts(3, 0, 1, 0, 0), output.counts());
        assertEquals(1L, ThreadFailures.ofProcess().totals().get("output-failing-sink"));
    }

    @Test
    void stopInterruptsABlockedWrite() {
        QueuedOutput output = QueuedOutput.start(
                "test",
                new Sink() {
                    @Override
                    public void write(OutgoingAlert alert) throws InterruptedException {
                        new CountDownLatch(1).await();
                    }
                },
                10);
        output.alert(TestAlerts.numbered(0));
        output.alert(TestAlerts.numbered(1));
        output.stop(Duration.ofMillis(50));
        assertEquals(new OutputCounts(0, 0, 0, 2, 0), output.counts());
    }
}
