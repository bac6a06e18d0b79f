package io.tiercel.functions.local.http;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.tiercel.functions.local.sqlite.NotificationQueue;
import io.tiercel.functions.notification.ChannelLane;
import io.tiercel.functions.notification.NotificationMetrics;
import io.tiercel.functions.notification.NotificationMetrics.Counts;
import io.tiercel.functions.notification.NotificationOutbox;
import io.tiercel.functions.notification.NotificationStore.Backlog;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The metrics of channels. What is pending comes from the database; the counters start at zero with the process. */
@Singleton
final class NotificationSnapshots {
    private static final Counts NONE = new Counts(0, 0, 0);

    private final NotificationOutbox outbox;
    private final NotificationQueue queue;
    private final InstantSource clock = InstantSource.system();

    @Inject
    NotificationSnapshots(NotificationOutbox outbox, NotificationQueue queue) {
        this.outbox = outbox;
        this.queue = queue;
    }

    /**
     * Returns the metrics, with one data point per configured channel.
     *
     * @throws io.tiercel.functions.incident.StoreUnavailable if the store fails
     */
    List<MetricSnapshot> collect() {
        Map<String, Counts> counts = outbox.metrics().counts();
        Map<String, Backlog> backlogs = new LinkedHashMap<>();
        outbox.lanes().stream()
                .map(ChannelLane::name)
                .forEach(channel -> backlogs.put(channel, outbox.backlog(channel)));
        Instant now = clock.instant();
        List<MetricSnapshot> metrics = new ArrayList<>();
        metrics.add(counter(
                "tiercel_notifications_delivered",
                "Messages that the channel accepted.",
                backlogs,
                channel -> counts.getOrDefault(channel, NONE).delivered()));
        metrics.add(counter(
                "tiercel_notifications_failed",
                "Failed attempts to deliver a message, whether or not they were retried.",
                backlogs,
                channel -> counts.getOrDefault(channel, NONE).failed()));
        metrics.add(counter(
                "tiercel_notifications_given_up",
                "Messages that were given up. Anything but 0 needs attention.",
                backlogs,
                channel -> counts.getOrDefault(channel, NONE).givenUp()));
        Map<String, NotificationMetrics.Problem> problems = outbox.metrics().problems();
        GaugeSnapshot.Builder failing = GaugeSnapshot.builder()
                .name("tiercel_notifications_channel_failing")
                .help("1 while the channel loses messages: it has given up one, and accepted none since.");
        backlogs.keySet()
                .forEach(channel -> failing.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .labels(Labels.of("channel", channel))
                        .value(problems.containsKey(channel) ? 1 : 0)
                        .build()));
        metrics.add(failing.build());
        metrics.add(gauge(
                "tiercel_notifications_pending",
                "Messages that wait for the channel, without silenced ones.",
                backlogs,
                Backlog::pending));
        metrics.add(gauge(
                "tiercel_notifications_oldest_pending_seconds",
                "How long the oldest pending message has waited.",
                backlogs,
                backlog -> backlog.oldest()
                        .map(oldest -> Math.max(0, Duration.between(oldest, now).toSeconds()))
                        .orElse(0L)));
        metrics.add(GaugeSnapshot.builder()
                .name("tiercel_notifications_unplanned")
                .help("Incidents whose notifications are not planned yet.")
                .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .value(queue.waiting())
                        .build())
                .build());
        return metrics;
    }

    private static CounterSnapshot counter(
            String name, String help, Map<String, Backlog> channels, ToDoubleFunction<String> value) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        channels.keySet()
                .forEach(channel -> counter.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .labels(Labels.of("channel", channel))
                        .value(value.applyAsDouble(channel))
                        .build()));
        return counter.build();
    }

    private static GaugeSnapshot gauge(
            String name, String help, Map<String, Backlog> channels, ToDoubleFunction<Backlog> value) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        channels.forEach((channel, backlog) -> gauge.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(Labels.of("channel", channel))
                .value(value.applyAsDouble(backlog))
                .build()));
        return gauge.build();
    }
}
