package io.tiercel.sensor.pipeline;

import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.capture.EventStream;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolCounts;
import io.tiercel.sensor.spool.SpoolException;
import java.util.Map;
import java.util.TreeMap;

/** Says by alerts of source {@code internal} what was lost since it last said so, each kind at its own place. */
final class LossReport {
    static final String EVENTS_LOST = "Tiercel internal: events lost";
    static final String ALERTS_LOST = "Tiercel internal: alerts lost";

    private final EventStream stream;
    private final AlertDelivery delivery;
    private final InternalAlerts alerts;
    private long eventsReported;
    private long notKeptReported;

    LossReport(EventStream stream, AlertDelivery delivery) {
        this.stream = stream;
        this.delivery = delivery;
        this.alerts = new InternalAlerts(stream.node().hostname(), delivery);
    }

    /** Reports what is new; {@code timeNanos} is the alerts' time. */
    void report(long timeNanos) {
        long lost = stream.lostEvents();
        if (lost > eventsReported) {
            long since = lost - eventsReported;
            eventsReported = lost;
            alerts.emit(
                    timeNanos,
                    Priority.CRITICAL,
                    EVENTS_LOST,
                    since + " events could not be taken from the kernel in time",
                    new TreeMap<>(Map.of("lost", since, "lost_since_start", lost)));
        }
        Spool spool = delivery.spool();
        if (spool != null) {
            reportAlerts(spool, timeNanos);
        }
    }

    private void reportAlerts(Spool spool, long timeNanos) {
        SpoolCounts counts = spool.counts();
        long notKept = delivery.notKept() - notKeptReported;
        long dropped = counts.unreportedDropped();
        long damaged = counts.unreportedDamaged();
        if (notKept + dropped + damaged == 0) {
            return;
        }
        notKeptReported += notKept;
        alerts.emit(
                timeNanos,
                Priority.CRITICAL,
                ALERTS_LOST,
                (notKept + dropped + damaged) + " alerts could not be kept until they were delivered",
                new TreeMap<>(Map.of("not_written", notKept, "spool_full", dropped, "damaged", damaged)));
        try {
            spool.reported(dropped, damaged);
        } catch (SpoolException e) {
            System.getLogger(LossReport.class.getName()).log(System.Logger.Level.WARNING, e.getMessage());
        }
    }
}
