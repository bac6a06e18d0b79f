package io.tiercel.functions.notification;

import java.time.Duration;

/** A channel with another that steps in for messages that the first refuses or has not taken in some tries. */
public final class WithFallback implements Notifier {
    private static final int PATIENCE = 3;

    private final Notifier first;
    private final Notifier second;

    public WithFallback(Notifier first, Notifier second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public String channel() {
        return first.channel();
    }

    @Override
    public long nextCount(long announcedCount) {
        return first.nextCount(announcedCount);
    }

    @Override
    public Duration pause() {
        return first.pause();
    }

    @Override
    public Duration pace() {
        return first.pace();
    }

    @Override
    public Delivery send(Notice notice) {
        return switch (first.send(notice)) {
            case Delivery.Refused(String reason) -> instead(notice, new Delivery.Refused(reason));
            case Delivery.Later later when notice.last().attempts() + 1 >= PATIENCE -> instead(notice, later);
            case Delivery other -> other;
        };
    }

    private Delivery instead(Notice notice, Delivery failure) {
        return switch (second.send(notice)) {
            // The first channel's thread, if it has one, stays: it may come back.
            case Delivery.Sent ignored -> new Delivery.Sent();
            case Delivery.Unneeded ignored -> new Delivery.Unneeded();
            case Delivery.Later ignored -> failure;
            case Delivery.Refused ignored -> failure;
        };
    }

    @Override
    public String toString() {
        return first + " or " + second;
    }
}
