package io.tiercel.sensor.spool;

/**
 * What a spool holds and what it has lost.
 *
 * @param waiting records appended and not yet acknowledged, damaged ones included until delivery reaches them
 * @param bytes size of all segments
 * @param unreportedDropped records dropped undelivered because the spool was full, not yet reported
 * @param unreportedDamaged records found damaged before they were delivered, not yet reported; of damage at the very end
 *     of a spool this is a lower bound
 */
public record SpoolCounts(long waiting, long bytes, long unreportedDropped, long unreportedDamaged) {}
