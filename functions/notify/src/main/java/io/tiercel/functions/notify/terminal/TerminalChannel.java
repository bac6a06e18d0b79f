package io.tiercel.functions.notify.terminal;

import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import java.io.PrintStream;
import java.time.Duration;
import java.time.ZoneId;

/** The terminal: one line per new incident and, at most once a second, per change of its count. */
public final class TerminalChannel implements NotificationChannel {
    private static final Duration UPDATE_INTERVAL = Duration.ofSeconds(1);

    private final PrintStream out;
    private final ZoneId zone;

    public TerminalChannel(PrintStream out, ZoneId zone) {
        this.out = out;
        this.zone = zone;
    }

    @Override
    public String name() {
        return "terminal";
    }

    @Override
    public long nextCount(long deliveredCount) {
        return deliveredCount + 1;
    }

    @Override
    public Duration updateInterval() {
        return UPDATE_INTERVAL;
    }

    @Override
    public Duration sendInterval() {
        return Duration.ZERO;
    }

    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        return new DeliveryResult.Skipped();
    }

    @Override
    public DeliveryResult send(IncidentNotification notification) {
        out.println(TerminalLine.of(notification, zone));
        return out.checkError()
                ? new DeliveryResult.Retry(UPDATE_INTERVAL, "standard output is closed")
                : new DeliveryResult.Sent();
    }
}
