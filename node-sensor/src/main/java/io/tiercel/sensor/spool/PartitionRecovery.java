package io.tiercel.sensor.spool;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The content of a partition when a process opens it. The previous process may have been killed.
 *
 * @param segments segments with pending records, and the last one, oldest first
 * @param next sequence number of the next record to append
 * @param highestOrder order of the newest intact record, or -1 if there is none
 * @param tailDamaged true if the last segment ends in damaged data, so that a new segment must be started
 * @param damagedRanges damaged records that were not delivered
 */
record PartitionRecovery(
        List<Segment> segments, long next, long highestOrder, boolean tailDamaged, DamagedRanges damagedRanges) {
    /**
     * Reads the segments of a partition.
     *
     * @param existing all segments, oldest first; fully delivered ones are deleted
     * @param cursor sequence number of the next record to deliver
     * @param knownNext lower bound of the next sequence number, from the stored state
     */
    static PartitionRecovery of(List<Segment> existing, long cursor, long knownNext) throws IOException {
        List<Segment> segments = new ArrayList<>(existing);
        while (segments.size() > 1 && segments.get(1).first() <= cursor) {
            segments.removeFirst().delete();
        }
        DamagedRanges damagedRanges = new DamagedRanges();
        long next = Math.max(cursor, knownNext);
        long contiguous = cursor;
        long order = -1;
        int damagedAtEnd = 0;
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            long expected = segment.first();
            damagedRanges.add(Math.max(contiguous, cursor), expected);
            RecordScanner scan = segment.scanAll();
            while (scan.next()) {
                damagedRanges.add(Math.max(expected, cursor), scan.sequence());
                expected = scan.sequence() + 1;
                order = Math.max(order, scan.order());
            }
            contiguous = expected;
            damagedAtEnd = scan.damagedAtEnd();
            boolean last = i == segments.size() - 1;
            next = last ? Math.max(next, expected + damagedAtEnd) : next;
        }
        damagedRanges.add(Math.max(contiguous, cursor), next);
        boolean tailDamaged = damagedAtEnd > 0 || (!segments.isEmpty() && next > contiguous);
        return new PartitionRecovery(segments, next, order, tailDamaged, damagedRanges);
    }
}
