package io.tiercel.functions.local.worker;

import io.tiercel.functions.incident.UrgencyClass;
import io.tiercel.functions.local.sqlite.NotificationQueue;
import io.tiercel.functions.local.sqlite.SqliteDatabase;
import io.tiercel.functions.local.sqlite.StoreFaultException;
import io.tiercel.functions.notification.NotificationOutbox;
import io.tiercel.functions.notification.NotificationPlanner;
import io.tiercel.functions.retry.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;

/**
 * Plans the notifications of changed incidents, and wakes the lanes of channels. It sends nothing. Each {@link UrgencyClass} has a thread of
 * its own, so that no class waits for another. Every minute a further thread continues the repair, which finds what changed without a
 * request, such as a new channel.
 */
public final class NotificationWorker {
    private static final Logger LOG = Logger.getLogger(NotificationWorker.class);

    /** Requests that are planned before a sender gets its next turn. */
    private static final int BATCH = 50;

    private static final Duration POLL_INTERVAL = Duration.ofSeconds(5);

    /** Changes of one incident within this interval are planned together. */
    private static final Duration MIN_INTERVAL = Duration.ofMillis(20);

    private static final Duration REPAIR_INTERVAL = Duration.ofMinutes(1);
    private static final Duration MAX_REPAIR = Duration.ofSeconds(1);
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));

    private final NotificationQueue queue;
    private final NotificationPlanner planner;
    private final InstantSource clock;
    private final List<Lane> lanes =
            Arrays.stream(UrgencyClass.values()).map(Lane::new).toList();
    private final BackgroundLoop repair;

    public NotificationWorker(NotificationQueue queue, NotificationOutbox outbox, InstantSource clock) {
        this.queue = queue;
        this.planner = outbox.planner();
        this.clock = clock;
        this.repair = new BackgroundLoop("notify-repair", () -> {
            outbox.repair().run(clock.instant().plus(MAX_REPAIR));
            return REPAIR_INTERVAL;
        });
    }

    /** Starts with the requests of an earlier run. */
    public void start() {
        queue.listen(() -> lanes.forEach(lane -> lane.loop.wake()));
        lanes.forEach(lane -> lane.loop.start());
        repair.start();
    }

    /** Stops after the current incidents. */
    public void stop(Duration timeout) {
        lanes.forEach(lane -> lane.loop.stop(timeout));
        repair.stop(timeout);
    }

    /** The thread of one class. */
    private final class Lane {
        private final UrgencyClass urgency;
        private final BackgroundLoop loop;

        Lane(UrgencyClass urgency) {
            this.urgency = urgency;
            String name = urgency.name().toLowerCase(Locale.ROOT).replace('_', '-');
            this.loop = new BackgroundLoop(
                    "notify-" + name,
                    MIN_INTERVAL,
                    urgency == UrgencyClass.UNVERIFIED ? SqliteDatabase.yielding(this::runOnce) : this::runOnce);
        }

        private Duration runOnce() {
            List<NotificationQueue.Request> requests = queue.next(urgency, BATCH);
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
            if (loop.stopping() || !requests.isEmpty()) {
                return Duration.ZERO;
            }
            return queue.nextDue(urgency)
                    .map(due -> Duration.between(clock.instant(), due))
                    .filter(due -> due.compareTo(POLL_INTERVAL) < 0)
                    .orElse(POLL_INTERVAL);
        }
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
