package io.tiercel.sensor.output;

import io.tiercel.sensor.spool.SpooledAlert;
import java.util.Collections;
import java.util.List;

/** Where a {@link Shipper} delivers alerts to; used by one thread, which waits in it. */
public interface BatchTarget extends AutoCloseable {
    /** Most alerts in a batch, at least 1. */
    int maxAlerts();

    /** Most bytes of JSON in a batch; a single alert may have more. */
    int maxBytes();

    /**
     * Delivers a batch, in its order.
     *
     * @param alerts at least one
     */
    Answer send(List<SpooledAlert> alerts) throws InterruptedException;

    /** Lets go of connections. */
    @Override
    void close();

    /** Where that is, for people. */
    @Override
    String toString();

    /** What became of an alert. */
    enum Verdict {
        /** Stored: need not be sent again. */
        STORED,
        /** It will never be taken: sending it again would not help. */
        REFUSED,
        /** Not now, or not for us: worth another try. */
        LATER
    }

    /**
     * Outcome of a batch.
     *
     * @param verdicts one for each alert, in the batch's order
     * @param detail what was wrong, for people; empty if nothing was
     */
    record Answer(List<Verdict> verdicts, String detail) {
        private static final int MAX_DETAIL = 300;

        public Answer {
            verdicts = List.copyOf(verdicts);
            detail = detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) + "..." : detail;
        }

        /** The same for so many alerts. */
        public static Answer all(int alerts, Verdict verdict, String detail) {
            return new Answer(Collections.nCopies(alerts, verdict), detail);
        }
    }
}
