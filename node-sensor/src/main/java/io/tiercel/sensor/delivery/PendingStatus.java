package io.tiercel.sensor.delivery;

import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The alerts that wait to be written.
 *
 * @param waiting number of alerts
 * @param dropped alerts that the full queue dropped since the start
 * @param droppedByRule the same by rule; the number of names is bounded
 * @param writingNanos time since the write in progress began, in nanoseconds; 0 if there is none
 */
public record PendingStatus(int waiting, long dropped, SortedMap<String, Long> droppedByRule, long writingNanos) {
    /** No queue. */
    public static final PendingStatus NONE = new PendingStatus(0, 0, new TreeMap<>(), 0);

    /** A write that takes longer means that the disk hangs. */
    private static final Duration HANGING = Duration.ofSeconds(10);

    /** Returns true if the disk hangs, so that no alert is emitted. */
    public boolean isHanging() {
        return writingNanos >= HANGING.toNanos();
    }
}
