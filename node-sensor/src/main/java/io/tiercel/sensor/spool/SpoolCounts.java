package io.tiercel.sensor.spool;

import java.util.List;

/**
 * Content and loss counters of a spool.
 *
 * @param pending appended records that are not acknowledged; includes damaged ones until delivery reaches them
 * @param bytes total size of the segments
 * @param droppedByPriority records dropped because the spool was full, not yet reported; {@value Spool#PRIORITIES}
 *     numbers, highest priority first
 * @param unreportedDamaged records damaged before delivery, not yet reported; a lower bound if the end of a partition
 *     is damaged
 */
public record SpoolCounts(long pending, long bytes, List<Long> droppedByPriority, long unreportedDamaged) {
    public SpoolCounts {
        droppedByPriority = List.copyOf(droppedByPriority);
    }

    /** Returns the number of records dropped because the spool was full, not yet reported. */
    public long unreportedDropped() {
        return droppedByPriority.stream().mapToLong(Long::longValue).sum();
    }
}
