package io.tiercel.functions.local.worker;

import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.stage.PlanPublisher.RequestTimer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Publishes requests at their time. They are in memory only, at most {@link #MAX_WAITING} of them. After a restart and beyond this number,
 * the sweep continues the responses.
 */
public final class DueRequests implements RequestTimer {
    private static final Logger LOG = Logger.getLogger(DueRequests.class);
    private static final int MAX_WAITING = 10_000;

    private final InstantSource clock;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("respond-due").daemon().factory());

    public DueRequests(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void at(Instant due, Runnable request) {
        if (thread.getQueue().size() < MAX_WAITING && !thread.isShutdown()) {
            long delay = Duration.between(clock.instant(), due).toMillis();
            thread.schedule(() -> publish(request), Math.max(0, delay), TimeUnit.MILLISECONDS);
        }
    }

    private static void publish(Runnable request) {
        try {
            request.run();
        } catch (StoreUnavailable e) {
            LOG.debugf("a request is left to the sweep: %s", e.getMessage());
        }
    }

    /** Drops the waiting requests. */
    public void stop() {
        thread.shutdownNow();
    }
}
