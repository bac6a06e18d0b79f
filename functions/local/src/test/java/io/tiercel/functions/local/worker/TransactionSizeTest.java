package io.tiercel.functions.local.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Tag;

@Tag("unit")
class TransactionSizeTest {
    private static final Duration TARGET = Duration.ofMillis(10);
    private static final int ENOUGH = 10;

    @Property
    void the_size_reaches_the_one_that_takes_the_target_time(
            @ForAll @LongRange(min = 1, max = 10_000_000) long nanosPerAlert) {
        TransactionSize size = new TransactionSize(TARGET);
        for (int i = 0; i < ENOUGH; i++) {
            int before = size.alerts();
            size.took(before, before * nanosPerAlert);
            assertTrue(size.alerts() <= 2 * before, "it at most doubles");
        }
        assertEquals(Math.clamp(TARGET.toNanos() / nanosPerAlert, 5, 500), size.alerts());
    }
}
