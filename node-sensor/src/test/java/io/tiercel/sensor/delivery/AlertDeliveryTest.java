package io.tiercel.sensor.delivery;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.output.AlertOutput;
import io.tiercel.sensor.spool.AlertIdGenerator;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolOptions;
import io.tiercel.sensor.spool.SpooledAlert;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The event thread leaves alerts without waiting, and the worker writes them in order. */
@Tag("unit")
class AlertDeliveryTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long MIB = 1 << 20;

    @TempDir
    Path folder;

    private final List<Alert> emitted = Collections.synchronizedList(new ArrayList<>());

    /** Blocks the writer until it is released, as a disk that hangs does. */
    private final CountDownLatch disk = new CountDownLatch(1);

    private final AlertOutput hanging = alert -> {
        try {
            disk.await();
            emitted.add(alert);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    };

    @AfterEach
    void release() {
        disk.countDown();
    }

    private static Alert alert(String rule, Priority priority, int number) {
        return new Alert(
                null, "node", number, priority, rule, "syscall", List.of(), "m", new TreeMap<>(Map.of("proc.pid", (long)
                        number)));
    }

    private static AlertIdGenerator ids() {
        return AlertIdGenerator.forReplay("node", "boot");
    }

    private long emittedOf(String rule) {
        return List.copyOf(emitted).stream().filter(a -> a.rule().equals(rule)).count();
    }

    @Test
    void aHangingDiskDoesNotStopTheCallerAndLosesTheFloodOnly() {
        AlertDelivery delivery = AlertDelivery.queued(new AlertWriter(ids(), null, List.of(hanging)), MIB, () -> {});
        delivery.accept(alert("First", Priority.NOTICE, 0));
        await().until(() -> delivery.pending().writingNanos() > 0);
        int flood = 20_000;
        for (int i = 0; i < flood; i++) {
            delivery.accept(alert("Flood", Priority.CRITICAL, i));
            if (i % 1_000 == 0) {
                delivery.accept(alert("Marker", Priority.DEBUG, i));
            }
        }
        PendingStatus pending = delivery.pending();
        assertEquals(0, delivery.emitted(), "emitted means written");
        assertTrue(pending.dropped() > 0);
        assertEquals(Map.of("Flood", pending.dropped()), pending.droppedByRule());
        disk.countDown();
        assertEquals(0, delivery.stop(TIMEOUT));
        assertEquals(1, emittedOf("First"));
        assertEquals(flood / 1_000, emittedOf("Marker"));
        assertEquals(flood, emittedOf("Flood") + pending.dropped());
        assertEquals(
                IntStream.rangeClosed(1, emitted.size())
                        .mapToObj(i -> "node/boot/" + i)
                        .toList(),
                emitted.stream().map(Alert::id).toList());
        List<Long> floodTimes = emitted.stream()
                .filter(a -> a.rule().equals("Flood"))
                .map(Alert::timeNanos)
                .toList();
        assertEquals(floodTimes.stream().sorted().toList(), floodTimes);
        assertEquals(0, floodTimes.getFirst(), "the first alert of a rule is never dropped");
    }

    @Test
    void theEndDoesNotWaitForADiskThatHangs() {
        AlertDelivery delivery = AlertDelivery.queued(new AlertWriter(ids(), null, List.of(hanging)), MIB, () -> {});
        for (int i = 0; i < 5; i++) {
            delivery.accept(alert("Rule", Priority.NOTICE, i));
        }
        await().until(() -> delivery.pending().writingNanos() > 0);
        assertEquals(5, delivery.stop(Duration.ofMillis(50)));
        assertEquals(List.of(), emitted);
    }

    @Test
    void theEndWritesWaitingAndAggregatedAlerts() throws Exception {
        try (Spool spool = Spool.open(folder, SpoolOptions.defaults())) {
            AlertAggregator aggregator = AlertAggregator.open(spool, folder, 3_600_000);
            AlertDelivery delivery = AlertDelivery.queued(
                    new AlertWriter(ids(), spool, aggregator, List.of(emitted::add), Optional::empty), () -> {});
            for (int i = 0; i < 100; i++) {
                delivery.accept(alert("Rule", Priority.NOTICE, i));
            }
            assertEquals(0, delivery.stop(TIMEOUT));
            assertEquals(100, delivery.emitted());
            List<SpooledAlert> spooled = spool.peek(10, 1 << 20);
            assertEquals(2, spooled.size());
            assertEquals(
                    "node/boot/1", AlertJson.read(spooled.getFirst().json()).id());
            assertEquals(
                    99L, AlertJson.read(spooled.getLast().json()).outputFields().get(AlertAggregator.COUNT));
        }
    }

    @Test
    void anAlertThatFailsIsCountedAndOthersFollow() {
        AlertOutput failing = alert -> {
            if (alert.rule().equals("Bad")) {
                throw new IllegalStateException("a test");
            }
            emitted.add(alert);
        };
        AlertDelivery delivery = AlertDelivery.queued(new AlertWriter(ids(), null, List.of(failing)), () -> {});
        delivery.accept(alert("Good", Priority.NOTICE, 0));
        delivery.accept(alert("Bad", Priority.NOTICE, 0));
        delivery.accept(alert("Good", Priority.NOTICE, 1));
        await().until(() -> emittedOf("Good") == 2);
        assertEquals(1, delivery.notWritten());
        assertEquals(0, delivery.stop(TIMEOUT));
    }

    @Test
    void lossesAreMarkedAsReportedOnceTheReportIsWritten() throws Exception {
        SpoolOptions tiny = new SpoolOptions(2_000, 600, SpoolOptions.Durability.WITHIN_200_MS);
        try (Spool spool = Spool.open(folder, tiny)) {
            while (spool.counts().unreportedDropped() == 0) {
                spool.append(new byte[100]);
            }
            AlertDelivery delivery =
                    AlertDelivery.queued(new AlertWriter(ids(), spool, List.of(hanging)), MIB, () -> {});
            delivery.accept(alert("Report", Priority.NOTICE, 0));
            delivery.markReported(Objects.requireNonNull(delivery.spoolCounts()));
            assertNull(delivery.spoolCounts(), "the report is in progress");
            assertTrue(spool.counts().unreportedDropped() > 0);
            disk.countDown();
            await().until(() -> delivery.spoolCounts() != null);
            assertEquals(1, emittedOf("Report"));
            assertEquals(0, delivery.stop(TIMEOUT));
        }
    }
}
