package io.tiercel.bench.live;

import io.tiercel.bench.progress.BenchSteps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs the loads for a number of rounds, without a sensor and with each sensor. Runs of one load follow each other
 * directly, so that changes of the machine affect all alike. Each run restarts the sensor, and every other round
 * reverses the order.
 *
 * @param subjects sensors to measure
 * @param loads loads to run
 * @param count number of rounds
 * @param scale fraction of the full load, greater than 0 and at most 1
 * @param folder receives the output of the sensors
 * @param steps shows the progress: a step for each load of each round
 */
record Rounds(
        List<MeasuredSensor> subjects,
        Set<Load> loads,
        LoadProgram program,
        int count,
        double scale,
        Path folder,
        BenchSteps steps) {
    /** Duration of a load without a sensor, or with one before the comparison. */
    private record TimedRun(
            @Nullable MeasuredSensor subject,
            double seconds,
            @Nullable SensorMeasurement measurement) {}

    /** Measurements of a sensor during a load. */
    private record SensorMeasurement(
            double startSeconds, double cpuSeconds, long alerts, EventCounts counts, ResourceUsage usage) {}

    /** Runs all rounds, which takes minutes. */
    List<Observation> measure() throws BenchException, IOException, InterruptedException {
        List<Observation> observations = new ArrayList<>();
        for (int round = 1; round <= count; round++) {
            for (Load load : loads) {
                steps.next("round " + round + ", " + load.title(scale));
                observations.addAll(compare(load, round));
            }
        }
        return observations;
    }

    private List<Observation> compare(Load load, int round) throws BenchException, IOException, InterruptedException {
        List<@Nullable MeasuredSensor> order = new ArrayList<>();
        order.add(null);
        order.addAll(subjects);
        List<TimedRun> runs = new ArrayList<>();
        for (MeasuredSensor subject : round % 2 == 0 ? order.reversed() : order) {
            runs.add(subject == null ? new TimedRun(null, program.run(load, scale), null) : runUnder(subject, load));
        }
        double bare = runs.stream()
                .filter(t -> t.subject == null)
                .mapToDouble(TimedRun::seconds)
                .sum();
        List<Observation> observations = new ArrayList<>();
        for (TimedRun t : runs) {
            if (t.subject != null && t.measurement != null) {
                observations.add(observation(load, round, t.subject, t.seconds, bare, t.measurement));
            }
        }
        return observations;
    }

    private TimedRun runUnder(MeasuredSensor subject, Load load)
            throws BenchException, IOException, InterruptedException {
        try (RunningSensor sensor = RunningSensor.start(subject, program, folder)) {
            MetricsPage pageBefore = sensor.metrics();
            long alertsBefore = sensor.alerts();
            double cpuBefore = sensor.usage().cpuSeconds();
            double seconds = program.run(load, scale);
            sensor.awaitIdle();
            ResourceUsage usage = sensor.usage();
            MetricsPage pageAfter = sensor.lastMetrics();
            EventCounts counts = EventCounts.between(pageBefore, pageAfter);
            SensorMeasurement measurement = new SensorMeasurement(
                    sensor.startSeconds(),
                    usage.cpuSeconds() - cpuBefore,
                    sensor.alerts() - alertsBefore,
                    counts,
                    usage);
            return new TimedRun(subject, seconds, measurement);
        }
    }

    private static Observation observation(
            Load load, int round, MeasuredSensor subject, double seconds, double bare, SensorMeasurement measurement) {
        EventCounts counts = measurement.counts;
        return new Observation(
                load,
                subject.name(),
                round,
                seconds,
                bare,
                measurement.cpuSeconds,
                measurement.alerts,
                counts.seen(),
                counts.lost(),
                counts.filtered(),
                subject.raisesAlerts() ? OptionalDouble.of(measurement.startSeconds) : OptionalDouble.empty(),
                measurement.usage.rssBytes(),
                measurement.usage.pssBytes());
    }
}
