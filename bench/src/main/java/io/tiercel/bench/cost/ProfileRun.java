package io.tiercel.bench.cost;

import io.tiercel.bench.aws.Consumption;
import io.tiercel.bench.aws.InMemoryQueues;
import io.tiercel.bench.pipeline.AlertMaker;
import io.tiercel.bench.pipeline.FunctionName;
import io.tiercel.bench.pipeline.InMemoryPipeline;
import io.tiercel.bench.pipeline.InvocationMeter;
import io.tiercel.bench.pipeline.Latencies;
import io.tiercel.bench.pipeline.SentAlert;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Runs a profile through the functions' code and counts what it requests. Used by one thread. */
final class ProfileRun {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final int SENSOR_BATCH_BYTES = 64 * 1024;

    /** Longer than the longest default time after which a quiet incident closes. */
    private static final Duration QUIET = Duration.ofHours(25);

    private static final int MAX_PASSES = 200;
    private static final int SETTLING = 3;

    private final CostSettings settings;
    private final InMemoryPipeline pipeline;
    private final AlertMaker maker = new AlertMaker();
    private int deduplicateBatch = 1;
    private int passes;
    private Usage sensors = Usage.NONE;

    ProfileRun(CostSettings settings) {
        this.settings = settings;
        this.pipeline = new InMemoryPipeline(START, settings.channels(), Latencies.DEFAULT, Consumption.Meter.NONE);
    }

    /**
     * What a run used.
     *
     * @param warmUp usage of the alerts of the warm-up
     * @param measured usage of the measured alerts, with everything that follows from them
     * @param storedBytes size of the incident table before its incidents closed
     * @param meter the counters of all functions
     */
    record Result(Usage warmUp, Usage measured, long storedBytes, InvocationMeter meter) {}

    /** Runs a profile. Passes of the schedule count only as far as they use more than they do while nothing is pending. */
    Result run(Profile profile) {
        deduplicateBatch = settings.batches().of(profile);
        Usage idle = idlePass();
        Usage start = used();
        passes = 0;
        alerts(profile, 0, profile.warmUp());
        Usage warm = used().minus(start).minus(idle.times(passes));
        start = used();
        passes = 0;
        alerts(profile, profile.warmUp(), profile.measured());
        Usage measured = used().minus(start);
        long bytes = pipeline.incidentBytes();
        Usage busy = idlePass();
        measured = measured.minus(idle.plus(busy).times(passes / 2.0));
        if (profile.closes()) {
            start = used();
            passes = 0;
            closeAll();
            measured = measured.plus(used()).minus(start).minus(idle.times(passes));
        }
        return new Result(warm, measured, bytes, pipeline.meter());
    }

    /** Opens incidents, and returns what one pass of the schedule uses while nothing is pending. */
    Usage idlePass(int openIncidents) {
        for (int number = 0; number < openIncidents; number++) {
            send(List.of(maker.alert(1, number, number, number, pipeline.now())));
        }
        settle();
        return idlePass();
    }

    /** Returns what one pass of the schedule uses while nothing is pending. */
    private Usage idlePass() {
        int counted = passes;
        schedule();
        Usage before = used();
        schedule();
        passes = counted;
        return used().minus(before);
    }

    private Usage used() {
        return Usage.of(pipeline.meter(), settings.channels()).plus(sensors);
    }

    private void alerts(Profile profile, int from, int count) {
        int end = from + count;
        Instant scheduled = pipeline.now();
        for (int number = from; number < end; ) {
            List<SentAlert> batch = new ArrayList<>();
            while (batch.size() < profile.batch() && number < end) {
                batch.add(profile.causes().alert(maker, number++, pipeline.now()));
            }
            send(batch);
            pipeline.setNow(pipeline.now().plus(profile.pause()));
            if (scheduled.plus(Duration.ofMinutes(1)).isBefore(pipeline.now())) {
                scheduled = pipeline.now();
                schedule();
            }
        }
        drain();
        settle();
    }

    /** Lets the schedule deliver what waits for its time. */
    private void settle() {
        for (int minute = 0; minute < SETTLING; minute++) {
            pipeline.setNow(pipeline.now().plus(Duration.ofMinutes(1)));
            schedule();
        }
    }

    /** Sends a batch of a sensor, which one invocation of {@code enrich} receives. */
    private void send(List<SentAlert> batch) {
        int bytes = batch.stream().mapToInt(SentAlert::bytes).sum();
        int billed = Math.max(1, Math.ceilDiv(bytes, SENSOR_BATCH_BYTES));
        // The sensor's request, and the two requests of Lambda's poller.
        sensors = sensors.plus(Resource.SQS_STANDARD, billed + billed + 1);
        pipeline.enrich(batch);
        deduplicate(deduplicateBatch);
        drainResponses();
        drainNotifications();
    }

    private void deduplicate(int batch) {
        if (pipeline.queues().size(InMemoryPipeline.ENRICHED) >= batch) {
            pipeline.deduplicate(bodies(pipeline.take(FunctionName.DEDUPLICATE, InMemoryPipeline.ENRICHED, batch)));
        }
    }

    private void drain() {
        while (pipeline.queues().size(InMemoryPipeline.ENRICHED) > 0) {
            pipeline.deduplicate(
                    bodies(pipeline.take(FunctionName.DEDUPLICATE, InMemoryPipeline.ENRICHED, deduplicateBatch)));
        }
        drainResponses();
        drainNotifications();
    }

    private static List<String> bodies(List<InMemoryQueues.Message> messages) {
        return messages.stream().map(InMemoryQueues.Message::body).toList();
    }

    private void drainResponses() {
        while (pipeline.queues().size(InMemoryPipeline.RESPONSES) > 0) {
            pipeline.respond(pipeline.take(FunctionName.RESPOND, InMemoryPipeline.RESPONSES, 1)
                    .getFirst()
                    .body());
        }
    }

    private void drainNotifications() {
        while (pipeline.queues().size(InMemoryPipeline.NOTIFICATIONS) > 0) {
            pipeline.notifyMessage(pipeline.take(FunctionName.NOTIFY, InMemoryPipeline.NOTIFICATIONS, 1)
                    .getFirst()
                    .body());
        }
    }

    private void schedule() {
        pipeline.notifySchedule();
        pipeline.sweep();
        passes++;
        drainResponses();
        drainNotifications();
    }

    /** Lets the quiet incidents close, and everybody hear of it. */
    private void closeAll() {
        pipeline.setNow(pipeline.now().plus(QUIET));
        for (int pass = 0; pass < MAX_PASSES; pass++) {
            schedule();
            pipeline.setNow(pipeline.now().plus(Duration.ofMinutes(1)));
            if (pipeline.openIncidents() == 0 && pass > SETTLING) {
                return;
            }
        }
        throw new IllegalStateException("incidents do not close");
    }
}
