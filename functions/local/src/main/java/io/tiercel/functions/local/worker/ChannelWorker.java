package io.tiercel.functions.local.worker;

import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.NotificationDispatcher;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps one channel's readers up to date, in a thread of its own so that a slow channel holds up no other. */
public final class ChannelWorker {
    private static final int MESSAGES_PER_TURN = 100;

    /** Most incidents whose changes wait to be told; of others the next growth is told. */
    private static final int MAX_CHANGED = 10_000;

    /** While something was said or failed lately, more may fall due by time alone. */
    private static final Duration BUSY = Duration.ofMillis(250);

    private static final Duration IDLE = Duration.ofSeconds(5);

    /** Many changes in a row are looked at together. */
    private static final Duration BREATH = Duration.ofMillis(50);

    private final NotificationDispatcher announcer;
    private final NotificationChannel notifier;
    private final InstantSource clock;
    private final BackgroundLoop loop;
    private final Set<String> changed = ConcurrentHashMap.newKeySet();
    private long busyUntilMillis;
    private long silentUntilMillis;

    public ChannelWorker(NotificationDispatcher announcer, NotificationChannel notifier, InstantSource clock) {
        this.announcer = announcer;
        this.notifier = notifier;
        this.clock = clock;
        this.loop = new BackgroundLoop(notifier.name(), this::turn);
    }

    public void start() {
        loop.start();
    }

    /** Says that incidents have grown: what is owed for that is found. */
    public void wake() {
        loop.wake();
    }

    /** Says that an incident has changed otherwise, such as by what was done about it. */
    public void wake(String incidentId) {
        if (changed.size() < MAX_CHANGED) {
            changed.add(incidentId);
        }
        loop.wake();
    }

    public void stop(Duration patience) {
        loop.stop(patience);
    }

    private Duration turn() {
        long now = clock.millis();
        if (now < silentUntilMillis) {
            return Duration.ofMillis(silentUntilMillis - now);
        }
        for (String incidentId : changed) {
            // Taken out first: whoever changes it from here on has it told again.
            changed.remove(incidentId);
            NotificationDispatcher.DispatchResult told = announcer.dispatch(notifier, incidentId);
            if (told.delay().isPositive()) {
                silentUntilMillis = now + Math.max(told.delay().toMillis(), BREATH.toMillis());
                return BUSY;
            }
        }
        NotificationDispatcher.DispatchResult round = announcer.dispatchPending(notifier, MESSAGES_PER_TURN);
        if (round.sent() + round.failed() > 0) {
            busyUntilMillis = now + notifier.updateInterval().plus(IDLE).toMillis();
        }
        silentUntilMillis = now + Math.max(round.delay().toMillis(), BREATH.toMillis());
        return now < busyUntilMillis ? BUSY : IDLE;
    }
}
