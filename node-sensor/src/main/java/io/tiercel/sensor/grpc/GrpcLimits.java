package io.tiercel.sensor.grpc;

/**
 * The limits of the gRPC server.
 *
 * @param bufferedAlerts maximum number of alerts in memory for all subscribers together, at least 1
 * @param bufferedBytes maximum estimated size of these alerts; the latest alert is kept regardless of its size
 * @param queuedAlerts maximum number of alerts that wait for one subscriber, at least 1; only buffered ones can be sent
 * @param subscribers maximum number of streams
 * @param connections maximum number of network connections, including those in the TLS handshake
 * @param messageBytes maximum encoded size of an alert; a larger one is reported as missing
 */
record GrpcLimits(
        int bufferedAlerts, int bufferedBytes, int queuedAlerts, int subscribers, int connections, int messageBytes) {
    static GrpcLimits defaults() {
        return new GrpcLimits(4096, 16 << 20, 1024, 32, 64, 1 << 20);
    }
}
