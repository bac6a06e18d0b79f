package io.tiercel.functions.local.worker;

import io.tiercel.functions.notification.ChannelLane;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Delivers the notifications of one channel on its own thread, so that a slow channel does not delay others. */
public final class ChannelWorker {
    /** Changes within this interval are delivered together. */
    private static final Duration MIN_INTERVAL = Duration.ofMillis(5);

    private final ChannelLane lane;
    private final InstantSource clock;
    private final BackgroundLoop loop;

    public ChannelWorker(ChannelLane lane, InstantSource clock) {
        this.lane = lane;
        this.clock = clock;
        this.loop = new BackgroundLoop("channel-" + lane.name(), MIN_INTERVAL, this::runOnce);
    }

    /** Starts with the messages that are pending since an earlier run. */
    public void start() {
        loop.start();
    }

    /** Wakes the worker after a message has become pending. */
    public void wake() {
        loop.wake();
    }

    /** Stops after the current message. */
    public void stop(Duration timeout) {
        loop.stop(timeout);
    }

    private Duration runOnce() {
        Instant next = lane.runOnce();
        return Duration.between(clock.instant(), next);
    }
}
