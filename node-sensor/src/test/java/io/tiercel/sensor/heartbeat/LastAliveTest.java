package io.tiercel.sensor.heartbeat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.sensor.heartbeat.WatchGap.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class LastAliveTest {
    private static final LastAlive RUNNING = new LastAlive("boot-1", 100_000, 1_700_000_000_000L, false);

    @Test
    void theFileReadsBack() throws IOException {
        assertEquals(Optional.of(RUNNING), LastAlive.parse(RUNNING.bytes()));
        LastAlive stopped = new LastAlive("boot-1", 0, 0, true);
        assertEquals(Optional.of(stopped), LastAlive.parse(stopped.bytes()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\0\0\0", "boot=a uptime_ms=1", "boot=a uptime_ms=x time_ms=1 state=running\n"})
    void damagedFilesAreIgnored(String content) throws IOException {
        assertEquals(Optional.empty(), LastAlive.parse(content.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void theReasonAndTheLengthOfAGap() {
        LastAlive stopped = new LastAlive("boot-1", 100_000, 1_700_000_000_000L, true);
        LastAlive sameBoot = new LastAlive("boot-1", 107_500, 1_600_000_000_000L, false);
        LastAlive nextBoot = new LastAlive("boot-2", 3_000, 1_700_000_060_000L, false);
        LastAlive clockSetBack = new LastAlive("boot-2", 3_000, 1_600_000_000_000L, false);
        assertEquals(new WatchGap(Kind.KILLED, 7.5), RUNNING.gapUntil(sameBoot), "a step of the clock does not matter");
        assertEquals(new WatchGap(Kind.RESTARTED, 7.5), stopped.gapUntil(sameBoot));
        assertEquals(new WatchGap(Kind.LOST_NODE, 60), RUNNING.gapUntil(nextBoot));
        assertEquals(new WatchGap(Kind.REBOOTED, 60), stopped.gapUntil(nextBoot));
        assertEquals(new WatchGap(Kind.LOST_NODE, 0), RUNNING.gapUntil(clockSetBack));
    }
}
