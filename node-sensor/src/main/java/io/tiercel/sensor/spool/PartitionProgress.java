package io.tiercel.sensor.spool;

import java.util.ArrayDeque;
import java.util.Deque;

/** Delivery position and loss counters of an open partition. Guarded by the spool's lock. */
final class PartitionProgress {
    private final DamagedRanges damagedRanges;
    /** Records that were dropped after the current read had returned them. */
    private final Deque<Long> droppedInFlight = new ArrayDeque<>();

    private long cursor;
    private long dropped;
    private long damaged;
    private long readUpTo;

    PartitionProgress(PartitionState state, DamagedRanges damagedRanges) {
        this.cursor = state.cursor();
        this.readUpTo = cursor;
        this.dropped = state.dropped();
        this.damagedRanges = damagedRanges;
        this.damaged = state.damaged() + Math.max(0, damagedRanges.count() - state.countedDamaged());
    }

    long cursor() {
        return cursor;
    }

    /** Starts a new read from the delivery position. Records of the previous read are no longer in flight. */
    void startRead() {
        droppedInFlight.clear();
        readUpTo = cursor;
    }

    /** Records that a record was read. Missing records before it are counted as damaged. */
    void recordRead(long sequence) {
        damaged += damagedRanges.add(readUpTo, sequence);
        readUpTo = sequence + 1;
    }

    /** Counts all records before {@code end} as damaged and skips them. */
    void markUnreadable(long end) {
        damaged += damagedRanges.add(cursor, end);
        advanceTo(end);
    }

    /**
     * Advances past a delivered record. Records that were dropped while in flight are no longer counted as dropped.
     */
    void delivered(long sequence) {
        while (!droppedInFlight.isEmpty() && droppedInFlight.peekFirst() <= sequence) {
            droppedInFlight.removeFirst();
            dropped = Math.max(0, dropped - 1);
        }
        advanceTo(sequence + 1);
    }

    /** Counts the undelivered records of a segment as dropped. The next segment starts at {@code next}. */
    void drop(RecordScanner scan, long next) {
        long expected = cursor;
        while (scan.next()) {
            long sequence = scan.sequence();
            if (sequence >= cursor) {
                damaged += damagedRanges.add(expected, sequence);
                expected = sequence + 1;
                dropped++;
                if (sequence < readUpTo) {
                    droppedInFlight.addLast(sequence);
                }
            }
        }
        damaged += damagedRanges.add(expected, next);
        advanceTo(next);
    }

    /** Adds dropped records that no other record shows. A negative number undoes an earlier call. */
    void addDropped(long droppedRecords) {
        dropped += droppedRecords;
    }

    private void advanceTo(long sequence) {
        cursor = Math.max(cursor, sequence);
        damagedRanges.removeBefore(cursor);
    }

    void markReported(long droppedRecords, long damagedRecords) {
        dropped -= Math.min(dropped, droppedRecords);
        damaged -= Math.min(damaged, damagedRecords);
    }

    long dropped() {
        return dropped;
    }

    long damaged() {
        return damaged;
    }

    PartitionState state(long next) {
        return new PartitionState(cursor, next, damagedRanges.count(), dropped, damaged);
    }
}
