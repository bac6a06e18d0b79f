package io.tiercel.sensor.metrics;

import io.tiercel.sensor.capture.EventStream;
import io.tiercel.sensor.output.Shipper;
import io.tiercel.sensor.pipeline.AlertDelivery;
import io.tiercel.sensor.pipeline.ReloadingDetector;
import io.tiercel.sensor.pipeline.Sensor;
import io.tiercel.sensor.spool.Spool;
import org.jspecify.annotations.Nullable;

/**
 * Takes the sensor's figures, on the sensor's own thread: nothing that is counted for an event has to be shared, and
 * whoever asks for the figures reads what lies ready.
 */
public final class FigureTaker implements Runnable {
    private final EventStream stream;
    private final Sensor sensor;
    private final AlertDelivery delivery;
    private final ReloadingDetector detector;
    private final @Nullable Spool spool;
    private final @Nullable Shipper shipper;
    private volatile Figures latest;

    /** Takes figures of these, the first time now; without spool or shipper those figures are missing. */
    public FigureTaker(
            EventStream stream,
            Sensor sensor,
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

    /** Takes them anew. */
    @Override
    public void run() {
        latest = take();
    }

    /** As they were last taken; for any thread. */
    Figures latest() {
        return latest;
    }

    private Figures take() {
        return new Figures(
                System.nanoTime(),
                sensor.eventsByType(),
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
                shipper == null ? null : new Figures.Shipped(shipper.delivered(), shipper.refused()));
    }
}
