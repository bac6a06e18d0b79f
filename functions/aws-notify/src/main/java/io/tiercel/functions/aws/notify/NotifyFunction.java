package io.tiercel.functions.aws.notify;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.funqy.Funq;
import io.tiercel.functions.aws.FunctionSettings;
import io.tiercel.functions.aws.LogFailures;
import io.tiercel.functions.notification.ChannelLane;
import io.tiercel.functions.notification.NotificationMetrics.Counts;
import io.tiercel.functions.notification.NotificationOutbox;
import io.tiercel.functions.notification.NotificationStore.Backlog;
import io.tiercel.functions.stage.NotifyReceipt;
import io.tiercel.functions.stage.NotifyStage;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The function {@code notify}: plans and delivers notifications, see {@link NotifyStage}. Its queue delivers one message at a time, and
 * the schedule calls it each minute. Messages may arrive repeatedly and in any order, because each names a subject, not a change.
 *
 * <p>It writes the metrics of channels to its log: what was delivered after each call, and the backlog after each scheduled call.
 */
@Singleton
@LogFailures
public final class NotifyFunction {
    /** The time between the last start of a message and the function's timeout: a message and its fallback may take 10 s each. */
    static final Duration MARGIN = Duration.ofSeconds(25);

    private final NotifyStage stage;
    private final NotificationOutbox outbox;
    private final Optional<NotificationMetricsLog> metrics;
    private final Duration timeout;

    @Inject
    NotifyFunction(
            NotifyStage stage,
            NotificationOutbox outbox,
            Optional<NotificationMetricsLog> metrics,
            FunctionSettings settings) {
        this.stage = stage;
        this.outbox = outbox;
        this.metrics = metrics;
        this.timeout = Duration.ofSeconds(settings.notifyTimeout()).minus(MARGIN);
    }

    /**
     * Handles one message.
     *
     * @param message the message; null for the schedule
     * @throws io.tiercel.functions.intake.AlertRejected if the message can never be processed
     * @throws io.tiercel.functions.incident.StoreUnavailable if a store fails; SQS delivers the message again
     */
    @Funq("notify")
    public NotifyReceipt deliver(@Nullable JsonNode message) {
        boolean scheduled = message == null || message.has("scheduled");
        try {
            return stage.handle(message, timeout);
        } finally {
            metrics.ifPresent(log -> writeMetrics(log, scheduled));
        }
    }

    private void writeMetrics(NotificationMetricsLog log, boolean scheduled) {
        Map<String, Counts> counts = outbox.metrics().counts();
        for (ChannelLane lane : outbox.lanes()) {
            Optional<Backlog> backlog = scheduled ? Optional.of(outbox.backlog(lane.name())) : Optional.empty();
            log.write(lane.name(), counts.getOrDefault(lane.name(), new Counts(0, 0, 0)), backlog);
        }
    }
}
