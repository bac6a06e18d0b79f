package io.tiercel.sensor.spool;

/**
 * Stored state of a partition.
 *
 * @param cursor sequence number of the next record to deliver
 * @param next sequence number of the next record to append, when the state was written
 * @param countedDamaged damaged records after the cursor that are already counted
 * @param dropped dropped records that are not yet reported
 * @param damaged damaged records that are not yet reported
 */
record PartitionState(long cursor, long next, long countedDamaged, long dropped, long damaged) {
    static PartitionState startingAt(long first) {
        return new PartitionState(first, first, 0, 0, 0);
    }
}
