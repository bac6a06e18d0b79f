package io.tiercel.sensor.fields;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class EventContextTest {
    @Test
    void aStepOfTheWallClockChangesTimesButNotIntervals() {
        EventContext context = new EventContext("node", 1_000);
        context.advance(1, 10);
        context.advance(1, 30);
        assertEquals(1_030, context.timeNanos());
        context.setBootToEpochNanos(5_000);
        context.advance(1, 60);
        assertEquals(5_060, context.timeNanos());
        assertEquals(30, context.sincePreviousNanos());
        assertEquals(50, context.sinceFirstNanos());
        context.setBootToEpochNanos(400);
        context.advance(1, 70);
        assertEquals(470, context.timeNanos());
        assertEquals(10, context.sincePreviousNanos());
    }
}
