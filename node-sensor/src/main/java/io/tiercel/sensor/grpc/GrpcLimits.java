package io.tiercel.sensor.grpc;

/**
 * How much is kept and sent at most.
 *
 * @param rememberedAlerts latest alerts that are kept in memory for all subscribers together, from 1
 * @param rememberedBytes estimated size of these in memory; the latest alert is kept whatever its size
 * @param queuedAlerts alerts that may wait for one subscriber, from 1; only those that are also remembered are sent
 * @param subscribers streams at the same time
 * @param connections network connections at the same time, also those that have not shown a certificate yet
 * @param messageBytes encoded size of one alert; a larger one is told as missed
 */
record GrpcLimits(
        int rememberedAlerts,
        int rememberedBytes,
        int queuedAlerts,
        int subscribers,
        int connections,
        int messageBytes) {
    static GrpcLimits standard() {
        return new GrpcLimits(4096, 16 << 20, 1024, 32, 64, 1 << 20);
    }
}
