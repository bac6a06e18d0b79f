package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.bpf.CaptureLimitation;
import io.tiercel.sensor.bpf.CaptureVariant;
import io.tiercel.sensor.bpf.LossCounters;
import io.tiercel.sensor.delivery.AlertDelivery;
import io.tiercel.sensor.delivery.AlertWriter;
import io.tiercel.sensor.event.EventStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends a heartbeat at the start, then at an interval, and at an orderly end. The functions keep the latest one of each node. The event
 * thread runs it once a second.
 */
public final class HeartbeatReporter implements Runnable {
    private final EventStream stream;
    private final EventLoop eventLoop;
    private final AlertDelivery delivery;
    private final ReloadingDetector detector;
    private final Settings settings;
    private final InternalAlerts alerts;
    private final long started = InternalAlerts.now();
    private long nextNanos = System.nanoTime();

    /**
     * What a heartbeat says besides counters.
     *
     * @param version version of the sensor
     * @param rulesDigest digest of the rule files at the start
     * @param interval time between two heartbeats
     * @param limitations what the sensor cannot see, besides the limitations of the capture program
     */
    public record Settings(String version, String rulesDigest, Duration interval, List<CaptureLimitation> limitations) {
        public Settings {
            limitations = List.copyOf(limitations);
        }
    }

    public HeartbeatReporter(
            EventStream stream,
            EventLoop eventLoop,
            AlertDelivery delivery,
            ReloadingDetector detector,
            Settings settings) {
        this.stream = stream;
        this.eventLoop = eventLoop;
        this.delivery = delivery;
        this.detector = detector;
        this.settings = settings;
        this.alerts = new InternalAlerts(stream.node().hostname(), delivery);
    }

    /** Sends a heartbeat if one is due. */
    @Override
    public void run() {
        if (System.nanoTime() - nextNanos >= 0) {
            nextNanos = System.nanoTime() + settings.interval().toNanos();
            publish(false);
        }
    }

    /** Sends the last heartbeat, which says that the sensor ends in order. */
    public void stopOrderly() {
        publish(true);
    }

    private void publish(boolean stopping) {
        SortedMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put("version", settings.version());
        fields.put("kernel", System.getProperty("os.version", ""));
        fields.put("started", started);
        fields.put("interval_seconds", settings.interval().toSeconds());
        fields.put("stopping", stopping);
        fields.put("rules", detector.activeRuleCount());
        fields.put("rules_digest", Objects.requireNonNullElse(detector.reloadedDigest(), settings.rulesDigest()));
        fields.put("rule_errors", detector.errors());
        fields.put("events", eventLoop.events());
        fields.put(
                "filtered",
                stream.filteredEvents().values().stream()
                        .mapToLong(count -> count)
                        .sum());
        fields.put("alerts", delivery.emitted());
        LossCounters losses = stream.losses();
        fields.put("lost", losses.lostEvents());
        for (LossCounters.Reason reason : LossCounters.Reason.values()) {
            if (reason.eventLost() && losses.count(reason) > 0) {
                fields.put("lost." + reason.name().toLowerCase(Locale.ROOT), losses.count(reason));
            }
        }
        CaptureVariant variant = stream.captureVariant();
        if (variant != null) {
            fields.put("capture_mode", variant.name());
            fields.put(
                    "limitations",
                    Stream.concat(variant.limitations().stream(), settings.limitations().stream())
                            .map(CaptureLimitation::code)
                            .collect(Collectors.joining(" ")));
        }
        alerts.publish(
                InternalAlerts.now(),
                Priority.DEBUG,
                AlertWriter.HEARTBEAT,
                stopping ? "The sensor stops" : "The sensor is running",
                fields);
    }
}
