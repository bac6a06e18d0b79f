package io.tiercel.sensor.spool;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Ranges of sequence numbers whose records are damaged. Each number is counted once. */
final class DamagedRanges {
    private final NavigableMap<Long, Long> ranges = new TreeMap<>();
    private long count;

    /** Adds the range from {@code from} (inclusive) to {@code to} (exclusive). Returns how many numbers are new. */
    long add(long from, long to) {
        long start = from;
        long added = 0;
        while (start < to) {
            Map.Entry<Long, Long> overlapping = ranges.floorEntry(start);
            if (overlapping != null && overlapping.getValue() > start) {
                start = overlapping.getValue();
                continue;
            }
            Long nextStart = ranges.higherKey(start);
            long end = nextStart == null ? to : Math.min(to, nextStart);
            ranges.put(start, end);
            added += end - start;
            start = end;
        }
        count += added;
        return added;
    }

    /** Removes all numbers below a sequence number. */
    void removeBefore(long sequence) {
        Map.Entry<Long, Long> first = ranges.firstEntry();
        while (first != null && first.getKey() < sequence) {
            ranges.pollFirstEntry();
            count -= first.getValue() - first.getKey();
            add(sequence, first.getValue());
            first = ranges.firstEntry();
        }
    }

    /** Returns the number of damaged records. */
    long count() {
        return count;
    }
}
