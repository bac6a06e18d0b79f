package io.tiercel.sensor.heartbeat;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tiercel.sensor.heartbeat.WatchGap.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class HeartbeatTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private boolean stateIs(String state) throws IOException {
        Path file = folder.resolve(Heartbeat.FILE_NAME);
        return Files.exists(file) && Files.readString(file).contains("state=" + state);
    }

    private static WatchGap awaitGap(Heartbeat heartbeat) {
        AtomicReference<WatchGap> gap = new AtomicReference<>();
        await().atMost(TIMEOUT).until(() -> {
            gap.compareAndSet(null, heartbeat.poll());
            return gap.get() != null;
        });
        return Objects.requireNonNull(gap.get());
    }

    @Test
    void theNextStartKnowsHowTheLastOneEnded() throws IOException {
        try (Heartbeat first = Heartbeat.start(folder, "boot", new TurnClock())) {
            await().atMost(TIMEOUT).until(() -> stateIs("running"));
            assertNull(first.poll(), "the first start has no gap");
        }
        assertEquals(true, stateIs("running"), "a failure is not an orderly stop");
        try (Heartbeat second = Heartbeat.start(folder, "boot", new TurnClock())) {
            assertEquals(Kind.KILLED, awaitGap(second).kind());
            second.stopOrderly();
        }
        assertEquals(true, stateIs("stopped"));
        try (Heartbeat third = Heartbeat.start(folder, "boot", new TurnClock())) {
            assertEquals(Kind.RESTARTED, awaitGap(third).kind());
        }
    }

    @Test
    void aStalledEventThreadIsNoticedWithoutAFolder() {
        TurnClock turns = new TurnClock();
        long start = System.nanoTime();
        try (Heartbeat heartbeat = Heartbeat.start(null, "boot", turns)) {
            await().atMost(TIMEOUT)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> System.nanoTime() - start
                            > Heartbeat.MIN_GAP.plusSeconds(2).toNanos());
            AtomicReference<WatchGap> gap = new AtomicReference<>();
            await().atMost(TIMEOUT).until(() -> {
                turns.turn();
                gap.compareAndSet(null, heartbeat.poll());
                return gap.get() != null;
            });
            assertEquals(true, Objects.requireNonNull(gap.get()).seconds() >= Heartbeat.MIN_GAP.toSeconds());
        }
    }
}
