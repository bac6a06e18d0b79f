package io.tiercel.functions.notify;

import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.Notification;
import io.tiercel.functions.notification.NotificationChannel;
import java.time.Duration;

/** A channel that uses a second one for messages that the first rejects or fails to accept in {@value #MAX_ATTEMPTS} attempts. */
public final class FallbackChannel implements NotificationChannel {
    private static final int MAX_ATTEMPTS = 3;

    private final NotificationChannel primary;
    private final NotificationChannel fallback;

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
    public Duration sendInterval() {
        return primary.sendInterval();
    }

    @Override
    public DeliveryResult send(Notification notification) {
        return switch (primary.send(notification)) {
            case DeliveryResult.Rejected rejected -> sendFallback(notification, rejected);
            case DeliveryResult.Retry retry
            when notification.previous().attempts() + 1 >= MAX_ATTEMPTS -> sendFallback(notification, retry);
            case DeliveryResult other -> other;
        };
    }

    private DeliveryResult sendFallback(Notification notification, DeliveryResult failure) {
        return switch (fallback.send(notification)) {
            // Keep the primary channel's thread: the channel may recover.
            case DeliveryResult.Sent ignored -> new DeliveryResult.Sent();
            case DeliveryResult.Skipped ignored -> new DeliveryResult.Skipped();
            case DeliveryResult.Retry ignored -> failure;
            case DeliveryResult.Rejected ignored -> failure;
        };
    }

    @Override
    public String toString() {
        return primary + " with fallback " + fallback;
    }
}
