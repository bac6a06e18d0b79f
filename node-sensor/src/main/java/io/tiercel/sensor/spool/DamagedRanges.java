package io.tiercel.sensor.spool;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Sequences of records that are known to be damaged: ranges, of which each is counted once. */
final class DamagedRanges {
    private final NavigableMap<Long, Long> ranges = new TreeMap<>();
    private long count;

    /** Adds what is from one sequence to before another; how many of them are new. */
    long add(long from, long to) {
        long start = from;
        long added = 0;
        while (start < to) {
            Map.Entry<Long, Long> at = ranges.floorEntry(start);
            if (at != null && at.getValue() > start) {
                start = at.getValue();
                continue;
            }
            Long later = ranges.higherKey(start);
            long end = later == null ? to : Math.min(to, later);
            ranges.put(start, end);
            added += end - start;
            start = end;
        }
        count += added;
        return added;
    }

    /** Forgets those before a sequence. */
    void forgetBefore(long sequence) {
        Map.Entry<Long, Long> first = ranges.firstEntry();
        while (first != null && first.getKey() < sequence) {
            ranges.pollFirstEntry();
            count -= first.getValue() - first.getKey();
            add(sequence, first.getValue());
            first = ranges.firstEntry();
        }
    }

    /** How many there are. */
    long count() {
        return count;
    }
}
