package io.tiercel.sensor.spool;

/**
 * What a lane remembers beside its records.
 *
 * @param cursor sequence of the next record to deliver
 * @param next sequence of the next record to append, as far as known when this was written
 * @param known damaged records from the cursor on that have been counted
 * @param dropped records dropped and not yet reported
 * @param damaged records damaged and not yet reported
 */
record PartitionState(long cursor, long next, long known, long dropped, long damaged) {
    static PartitionState startingAt(long first) {
        return new PartitionState(first, first, 0, 0, 0);
    }
}
