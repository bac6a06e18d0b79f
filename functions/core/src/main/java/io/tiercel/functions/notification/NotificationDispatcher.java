package io.tiercel.functions.notification;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.retry.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Delivers pending notifications: records the attempt, sends the message, records the result. Failed deliveries are
 * retried with backoff and dropped after {@link #MAX_ATTEMPTS}.
 *
 * <p>Several dispatchers may run at once, in any number of processes: only one of them sends a given message.
 */
public final class NotificationDispatcher {
    /**
     * Attempts at one message, over about twenty minutes. Afterwards the dispatcher waits for the next due count or state
     * change.
     */
    public static final int MAX_ATTEMPTS = 12;

    static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));

    /** The longest delay that a channel may request. */
    static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

    /** Longer than any channel's timeout: a sender that has not recorded a result by then has crashed. */
    public static final Duration CLAIM_DURATION = Duration.ofMinutes(2);

    private final IncidentStore incidents;
    private final NotificationStore records;
    private final ResponseStatusProvider responses;
    private final Routing routing;
    private final List<NotificationChannel> channels;
    private final InstantSource clock;

    public NotificationDispatcher(
            IncidentStore incidents,
            NotificationStore records,
            ResponseStatusProvider responses,
            Routing routing,
            List<? extends NotificationChannel> channels,
            InstantSource clock) {
        this.incidents = incidents;
        this.records = records;
        this.responses = responses;
        this.routing = routing;
        this.channels = List.copyOf(channels);
        this.clock = clock;
    }

    /** The channels that this dispatcher serves. */
    public List<NotificationChannel> channels() {
        return channels;
    }

    /** Sends the pending messages about one incident on all channels. Call it after every change of the incident. */
    public DispatchResult dispatch(String incidentId) {
        DispatchResult total = DispatchResult.NOTHING;
        for (NotificationChannel channel : channels) {
            total = total.plus(dispatch(channel, incidentId));
        }
        return total;
    }

    /** Sends the pending messages about all incidents, at most {@code limit} per channel. */
    public DispatchResult dispatchPending(int limit) {
        DispatchResult total = DispatchResult.NOTHING;
        for (NotificationChannel channel : channels) {
            total = total.plus(dispatchPending(channel, limit));
        }
        return total;
    }

    /** Sends at most {@code limit} pending messages on one channel and stops at the first failure. */
    public DispatchResult dispatchPending(NotificationChannel channel, int limit) {
        DispatchResult total = DispatchResult.NOTHING;
        for (String incidentId : records.findPending(channel.name(), clock.instant(), limit)) {
            total = total.plus(dispatch(channel, incidentId));
            if (total.delay().isPositive()) {
                break;
            }
        }
        return total;
    }

    /** Sends the pending message about one incident on one channel. */
    public DispatchResult dispatch(NotificationChannel channel, String incidentId) {
        Instant now = clock.instant();
        NotificationRecord previous = records.findRecord(incidentId, channel.name())
                .orElseGet(() -> NotificationRecord.initial(incidentId, channel.name()));
        Optional<Incident> found = incidents.find(incidentId);
        if (found.isEmpty() || previous.blocked() && now.isBefore(previous.notBefore())) {
            return DispatchResult.NOTHING;
        }
        Incident incident = found.get();
        Optional<ResponseStatus> response = responses.statusOf(incident);
        NotificationState state = NotificationState.of(incident, response, records.acknowledgement(incidentId));
        boolean countDue = incident.count() >= previous.pendingFromCount() && !now.isBefore(previous.notBefore());
        if (!countDue && state.equals(previous.state())) {
            return DispatchResult.NOTHING;
        }
        NotificationRecord claimed = previous.claimed(now.plus(CLAIM_DURATION));
        if (!records.replace(claimed)) {
            return DispatchResult.NOTHING;
        }
        // Channels that received an incident also receive its resolution, even if routing has changed since.
        if (previous.sent() == 0 && !routing.routes(incident, channel.name())) {
            records.replace(claimed.skipped(CountThresholds.nextPowerOfTen(incident.count()), state));
            return DispatchResult.NOTHING;
        }
        DeliveryResult result;
        try {
            result = channel.send(new IncidentNotification(incident, state, response, previous, now));
        } catch (RuntimeException e) {
            records.replace(claimed.failed(
                    now.plus(BACKOFF.first()),
                    "could not start: " + e.getClass().getSimpleName(),
                    null));
            throw e;
        }
        return recordResult(channel, claimed, result, incident.count(), state);
    }

    private DispatchResult recordResult(
            NotificationChannel channel,
            NotificationRecord claimed,
            DeliveryResult result,
            long count,
            NotificationState state) {
        Instant now = clock.instant();
        return switch (result) {
            case DeliveryResult.Sent(String thread) -> {
                records.replace(claimed.delivered(
                        count, channel.nextCount(count), now.plus(channel.updateInterval()), state, thread));
                yield new DispatchResult(1, 0, channel.sendInterval());
            }
            case DeliveryResult.Skipped() -> {
                records.replace(claimed.skipped(channel.nextCount(count), state));
                yield DispatchResult.NOTHING;
            }
            case DeliveryResult.Retry(Duration after, String reason, String thread) -> {
                int attempts = claimed.attempts() + 1;
                Duration requested = shorter(after, MAX_RETRY_AFTER);
                records.replace(
                        attempts >= MAX_ATTEMPTS
                                ? claimed.dropped(channel.nextCount(count), state, reason)
                                : claimed.failed(now.plus(longer(BACKOFF.delay(attempts), requested)), reason, thread));
                yield new DispatchResult(0, 1, longer(BACKOFF.first(), requested));
            }
            case DeliveryResult.Rejected(String reason) -> {
                records.replace(claimed.dropped(channel.nextCount(count), state, reason));
                yield new DispatchResult(0, 1, channel.sendInterval());
            }
        };
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    /**
     * The outcome of a dispatch.
     *
     * @param sent messages that a channel accepted
     * @param failed failed attempts, whether or not they will be retried
     * @param delay how long to wait before the next message on the channel; zero if no wait is needed
     */
    public record DispatchResult(int sent, int failed, Duration delay) {
        static final DispatchResult NOTHING = new DispatchResult(0, 0, Duration.ZERO);

        DispatchResult plus(DispatchResult other) {
            return new DispatchResult(sent + other.sent, failed + other.failed, longer(delay, other.delay));
        }
    }
}
