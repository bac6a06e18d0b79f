package io.tiercel.sensor.output;

import io.tiercel.sensor.spool.SpooledAlert;
import java.util.Collections;
import java.util.List;

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

    /** The result of delivering one alert. */
    enum DeliveryStatus {
        /** The receiver stored the alert. */
        STORED,
        /** The receiver will never accept the alert, so a retry is useless. */
        REJECTED,
        /** The receiver did not accept the alert for another reason. Send it again. */
        RETRY
    }

    /**
     * The result of delivering a batch.
     *
     * @param statuses one status for each alert, in the order of the batch
     * @param detail reason of a failure for log messages; empty for none
     */
    record BatchResult(List<DeliveryStatus> statuses, String detail) {
        private static final int MAX_DETAIL = 300;

        public BatchResult {
            statuses = List.copyOf(statuses);
            detail = detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) + "..." : detail;
        }

        /** Returns a result with the same status for all alerts. */
        public static BatchResult forAll(int alerts, DeliveryStatus status, String detail) {
            return new BatchResult(Collections.nCopies(alerts, status), detail);
        }
    }
}
