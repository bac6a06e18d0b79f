package io.tiercel.sensor.metrics;

import io.tiercel.sensor.delivery.AlertDelivery;
import io.tiercel.sensor.detect.EventLoop;
import io.tiercel.sensor.detect.ReloadingDetector;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.identity.SensorIdentity;
import io.tiercel.sensor.output.OutputCounts;
import io.tiercel.sensor.output.Shipper;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.start.StartTimes;
import io.tiercel.sensor.thread.ThreadFailures;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects the metrics of the sensor on the event thread. Event counters therefore need no synchronization, and
 * scrapes read a finished snapshot.
 */
public final class MetricsCollector implements Runnable {
    private final EventStream stream;
    private final EventLoop sensor;
    private final AlertDelivery delivery;
    private final ReloadingDetector detector;
    private final SensorIdentity identity;
    private final @Nullable Spool spool;
    private final @Nullable Shipper shipper;
    private final LongSupplier droppedLogLines;
    private boolean capturing;
    private volatile MetricsSnapshot latest;

    /**
     * Creates a collector and takes a first snapshot. Without a spool or shipper, their metrics are absent.
     *
     * @param droppedLogLines returns how many lines of the log were dropped
     */
    public MetricsCollector(
            EventStream stream,
            EventLoop sensor,
            AlertDelivery delivery,
            ReloadingDetector detector,
            SensorIdentity identity,
            @Nullable Spool spool,
            @Nullable Shipper shipper,
            LongSupplier droppedLogLines) {
        this.droppedLogLines = droppedLogLines;
        this.stream = stream;
        this.sensor = sensor;
        this.delivery = delivery;
        this.detector = detector;
        this.identity = identity;
        this.spool = spool;
        this.shipper = shipper;
        this.latest = collect();
    }

    /** Takes a new snapshot. The event loop calls this once a second after capture has started. */
    @Override
    public void run() {
        capturing = true;
        latest = collect();
    }

    /** Returns the latest snapshot. Thread-safe. */
    MetricsSnapshot latest() {
        return latest;
    }

    private MetricsSnapshot collect() {
        return new MetricsSnapshot(
                System.nanoTime(),
                capturing,
                sensor.eventsByType(),
                stream.filteredEvents(),
                stream.processMasks(),
                detector.verifiedEvents(),
                detector.prefilterMismatches(),
                stream.losses(),
                stream.captureVariant(),
                delivery.byRule(),
                delivery.byPriority(),
                sensor.alertsLost(),
                sensor.gapSeconds(),
                sensor.evaluationTimes(),
                stream.stateSizes(),
                stream.stateMemory(),
                stream.lookupFailures(),
                stream.containerQueries(),
                detector.activeRuleCount(),
                detector.reloads(),
                detector.rejected(),
                identity.status(),
                delivery.pending(),
                spool == null ? null : spool.counts(),
                shipper == null ? null : shipper.counts(),
                outputs(),
                ThreadFailures.ofProcess().totals(),
                droppedLogLines.getAsLong(),
                StartTimes.ofProcess().phases(),
                StartTimes.ofProcess().total());
    }

    private Map<String, OutputCounts> outputs() {
        Map<String, OutputCounts> counts = new LinkedHashMap<>();
        delivery.queuedOutputs().forEach(output -> counts.put(output.name(), output.counts()));
        return counts;
    }
}
