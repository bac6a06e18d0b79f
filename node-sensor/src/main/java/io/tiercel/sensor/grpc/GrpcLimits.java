package io.tiercel.sensor.grpc;

/**
 * The limits of the gRPC server.
 *
 * @param bufferedAlerts maximum number of alerts in the buffer from which subscribers resume, at least 1
 * @param bufferedBytes maximum estimated size of these alerts, and of those in the queues of all subscribers together; the latest
 *     alert is kept regardless of its size
 * @param queuedAlerts maximum number of alerts that wait for one subscriber, at least 1
 * @param subscribers maximum number of streams
 * @param connections maximum number of network connections, including those in the TLS handshake
 * @param messageBytes maximum encoded size of an alert; a larger one is reported as missing
 */
record GrpcLimits(
        int bufferedAlerts, int bufferedBytes, int queuedAlerts, int subscribers, int connections, int messageBytes) {
    static GrpcLimits defaults() {
        return new GrpcLimits(4096, 8 << 20, 4096, 32, 64, 1 << 20);
    }
}
