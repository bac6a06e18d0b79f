package io.tiercel.sensor.output;

import java.io.IOException;

/** The destination of one output. One thread uses it and may block in it. */
public interface AlertSink extends AutoCloseable {
    /**
     * Writes an alert. When this method returns, the alert is written.
     *
     * @throws RejectedException if the destination will never accept this alert
     * @throws IOException if the destination did not accept the alert; a retry may succeed
     */
    void write(OutgoingAlert alert) throws IOException, InterruptedException;

    /** Closes the destination. A blocked write fails. */
    @Override
    void close();

    /** Thrown if the destination will never accept an alert. */
    final class RejectedException extends IOException {
        private static final long serialVersionUID = 1L;

        RejectedException(String message) {
            super(message);
        }
    }
}
