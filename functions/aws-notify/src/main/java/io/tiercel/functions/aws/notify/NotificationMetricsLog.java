package io.tiercel.functions.aws.notify;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.notification.NotificationMetrics.Counts;
import io.tiercel.functions.notification.NotificationStore.Backlog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes the metrics of channels to the log in CloudWatch's embedded metric format, one line per channel. CloudWatch reads each value
 * twice: without a dimension, for the total of all channels, and with the dimension {@code Channel}. Thread-safe.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">
 *     Embedded metric format</a>
 */
final class NotificationMetricsLog {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String namespace;
    private final InstantSource clock;
    private final Consumer<String> log;

    /** The counts at the previous line of each channel. */
    private final Map<String, Counts> logged = new HashMap<>();

    /**
     * Creates the log.
     *
     * @param namespace namespace of the metrics in CloudWatch
     * @param log receives lines that CloudWatch must see unchanged
     */
    NotificationMetricsLog(String namespace, InstantSource clock, Consumer<String> log) {
        this.namespace = namespace;
        this.clock = clock;
        this.log = log;
    }

    /**
     * Writes the counts of a channel since its previous line. Writes nothing if the counts are unchanged and the backlog was not read.
     *
     * @param backlog what is pending; empty if it was not read
     */
    synchronized void write(String channel, Counts counts, Optional<Backlog> backlog) {
        Counts before = logged.getOrDefault(channel, new Counts(0, 0, 0));
        if (counts.equals(before) && backlog.isEmpty()) {
            return;
        }
        logged.put(channel, counts);
        Instant now = clock.instant();
        ObjectNode line = JSON.objectNode();
        ArrayNode metrics = JSON.arrayNode();
        add(line, metrics, "NotificationsDelivered", "Count", counts.delivered() - before.delivered());
        add(line, metrics, "NotificationsFailed", "Count", counts.failed() - before.failed());
        add(line, metrics, "NotificationsGivenUp", "Count", counts.givenUp() - before.givenUp());
        backlog.ifPresent(pending -> {
            add(line, metrics, "NotificationsPending", "Count", pending.pending());
            long age = pending.oldest()
                    .map(oldest -> Math.max(0, Duration.between(oldest, now).toSeconds()))
                    .orElse(0L);
            add(line, metrics, "NotificationOldestPendingSeconds", "Seconds", age);
        });
        line.put("Channel", channel);
        ObjectNode directive = JSON.objectNode().put("Namespace", namespace);
        ArrayNode dimensions = directive.putArray("Dimensions");
        dimensions.addArray();
        dimensions.addArray().add("Channel");
        directive.set("Metrics", metrics);
        ObjectNode metadata = line.putObject("_aws").put("Timestamp", now.toEpochMilli());
        metadata.putArray("CloudWatchMetrics").add(directive);
        log.accept(line.toString());
    }

    private static void add(ObjectNode line, ArrayNode metrics, String name, String unit, long value) {
        line.put(name, value);
        metrics.addObject().put("Name", name).put("Unit", unit);
    }
}
