package io.tiercel.sensor.output;

import java.util.SortedMap;

/**
 * Counters of a shipper since the start.
 *
 * @param delivered alerts that the receiver stored
 * @param refused alerts that the receiver will never accept, by {@link Refusal#code}; they are in {@code refused.jsonl}
 * @param succeededBatches batches of which at least one alert was stored or rejected
 * @param failedBatches batches of which no alert was accepted
 * @param circuitOpen whether the receiver fails and is only probed
 * @param oldestSeconds age of the next alert in seconds; 0 if none waits
 */
public record ShipperCounts(
        long delivered,
        SortedMap<String, Long> refused,
        long succeededBatches,
        long failedBatches,
        boolean circuitOpen,
        double oldestSeconds) {
    /** Returns the number of alerts that the receiver will never accept. */
    public long rejected() {
        return refused.values().stream().mapToLong(Long::longValue).sum();
    }
}
