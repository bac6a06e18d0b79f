package io.tiercel.sensor.spool;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a lane holds after whatever happened to the process that used it.
 *
 * @param segments those with records to deliver, and the last one, oldest first
 * @param next sequence of the next record to append
 * @param highestOrder the order of the newest intact record; -1 if there is none
 * @param tailDamaged whether the last segment ends in something that is no record, so that nothing is to be appended
 * @param gaps damaged records that were not delivered
 */
record PartitionRecovery(
        List<Segment> segments, long next, long highestOrder, boolean tailDamaged, DamagedRanges gaps) {
    /**
     * Reads a lane.
     *
     * @param found all segments, oldest first; those that are done with are deleted
     * @param cursor sequence of the next record to deliver
     * @param known there were records up to before this sequence
     */
    static PartitionRecovery of(List<Segment> found, long cursor, long known) throws IOException {
        List<Segment> segments = new ArrayList<>(found);
        while (segments.size() > 1 && segments.get(1).first() <= cursor) {
            segments.removeFirst().delete();
        }
        DamagedRanges gaps = new DamagedRanges();
        long next = Math.max(cursor, known);
        long contiguous = cursor;
        long order = -1;
        int behind = 0;
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            long expected = segment.first();
            gaps.add(Math.max(contiguous, cursor), expected);
            RecordScanner scan = segment.scanAll();
            while (scan.next()) {
                gaps.add(Math.max(expected, cursor), scan.sequence());
                expected = scan.sequence() + 1;
                order = Math.max(order, scan.order());
            }
            contiguous = expected;
            behind = scan.damagedBehind();
            boolean last = i == segments.size() - 1;
            next = last ? Math.max(next, expected + behind) : next;
        }
        gaps.add(Math.max(contiguous, cursor), next);
        boolean tailDamaged = behind > 0 || (!segments.isEmpty() && next > contiguous);
        return new PartitionRecovery(segments, next, order, tailDamaged, gaps);
    }
}
