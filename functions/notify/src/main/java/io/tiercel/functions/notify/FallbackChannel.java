package io.tiercel.functions.notify;

import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A channel that uses a second one for messages that the first rejects or fails to accept in {@value #MAX_ATTEMPTS} attempts. */
public final class FallbackChannel implements NotificationChannel {
    private static final int MAX_ATTEMPTS = 3;

    private static final Logger LOG = System.getLogger(FallbackChannel.class.getName());

    private final NotificationChannel primary;
    private final NotificationChannel fallback;

    /** Whether the fallback has accepted a message since the last one that the primary channel accepted. */
    private final AtomicBoolean usesFallback = new AtomicBoolean();

    public FallbackChannel(NotificationChannel primary, NotificationChannel fallback) {
        this.primary = primary;
        this.fallback = fallback;
    }

    @Override
    public String name() {
        return primary.name();
    }

    @Override
    public long nextCount(long deliveredCount) {
        return primary.nextCount(deliveredCount);
    }

    @Override
    public Duration updateInterval() {
        return primary.updateInterval();
    }

    @Override
    public Duration groupInterval() {
        return primary.groupInterval();
    }

    @Override
    public Duration sendInterval() {
        return primary.sendInterval();
    }

    @Override
    public DeliveryResult send(IncidentNotification notification) {
        return withFallback(
                primary.send(notification),
                notification.previous().attempts().failed(),
                () -> fallback.send(notification));
    }

    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        return withFallback(
                primary.sendGroup(notification),
                notification.previous().attempts().failed(),
                () -> fallback.sendGroup(notification));
    }

    @Override
    public void close() {
        primary.close();
        fallback.close();
    }

    private DeliveryResult withFallback(
            DeliveryResult result, int failedAttempts, Supplier<DeliveryResult> sendFallback) {
        return switch (result) {
            case DeliveryResult.Rejected rejected -> fallbackResult(sendFallback.get(), rejected);
            case DeliveryResult.Retry retry
            when failedAttempts + 1 >= MAX_ATTEMPTS -> fallbackResult(sendFallback.get(), retry);
            case DeliveryResult.Sent sent -> {
                usesFallback.set(false);
                yield sent;
            }
            case DeliveryResult other -> other;
        };
    }

    private DeliveryResult fallbackResult(DeliveryResult result, DeliveryResult failure) {
        return switch (result) {
            // Keep the primary channel's thread: the channel may recover.
            case DeliveryResult.Sent ignored -> {
                if (!usesFallback.getAndSet(true)) {
                    LOG.log(
                            Level.WARNING,
                            () -> "channel " + name() + " fails; " + fallback.name() + " receives its messages: "
                                    + SafeText.oneLine(failure.toString()));
                }
                yield new DeliveryResult.Sent();
            }
            // The fallback shows nothing of it. The primary channel must show it when it recovers.
            case DeliveryResult.Skipped ignored -> failure;
            case DeliveryResult.Retry ignored -> failure;
            case DeliveryResult.Rejected ignored -> failure;
        };
    }

    @Override
    public String toString() {
        return primary + " with fallback " + fallback;
    }
}
