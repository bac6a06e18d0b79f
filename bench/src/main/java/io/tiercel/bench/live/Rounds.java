package io.tiercel.bench.live;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Some loads, so many times: without a sensor and under each, one right after the other, so that what changes on the machine
 * meanwhile meets all alike. Each time a sensor is started anew; every other round goes the other way round.
 *
 * @param subjects the sensors
 * @param loads what is done
 * @param count how many rounds
 * @param scale part of the full load, more than 0, at most 1
 * @param folder takes what sensors print
 * @param progress is told what is being done
 */
record Rounds(
        List<Subject> subjects,
        Set<Load> loads,
        LoadProgram program,
        int count,
        double scale,
        Path folder,
        Consumer<String> progress) {
    /** A load without a sensor, or under one that is not compared with it yet. */
    private record Timed(
            @Nullable Subject subject,
            double seconds,
            @Nullable Watched watched) {}

    /** What was seen of a sensor. */
    private record Watched(
            double startSeconds,
            double cpuSeconds,
            long alerts,
            @Nullable Counts counts,
            ProcessUse use) {}

    private record Counts(long seen, long dropped, OptionalLong firstPassDropped) {
        static Counts between(MetricsPage before, MetricsPage after) {
            OptionalLong first = before.firstPassDropped();
            OptionalLong last = after.firstPassDropped();
            return new Counts(
                    after.sum("tiercel_events_total") - before.sum("tiercel_events_total"),
                    after.sum("tiercel_events_lost_total") - before.sum("tiercel_events_lost_total"),
                    last.isEmpty() ? last : OptionalLong.of(last.getAsLong() - first.orElse(0)));
        }
    }

    /** Measures everything, which takes minutes. */
    List<Observation> measure() throws BenchException, IOException, InterruptedException {
        List<Observation> observations = new ArrayList<>();
        for (int round = 1; round <= count; round++) {
            for (Load load : loads) {
                progress.accept("round " + round + " of " + count + ": " + load.title(scale) + " ...");
                observations.addAll(compare(load, round));
            }
        }
        return observations;
    }

    private List<Observation> compare(Load load, int round) throws BenchException, IOException, InterruptedException {
        List<@Nullable Subject> order = new ArrayList<>();
        order.add(null);
        order.addAll(subjects);
        List<Timed> timed = new ArrayList<>();
        for (Subject subject : round % 2 == 0 ? order.reversed() : order) {
            timed.add(subject == null ? new Timed(null, program.run(load, scale), null) : under(subject, load));
        }
        double bare = timed.stream()
                .filter(t -> t.subject == null)
                .mapToDouble(Timed::seconds)
                .sum();
        List<Observation> observations = new ArrayList<>();
        for (Timed t : timed) {
            if (t.subject != null && t.watched != null) {
                observations.add(observation(load, round, t.subject, t.seconds, bare, t.watched));
            }
        }
        return observations;
    }

    private Timed under(Subject subject, Load load) throws BenchException, IOException, InterruptedException {
        try (RunningSensor sensor = RunningSensor.start(subject, program, folder)) {
            MetricsPage pageBefore = sensor.metrics();
            long alertsBefore = sensor.alerts();
            double cpuBefore = sensor.use().cpuSeconds();
            double seconds = program.run(load, scale);
            sensor.awaitQuiet();
            ProcessUse use = sensor.use();
            MetricsPage pageAfter = sensor.lastMetrics();
            Counts counts = pageBefore == null || pageAfter == null ? null : Counts.between(pageBefore, pageAfter);
            Watched watched = new Watched(
                    sensor.startSeconds(), use.cpuSeconds() - cpuBefore, sensor.alerts() - alertsBefore, counts, use);
            return new Timed(subject, seconds, watched);
        }
    }

    private static Observation observation(
            Load load, int round, Subject subject, double seconds, double bare, Watched watched) {
        Counts counts = watched.counts;
        return new Observation(
                load,
                subject.name(),
                round,
                seconds,
                bare,
                watched.cpuSeconds,
                watched.alerts,
                counts == null ? OptionalLong.empty() : OptionalLong.of(counts.seen),
                counts == null ? OptionalLong.empty() : OptionalLong.of(counts.dropped),
                counts == null ? OptionalLong.empty() : counts.firstPassDropped,
                watched.startSeconds,
                watched.use.rssBytes(),
                watched.use.pssBytes());
    }
}
