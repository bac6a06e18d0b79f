package io.tiercel.sensor.output;

/**
 * Counters of an output since the start, in alerts.
 *
 * @param sent written
 * @param retried attempts after a failed one
 * @param rejected given up, because the destination will never accept them
 * @param dropped removed from the full queue, or left in it at the end
 * @param waiting in the queue now
 */
public record OutputCounts(long sent, long retried, long rejected, long dropped, int waiting) {
    /** Returns the number of alerts that were not written and never will be. */
    public long lost() {
        return rejected + dropped;
    }
}
