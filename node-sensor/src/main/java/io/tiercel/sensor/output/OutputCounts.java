package io.tiercel.sensor.output;

/**
 * What an output has done since the start, in alerts.
 *
 * @param sent handed over
 * @param retried attempts after a first one that failed
 * @param refused given up because the receiver will never take them
 * @param dropped pushed out of the full queue, or left in it at the end
 * @param waiting in the queue now
 */
public record OutputCounts(long sent, long retried, long refused, long dropped, int waiting) {
    /** Alerts that did not get out and will not. */
    public long lost() {
        return refused + dropped;
    }
}
