package io.tiercel.sensor.detect;

import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.sensor.delivery.AlertDelivery;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.heartbeat.TurnClock;
import io.tiercel.sensor.thread.ThreadFailures;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;

/**
 * The loop of the event thread. It takes events from a stream, evaluates them and delivers the alerts.
 *
 * <p>Live, it reports losses once a second. The alerts of a recording must depend only on the recording and the rules.
 * Losses are then reported once, at the time of the last event.
 */
public final class EventLoop {
    private static final int POLL_MS = 100;
    private static final long REPORT_NANOS = 1_000_000_000L;

    private final EventStream stream;
    private final Detector detector;
    private final LossReporter lossReporter;
    private final boolean recording;
    private final EvaluationTimes times = new EvaluationTimes();
    private final long[] eventsByType = new long[EventTypes.count()];
    private final TurnClock turns = new TurnClock();
    private final WatchGapTotals gapTotals = new WatchGapTotals();
    private long events;
    private long lastEventNanos;

    /**
     * Connects a stream, a detector and the outputs.
     *
     * @param recording true if the stream is a recording
     */
    public EventLoop(EventStream stream, Detector detector, AlertDelivery delivery, boolean recording) {
        this(stream, detector, delivery, recording, false, new ThreadFailures());
    }

    /**
     * Same, and reports the failures of the process's threads, unless the stream is a recording.
     *
     * @param reportFloods whether floods of events raise alerts that become incidents
     */
    public EventLoop(
            EventStream stream, Detector detector, AlertDelivery delivery, boolean recording, boolean reportFloods) {
        this(
                stream,
                detector,
                delivery,
                recording,
                reportFloods,
                recording ? new ThreadFailures() : ThreadFailures.ofProcess());
    }

    private EventLoop(
            EventStream stream,
            Detector detector,
            AlertDelivery delivery,
            boolean recording,
            boolean reportFloods,
            ThreadFailures threadFailures) {
        this.stream = stream;
        this.detector = detector;
        this.lossReporter = new LossReporter(stream, delivery, reportFloods, threadFailures);
        this.recording = recording;
    }

    /**
     * Runs until the recording ends or {@code stop} returns true. Checks {@code stop} at least every 100 ms.
     *
     * @throws io.tiercel.sensor.bpf.host.CaptureException if the stream fails; all earlier events have been processed
     */
    public void run(BooleanSupplier stop) {
        run(stop, () -> {}, () -> {});
    }

    /**
     * Same as {@link #run(BooleanSupplier)}, and runs tasks between events.
     *
     * @param complete runs once, when the capture is {@linkplain EventStream#isComplete complete}
     * @param periodicTask a short task that runs once a second after that, and in the end
     */
    public void run(BooleanSupplier stop, Runnable complete, Runnable periodicTask) {
        EventStream.Handler handler = this::event;
        boolean completed = stream.isComplete();
        if (completed) {
            complete.run();
        }
        long nextReportNanos = System.nanoTime();
        try {
            while (!stop.getAsBoolean() && !stream.ended()) {
                detector.betweenEvents();
                stream.poll(handler, POLL_MS);
                turns.turn();
                if (!completed && stream.isComplete()) {
                    completed = true;
                    complete.run();
                }
                if (completed && System.nanoTime() - nextReportNanos >= 0) {
                    if (!recording) {
                        lossReporter.report(InternalAlerts.now());
                    }
                    periodicTask.run();
                    nextReportNanos = System.nanoTime() + REPORT_NANOS;
                }
            }
            stream.finish(handler);
        } finally {
            lossReporter.report(recording ? lastEventNanos : InternalAlerts.now());
            periodicTask.run();
        }
    }

    private void event(Event event) {
        events++;
        eventsByType[event.type()]++;
        lastEventNanos = Math.max(lastEventNanos, event.timeNanos());
        if (!EvaluationTimes.isSampled(events)) {
            detector.detect(event);
            return;
        }
        long start = System.nanoTime();
        detector.detect(event);
        times.add(System.nanoTime() - start);
    }

    /** Returns the number of evaluated events by event type, without types that did not occur. */
    public SequencedMap<String, Long> eventsByType() {
        SequencedMap<String, Long> counts = new LinkedHashMap<>();
        for (int type = 0; type < eventsByType.length; type++) {
            if (eventsByType[type] > 0) {
                counts.merge(EventTypes.name(type), eventsByType[type], Long::sum);
            }
        }
        return counts;
    }

    /** Returns the turns of the loop. */
    public TurnClock turns() {
        return turns;
    }

    WatchGapTotals gapTotals() {
        return gapTotals;
    }

    /** Returns the seconds in which the sensor did not watch, by reason. The set of reasons is fixed. */
    public SequencedMap<String, Double> gapSeconds() {
        return gapTotals.byReason();
    }

    /** Returns the evaluation times of a sample of the events. */
    public EvaluationHistogram evaluationTimes() {
        return times.histogram();
    }

    /** Returns the number of alerts that were lost before delivery, by reason. The set of reasons is fixed. */
    public SequencedMap<String, Long> alertsLost() {
        return lossReporter.alertsLost();
    }

    /** Returns the number of evaluated events. */
    public long events() {
        return events;
    }
}
