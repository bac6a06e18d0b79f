package io.tiercel.functions.credential;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that tests set. */
final class TestClock implements InstantSource {
    private volatile Instant now = TestClaims.ISSUED;

    @Override
    public Instant instant() {
        return now;
    }

    void advance(Duration by) {
        now = now.plus(by);
    }
}
