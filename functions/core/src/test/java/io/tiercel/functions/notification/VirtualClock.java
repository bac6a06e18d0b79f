package io.tiercel.functions.notification;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that a simulation moves. */
final class VirtualClock implements InstantSource {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
        return now;
    }

    void set(Instant time) {
        now = time;
    }

    void advance(Duration time) {
        now = now.plus(time);
    }
}
