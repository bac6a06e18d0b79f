package io.tiercel.functions.local.worker;

import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.NotificationDispatcher;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Dispatches the notifications of one channel on its own thread, so that a slow channel does not delay others. */
public final class ChannelWorker {
    private static final int MAX_MESSAGES_PER_RUN = 100;

    /** The maximum number of queued incident ids. Further changes are reported with the next growth of their incident. */
    private static final int MAX_CHANGED = 10_000;

    /** The poll interval after recent activity, when further messages may become due by time alone. */
    private static final Duration BUSY_INTERVAL = Duration.ofMillis(250);

    private static final Duration IDLE_INTERVAL = Duration.ofSeconds(5);

    /** Changes within this interval are processed together. */
    private static final Duration MIN_INTERVAL = Duration.ofMillis(50);

    private final NotificationDispatcher dispatcher;
    private final NotificationChannel channel;
    private final InstantSource clock;
    private final BackgroundLoop loop;
    private final Set<String> changed = ConcurrentHashMap.newKeySet();
    private long busyUntilMillis;
    private long pausedUntilMillis;

    public ChannelWorker(NotificationDispatcher dispatcher, NotificationChannel channel, InstantSource clock) {
        this.dispatcher = dispatcher;
        this.channel = channel;
        this.clock = clock;
        this.loop = new BackgroundLoop(channel.name(), this::runOnce);
    }

    public void start() {
        loop.start();
    }

    /** Wakes the worker after the counts of incidents have grown. The store finds the pending messages. */
    public void wake() {
        loop.wake();
    }

    /** Wakes the worker after the state of an incident has changed. */
    public void wake(String incidentId) {
        if (changed.size() < MAX_CHANGED) {
            changed.add(incidentId);
        }
        loop.wake();
    }

    public void stop(Duration timeout) {
        loop.stop(timeout);
    }

    private Duration runOnce() {
        long now = clock.millis();
        if (now < pausedUntilMillis) {
            return Duration.ofMillis(pausedUntilMillis - now);
        }
        for (String incidentId : changed) {
            // Removed first, so that a concurrent change of the incident is dispatched again.
            changed.remove(incidentId);
            NotificationDispatcher.DispatchResult result = dispatcher.dispatch(channel, incidentId);
            if (result.delay().isPositive()) {
                pausedUntilMillis = now + Math.max(result.delay().toMillis(), MIN_INTERVAL.toMillis());
                return BUSY_INTERVAL;
            }
        }
        NotificationDispatcher.DispatchResult pending = dispatcher.dispatchPending(channel, MAX_MESSAGES_PER_RUN);
        if (pending.sent() + pending.failed() > 0) {
            busyUntilMillis = now + channel.updateInterval().plus(IDLE_INTERVAL).toMillis();
        }
        pausedUntilMillis = now + Math.max(pending.delay().toMillis(), MIN_INTERVAL.toMillis());
        return now < busyUntilMillis ? BUSY_INTERVAL : IDLE_INTERVAL;
    }
}
