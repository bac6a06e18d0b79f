package io.tiercel.functions.notify.terminal;

import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.file.ChannelLimits;
import java.io.PrintStream;
import java.time.Duration;
import java.time.ZoneId;

/** The terminal: one line per new incident and, at most once a second, per change of its count. */
public final class TerminalChannel implements NotificationChannel {
    /** The name of the channel. */
    public static final String NAME = "terminal";

    /** More than fifty incidents of one kind in a minute are not read one by one. */
    public static final ChannelLimits LIMITS =
            new ChannelLimits(50, Duration.ofSeconds(60), ChannelLimits.NO_LIMIT, Duration.ofMinutes(10));

    private static final Duration GROUP_INTERVAL = Duration.ofSeconds(5);
    private static final Duration UPDATE_INTERVAL = Duration.ofSeconds(1);

    private final PrintStream out;
    private final ZoneId zone;

    public TerminalChannel(PrintStream out, ZoneId zone) {
        this.out = out;
        this.zone = zone;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public long nextCount(long deliveredCount) {
        return deliveredCount + 1;
    }

    @Override
    public Duration updateInterval() {
        return UPDATE_INTERVAL;
    }

    /** Nobody may watch it. */
    @Override
    public boolean takesOver() {
        return false;
    }

    @Override
    public Duration sendInterval() {
        return Duration.ZERO;
    }

    @Override
    public Duration groupInterval() {
        return GROUP_INTERVAL;
    }

    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        return print(TerminalLine.of(notification, zone));
    }

    /** {@inheritDoc} A change that the line does not show, such as a stored plan, prints nothing. */
    @Override
    public DeliveryResult send(IncidentNotification notification) {
        boolean same = !notification.first()
                && notification.incident().count() == notification.previous().deliveredCount()
                && notification.state().closed()
                        == notification.previous().state().closed()
                && !notification.escalated()
                && !notification.reopened();
        return same ? new DeliveryResult.Skipped() : print(TerminalLine.of(notification, zone));
    }

    private DeliveryResult print(String line) {
        out.println(line);
        return out.checkError()
                ? new DeliveryResult.Retry(UPDATE_INTERVAL, "standard output is closed")
                : new DeliveryResult.Sent();
    }
}
