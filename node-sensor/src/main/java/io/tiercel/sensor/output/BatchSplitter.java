package io.tiercel.sensor.output;

import io.tiercel.sensor.output.BatchTarget.AlertResult;
import io.tiercel.sensor.output.BatchTarget.BatchResult;
import io.tiercel.sensor.output.BatchTarget.DeliveryStatus;
import io.tiercel.sensor.spool.SpooledAlert;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Resends a rejected batch one alert at a time, because a receiver may reject a batch for one bad alert. */
public final class BatchSplitter {
    private BatchSplitter() {}

    /** A request that delivers a batch. */
    @FunctionalInterface
    public interface Request {
        /** Sends a batch and returns the status of each alert. */
        BatchResult send(List<SpooledAlert> alerts) throws InterruptedException;
    }

    /**
     * Sends a batch. If the receiver rejects it as a whole, sends each alert single.
     *
     * <p>It stops at the first alert that has to be retried. The alerts behind it are retried too, so that the order is
     * kept.
     */
    public static BatchResult send(List<SpooledAlert> alerts, Request request) throws InterruptedException {
        BatchResult whole = request.send(alerts);
        if (alerts.size() == 1 || !whole.undivided()) {
            return whole;
        }
        List<AlertResult> results = new ArrayList<>();
        String detail = whole.detail();
        Duration retryAfter = whole.retryAfter();
        for (SpooledAlert alert : alerts) {
            if (!results.isEmpty() && results.getLast().status() == DeliveryStatus.RETRY) {
                results.add(AlertResult.RETRY);
                continue;
            }
            BatchResult single = request.send(List.of(alert));
            results.add(single.alerts().getFirst());
            detail = single.detail().isEmpty() ? detail : single.detail();
            retryAfter = single.retryAfter();
        }
        return new BatchResult(results, false, detail, retryAfter);
    }
}
