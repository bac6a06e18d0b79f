package io.tiercel.sensor.output;

/**
 * What a shipper has done since the start.
 *
 * @param delivered alerts that the receiver has stored
 * @param refused alerts that it will never take; they were set aside
 * @param succeeded batches of which at least one alert was stored or refused
 * @param failed batches of which nothing was taken
 * @param breakerOpen whether the receiver fails and is only probed
 * @param oldestSeconds age of the alert that is delivered next, in seconds; 0 if none waits
 */
public record ShipperCounts(
        long delivered, long refused, long succeeded, long failed, boolean breakerOpen, double oldestSeconds) {}
