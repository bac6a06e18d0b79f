package io.tiercel.sensor.output;

import io.tiercel.rules.text.TextLimit;
import io.tiercel.sensor.spool.SpooledAlert;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A receiver that a {@link Shipper} delivers batches of alerts to. One thread uses it and blocks in it. */
public interface BatchTarget extends AutoCloseable {
    /** Returns the maximum number of alerts in a batch, at least 1. */
    int maxAlerts();

    /** Returns the maximum size of a batch in bytes of JSON. A single alert may be larger. */
    int maxBytes();

    /**
     * Delivers a batch in order.
     *
     * @param alerts at least one alert
     */
    BatchResult send(List<SpooledAlert> alerts) throws InterruptedException;

    /** Closes connections. */
    @Override
    void close();

    /** Names the receiver in log messages. */
    @Override
    String toString();

    /** The status of one alert after a delivery. */
    enum DeliveryStatus {
        /** The receiver stored the alert. */
        STORED,
        /** The receiver will never accept the alert, so a retry is useless. */
        REJECTED,
        /** The receiver did not accept the alert for another reason. Send it again. */
        RETRY
    }

    /**
     * The result of delivering one alert.
     *
     * @param refusal why the receiver rejected it; null for other statuses
     */
    record AlertResult(DeliveryStatus status, @Nullable Refusal refusal) {
        /** The receiver stored the alert. */
        public static final AlertResult STORED = new AlertResult(DeliveryStatus.STORED, null);

        /** The alert must be sent again. */
        public static final AlertResult RETRY = new AlertResult(DeliveryStatus.RETRY, null);

        /** Returns the result of an alert that the receiver rejected. */
        public static AlertResult rejected(Refusal refusal) {
            return new AlertResult(DeliveryStatus.REJECTED, refusal);
        }
    }

    /**
     * The result of delivering a batch.
     *
     * @param alerts one result for each alert, in the order of the batch
     * @param undivided whether the receiver rejected the batch as a whole, so that one alert may be the reason for all
     * @param detail reason of a failure for log messages; empty for none
     * @param retryAfter how long the receiver wants no further batch; zero if it named no time
     */
    record BatchResult(List<AlertResult> alerts, boolean undivided, String detail, Duration retryAfter) {
        private static final int MAX_DETAIL = 300;

        public BatchResult {
            alerts = List.copyOf(alerts);
            detail = TextLimit.cut(detail, MAX_DETAIL, "...");
        }

        /** Returns the result of a batch whose alerts have results of their own. */
        public static BatchResult of(List<AlertResult> alerts, String detail) {
            return new BatchResult(alerts, false, detail, Duration.ZERO);
        }

        /** Returns the result of a batch of which no alert was stored, although each may be valid. */
        public static BatchResult retry(int alerts, String detail, Duration retryAfter) {
            return new BatchResult(Collections.nCopies(alerts, AlertResult.RETRY), false, detail, retryAfter);
        }

        /** Returns the result of a batch that was rejected as a whole. */
        public static BatchResult rejected(int alerts, Refusal refusal) {
            return new BatchResult(
                    Collections.nCopies(alerts, AlertResult.rejected(refusal)), true, refusal.reason(), Duration.ZERO);
        }

        /** Returns the status of each alert. */
        public List<DeliveryStatus> statuses() {
            return alerts.stream().map(AlertResult::status).toList();
        }
    }
}
