package io.tiercel.sensor.detect;

import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.sensor.event.EventStream;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;

/**
 * The sensor's one loop: takes events from a stream, has them evaluated, and hands the alerts on.
 *
 * <p>Live, losses are reported once a second. A recording's alerts depend on nothing but the recording and the rules, so
 * there losses are reported at its end, at the time of its last event.
 */
public final class EventLoop {
    private static final int POLL_MS = 100;
    private static final long REPORT_NANOS = 1_000_000_000L;

    private final EventStream stream;
    private final Detector detector;
    private final LossReporter losses;
    private final AlertDelivery delivery;
    private final boolean recording;
    private final EvaluationTimes times = new EvaluationTimes();
    private final long[] byType = new long[EventTypes.count()];
    private long events;
    private long lastEventNanos;

    /**
     * Connects a stream, rules and outputs.
     *
     * @param recording whether the stream is a recording
     */
    public EventLoop(EventStream stream, Detector detector, AlertDelivery delivery, boolean recording) {
        this.stream = stream;
        this.detector = detector;
        this.delivery = delivery;
        this.losses = new LossReporter(stream, delivery);
        this.recording = recording;
    }

    /**
     * Runs until the recording ends or it is told to stop; looks at least every 100 ms while nothing happens.
     *
     * @throws io.tiercel.sensor.bpf.CaptureException if the stream fails; everything before has been handed on
     */
    public void run(BooleanSupplier stop) {
        run(stop, () -> {});
    }

    /** The same; once a second, between events, it runs something short. */
    public void run(BooleanSupplier stop, Runnable everySecond) {
        EventStream.Handler handler = this::event;
        long reportAt = System.nanoTime();
        try {
            while (!stop.getAsBoolean() && !stream.ended()) {
                detector.betweenEvents();
                delivery.betweenEvents();
                stream.poll(handler, POLL_MS);
                if (System.nanoTime() - reportAt >= 0) {
                    if (!recording) {
                        losses.report(InternalAlerts.now());
                    }
                    everySecond.run();
                    reportAt = System.nanoTime() + REPORT_NANOS;
                }
            }
            stream.finish(handler);
        } finally {
            losses.report(recording ? lastEventNanos : InternalAlerts.now());
            everySecond.run();
        }
    }

    private void event(Event event) {
        events++;
        byType[event.type()]++;
        lastEventNanos = Math.max(lastEventNanos, event.timeNanos());
        if (!EvaluationTimes.sampled(events)) {
            detector.detect(event);
            return;
        }
        long start = System.nanoTime();
        detector.detect(event);
        times.add(System.nanoTime() - start);
    }

    /** Events evaluated so far by the name of their type; only types that there were events of. */
    public SequencedMap<String, Long> eventsByType() {
        SequencedMap<String, Long> counts = new LinkedHashMap<>();
        for (int type = 0; type < byType.length; type++) {
            if (byType[type] > 0) {
                counts.merge(EventTypes.name(type), byType[type], Long::sum);
            }
        }
        return counts;
    }

    /** How long evaluation took, of a sample of the events. */
    public EvaluationHistogram evaluationTimes() {
        return times.histogram();
    }

    /** Alerts that did not last until they were delivered, by reason; always the same reasons. */
    public SequencedMap<String, Long> alertsLost() {
        return losses.alertsLost();
    }

    /** Events evaluated so far. */
    public long events() {
        return events;
    }
}
