package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.delivery.AlertDelivery;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.heartbeat.WatchGap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reports times in which the sensor did not watch with one alert each. The event thread runs it once a second. */
public final class WatchGapReporter implements Runnable {
    static final String NOT_RUNNING = "Tiercel internal: sensor was not running";
    static final String NOT_WATCHING = "Tiercel internal: sensor was not watching";

    /** An orderly stop up to this length is that of an update. */
    private static final double MAX_UPDATE_SECONDS = 30;

    private final EventStream stream;
    private final Supplier<@Nullable WatchGap> gaps;
    private final InternalAlerts alerts;
    private final WatchGapTotals totals;

    /**
     * Creates a reporter.
     *
     * @param eventLoop counts the gaps for the metrics
     * @param gaps returns the next gap, or null
     */
    public WatchGapReporter(
            EventStream stream, AlertDelivery delivery, EventLoop eventLoop, Supplier<@Nullable WatchGap> gaps) {
        this.totals = eventLoop.gapTotals();
        this.stream = stream;
        this.gaps = gaps;
        this.alerts = new InternalAlerts(stream.node().hostname(), delivery);
    }

    /** Reports the gaps that have ended, with the events that the kernel counted as lost since the start. */
    @Override
    public void run() {
        for (WatchGap gap = gaps.get(); gap != null; gap = gaps.get()) {
            totals.add(gap);
            boolean down = gap.kind().wasDown();
            alerts.publish(
                    InternalAlerts.now(),
                    priority(gap),
                    down ? NOT_RUNNING : NOT_WATCHING,
                    String.format(
                            Locale.ROOT,
                            "For %.1f s: %s. %s",
                            gap.seconds(),
                            gap.kind().text(),
                            down
                                    ? "Events of that time are unknown"
                                    : "The kernel kept events of that time as long as they fitted in its buffer"),
                    new TreeMap<>(Map.of(
                            "seconds",
                            gap.seconds(),
                            "reason",
                            WatchGapTotals.reason(gap.kind()),
                            "lost_since_start",
                            stream.losses().lostEvents())));
        }
    }

    private static Priority priority(WatchGap gap) {
        return switch (gap.kind()) {
            case RESTARTED -> gap.seconds() <= MAX_UPDATE_SECONDS ? Priority.NOTICE : Priority.CRITICAL;
            case REBOOTED -> Priority.NOTICE;
            case LOST_NODE -> Priority.WARNING;
            case KILLED, PROCESS_STOPPED, EVENT_THREAD_STALLED -> Priority.CRITICAL;
        };
    }
}
