package io.tiercel.sensor.output;

import java.io.IOException;
import java.time.Duration;

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

    /** Thrown if the destination named a time before which it accepts nothing. */
    final class RetryException extends IOException {
        private static final long serialVersionUID = 1L;

        private final Duration retryAfter;

        /** @param retryAfter at least zero */
        RetryException(String message, Duration retryAfter) {
            super(message);
            this.retryAfter = retryAfter;
        }

        Duration retryAfter() {
            return retryAfter;
        }
    }

    /** Thrown if the destination will never accept an alert. */
    final class RejectedException extends IOException {
        private static final long serialVersionUID = 1L;

        RejectedException(String message) {
            super(message);
        }
    }
}
