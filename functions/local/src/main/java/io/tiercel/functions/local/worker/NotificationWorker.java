package io.tiercel.functions.local.worker;

import io.tiercel.functions.local.sqlite.NotificationQueue;
import io.tiercel.functions.local.sqlite.StoreFaultException;
import io.tiercel.functions.notification.NotificationOutbox;
import io.tiercel.functions.notification.NotificationPlanner;
import io.tiercel.functions.notification.NotificationRepair;
import io.tiercel.functions.retry.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Plans the notifications of changed incidents on its own thread, and wakes the lanes of channels. It sends nothing. Every minute it also
 * continues the repair, which finds what changed without a request, such as a new channel.
 */
public final class NotificationWorker {
    private static final Logger LOG = Logger.getLogger(NotificationWorker.class);
    private static final int BATCH = 200;
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(5);

    /** Changes of one incident within this interval are planned together. */
    private static final Duration MIN_INTERVAL = Duration.ofMillis(20);

    private static final Duration REPAIR_INTERVAL = Duration.ofMinutes(1);
    private static final Duration MAX_REPAIR = Duration.ofSeconds(1);
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));

    private final NotificationQueue queue;
    private final NotificationPlanner planner;
    private final NotificationRepair repair;
    private final InstantSource clock;
    private final BackgroundLoop loop;
    private Instant nextRepair = Instant.MIN;

    public NotificationWorker(NotificationQueue queue, NotificationOutbox outbox, InstantSource clock) {
        this.queue = queue;
        this.planner = outbox.planner();
        this.repair = outbox.repair();
        this.clock = clock;
        this.loop = new BackgroundLoop("notify", MIN_INTERVAL, this::runOnce);
    }

    /** Starts with the requests of an earlier run. */
    public void start() {
        queue.listen(loop::wake);
        loop.start();
    }

    /** Stops after the current incident. */
    public void stop(Duration timeout) {
        loop.stop(timeout);
    }

    private Duration runOnce() {
        List<NotificationQueue.Request> requests = queue.next(BATCH);
        List<NotificationQueue.Request> planned = new ArrayList<>();
        for (NotificationQueue.Request request : requests) {
            if (loop.stopping()) {
                break;
            }
            if (plan(request)) {
                planned.add(request);
            }
        }
        queue.done(planned);
        if (loop.stopping() || requests.size() == BATCH) {
            return Duration.ZERO;
        }
        Instant now = clock.instant();
        if (!now.isBefore(nextRepair)) {
            repair.run(now.plus(MAX_REPAIR));
            nextRepair = now.plus(REPAIR_INTERVAL);
        }
        Duration next = queue.nextDue()
                .map(due -> Duration.between(clock.instant(), due))
                .filter(due -> due.compareTo(POLL_INTERVAL) < 0)
                .orElse(POLL_INTERVAL);
        return requests.isEmpty() ? next : Duration.ZERO;
    }

    /** Returns whether the incident was planned. Otherwise the request is postponed, which fails if the database is down. */
    private boolean plan(NotificationQueue.Request request) {
        try {
            planner.plan(request.incidentId());
            return true;
        } catch (RuntimeException e) {
            if (e.getCause() instanceof StoreFaultException) {
                // Not a fault of this incident, and the store has logged it.
                throw e;
            }
            Instant again = clock.instant().plus(BACKOFF.delay(request.attempts() + 1));
            queue.failed(request, again);
            LOG.errorf(e, "notifications of incident %s cannot be planned; retrying", request.incidentId());
            return false;
        }
    }
}
