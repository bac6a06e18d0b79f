package io.tiercel.sensor.output;

import io.tiercel.sensor.output.BatchTarget.BatchResult;
import io.tiercel.sensor.output.BatchTarget.DeliveryStatus;
import io.tiercel.sensor.spool.SpooledAlert;
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
     * Sends a batch. If the receiver rejects all of it, sends each alert single.
     *
     * <p>It stops at the first alert that has to be retried. The alerts behind it are retried too, so that the order is
     * kept.
     */
    public static BatchResult send(List<SpooledAlert> alerts, Request request) throws InterruptedException {
        BatchResult batchResult = request.send(alerts);
        if (alerts.size() == 1
                || !batchResult.statuses().stream().allMatch(status -> status == DeliveryStatus.REJECTED)) {
            return batchResult;
        }
        List<DeliveryStatus> statuses = new ArrayList<>();
        String detail = batchResult.detail();
        for (SpooledAlert alert : alerts) {
            if (!statuses.isEmpty() && statuses.getLast() == DeliveryStatus.RETRY) {
                statuses.add(DeliveryStatus.RETRY);
                continue;
            }
            BatchResult single = request.send(List.of(alert));
            statuses.add(single.statuses().getFirst());
            detail = single.detail().isEmpty() ? detail : single.detail();
        }
        return new BatchResult(statuses, detail);
    }
}
