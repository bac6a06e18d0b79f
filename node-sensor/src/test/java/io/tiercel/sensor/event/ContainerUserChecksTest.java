package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ContainerUserChecksTest {
    private static final long MILLISECOND = 1_000_000L;
    private static final long MINUTE = 60_000 * MILLISECOND;

    private final ContainerUserChecks checks = new ContainerUserChecks();

    /** Before, each new user id caused a reading of the container's files. */
    @Test
    void aStormOfUnknownUsersCausesFewChecks() {
        int due = 0;
        for (long now = MINUTE; now < 2 * MINUTE; now += MILLISECOND) {
            due += checks.isDue("c", true, now) ? 1 : 0;
        }
        // 8 at once, 7 while the time between two doubles from 0.1 to 10 s, and one for each further 10 s.
        assertEquals(ContainerUserChecks.BURST + 7 + 4, due, 1);
        assertTrue(checks.isDue("other", true, MINUTE), "other containers are not affected");
    }

    @Test
    void occasionsDoNotUseUpTheFirstChecks() {
        assertTrue(checks.isDue("c", false, MINUTE));
        assertFalse(checks.isDue("c", false, MINUTE + 1));
        for (int i = 0; i < ContainerUserChecks.BURST; i++) {
            assertTrue(checks.isDue("c", true, MINUTE + 1));
        }
        assertFalse(checks.isDue("c", true, MINUTE + 1));
        assertTrue(checks.isDue("c", true, MINUTE + 1 + ContainerUserChecks.QUIET_NANOS + 1));
        assertTrue(checks.isDue("c", true, MINUTE + 1 + ContainerUserChecks.QUIET_NANOS + 1));
    }
}
