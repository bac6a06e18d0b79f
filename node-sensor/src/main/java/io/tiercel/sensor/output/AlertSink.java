package io.tiercel.sensor.output;

import java.io.IOException;

/** Where alerts of one output end up; used by one thread, which may wait in it. */
public interface AlertSink extends AutoCloseable {
    /**
     * Hands an alert over; when this returns it is out.
     *
     * @throws RefusedException if this alert will never be taken
     * @throws IOException if it was not taken now; it is worth another try
     */
    void write(OutgoingAlert alert) throws IOException, InterruptedException;

    /** Lets go of what is open. A write that waits meanwhile fails. */
    @Override
    void close();

    /** An alert that the receiver will never take. */
    final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }
}
