package io.tiercel.sensor.heartbeat;

import java.util.concurrent.atomic.AtomicLong;

/** When the event thread turned its loop. The event thread writes it, and {@link Heartbeat} reads it. */
public final class TurnClock {
    private final AtomicLong longestNanos = new AtomicLong();
    private volatile long lastNanos = System.nanoTime();

    /** Notes a turn of the loop. Only the event thread calls this method. */
    public void turn() {
        long now = System.nanoTime();
        long length = now - lastNanos;
        if (length > longestNanos.get()) {
            longestNanos.accumulateAndGet(length, Math::max);
        }
        lastNanos = now;
    }

    /** Returns the time of the last turn, from {@link System#nanoTime}. */
    long lastNanos() {
        return lastNanos;
    }

    /** Returns the longest turn since the last call, in nanoseconds. */
    long takeLongestNanos() {
        return longestNanos.getAndSet(0);
    }
}
