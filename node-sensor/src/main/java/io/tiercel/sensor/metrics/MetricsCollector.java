package io.tiercel.sensor.metrics;

import io.tiercel.sensor.detect.AlertDelivery;
import io.tiercel.sensor.detect.EventLoop;
import io.tiercel.sensor.detect.ReloadingDetector;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.output.OutputCounts;
import io.tiercel.sensor.output.Shipper;
import io.tiercel.sensor.spool.Spool;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes the sensor's figures, on the sensor's own thread: nothing that is counted for an event has to be shared, and
 * whoever asks for the figures reads what lies ready.
 */
public final class MetricsCollector implements Runnable {
    private final EventStream stream;
    private final EventLoop sensor;
    private final AlertDelivery delivery;
    private final ReloadingDetector detector;
    private final @Nullable Spool spool;
    private final @Nullable Shipper shipper;
    private boolean capturing;
    private volatile MetricsSnapshot latest;

    /** Takes figures of these, the first time now; without spool or shipper those figures are missing. */
    public MetricsCollector(
            EventStream stream,
            EventLoop sensor,
            AlertDelivery delivery,
            ReloadingDetector detector,
            @Nullable Spool spool,
            @Nullable Shipper shipper) {
        this.stream = stream;
        this.sensor = sensor;
        this.delivery = delivery;
        this.detector = detector;
        this.spool = spool;
        this.shipper = shipper;
        this.latest = take();
    }

    /** Takes them anew, as the sensor's loop does when it comes round: from then on events are looked at. */
    @Override
    public void run() {
        capturing = true;
        latest = take();
    }

    /** As they were last taken; for any thread. */
    MetricsSnapshot latest() {
        return latest;
    }

    private MetricsSnapshot take() {
        return new MetricsSnapshot(
                System.nanoTime(),
                capturing,
                sensor.eventsByType(),
                stream.dropped(),
                stream.losses(),
                delivery.byRule(),
                delivery.byPriority(),
                sensor.alertsLost(),
                sensor.evaluationTimes(),
                stream.stateSizes(),
                detector.rulesInForce(),
                detector.reloaded(),
                detector.refused(),
                spool == null ? null : spool.counts(),
                shipper == null ? null : shipper.counts(),
                outputs());
    }

    private Map<String, OutputCounts> outputs() {
        Map<String, OutputCounts> counts = new LinkedHashMap<>();
        delivery.queuedOutputs().forEach(output -> counts.put(output.name(), output.counts()));
        return counts;
    }
}
