package io.tiercel.sensor.spool;

import java.util.List;

/**
 * What a spool holds and what it has lost.
 *
 * @param waiting records appended and not yet acknowledged, damaged ones included until delivery reaches them
 * @param bytes size of all segments
 * @param droppedByUrgency records dropped undelivered because the spool was full, not yet reported; by urgency, the most
 *     urgent first, {@value Spool#LANES} numbers
 * @param unreportedDamaged records found damaged before they were delivered, not yet reported; of damage at the very end
 *     of a lane after a kill this is a lower bound
 */
public record SpoolCounts(long waiting, long bytes, List<Long> droppedByUrgency, long unreportedDamaged) {
    public SpoolCounts {
        droppedByUrgency = List.copyOf(droppedByUrgency);
    }

    /** Records dropped undelivered because the spool was full, not yet reported. */
    public long unreportedDropped() {
        return droppedByUrgency.stream().mapToLong(Long::longValue).sum();
    }
}
