package io.tiercel.sensor.spool;

import java.util.ArrayDeque;
import java.util.Deque;

/** The figures of a lane while it is open: what was delivered, dropped, damaged. Guarded by the spool's lock. */
final class PartitionProgress {
    private final DamagedRanges gaps;
    /** Those that were dropped after the last look at what is to be delivered had met them. */
    private final Deque<Long> droppedInFlight = new ArrayDeque<>();

    private long cursor;
    private long dropped;
    private long damaged;
    private long seen;

    PartitionProgress(PartitionState state, DamagedRanges gaps) {
        this.cursor = state.cursor();
        this.seen = cursor;
        this.dropped = state.dropped();
        this.gaps = gaps;
        this.damaged = state.damaged() + Math.max(0, gaps.count() - state.known());
    }

    long cursor() {
        return cursor;
    }

    /** Another look at what is to be delivered: what the one before met is no longer under way. */
    void look() {
        droppedInFlight.clear();
        seen = cursor;
    }

    /** Met a record: those since the one before are damaged. */
    void met(long sequence) {
        damaged += gaps.add(seen, sequence);
        seen = sequence + 1;
    }

    /** Everything up to before the sequence is damaged: there is nothing to deliver before it. */
    void lose(long end) {
        damaged += gaps.add(cursor, end);
        moveTo(end);
    }

    /** What was dropped while it was being delivered is not lost after all. */
    void delivered(long sequence) {
        while (!droppedInFlight.isEmpty() && droppedInFlight.peekFirst() <= sequence) {
            droppedInFlight.removeFirst();
            dropped = Math.max(0, dropped - 1);
        }
        moveTo(sequence + 1);
    }

    /** The records of a segment go undelivered; the next segment begins with the sequence. */
    void drop(RecordScanner scan, long next) {
        long expected = cursor;
        while (scan.next()) {
            long sequence = scan.sequence();
            if (sequence >= cursor) {
                damaged += gaps.add(expected, sequence);
                expected = sequence + 1;
                dropped++;
                if (sequence < seen) {
                    droppedInFlight.addLast(sequence);
                }
            }
        }
        damaged += gaps.add(expected, next);
        moveTo(next);
    }

    /** Counts losses that no record of the lane shows; negative numbers take that back. */
    void count(long droppedRecords, long damagedRecords) {
        dropped += droppedRecords;
        damaged += damagedRecords;
    }

    private void moveTo(long sequence) {
        cursor = Math.max(cursor, sequence);
        gaps.forgetBefore(cursor);
    }

    void reported(long droppedRecords, long damagedRecords) {
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
        return new PartitionState(cursor, next, gaps.count(), dropped, damaged);
    }
}
