package io.tiercel.sensor.process;

import org.jspecify.annotations.Nullable;

/** Data of processes that the {@link TextMemory} charges, and drops when memory runs short. Processes share it. */
abstract sealed class DroppableState permits StateText, StandardFds {
    /** The number of processes and programs that use it. */
    int users;

    /** True after {@link #drop}. Dropped data costs nothing any more. */
    boolean dropped;

    /** Neighbors in the list of its size class; null if it is in none. */
    @Nullable
    DroppableState previous;

    @Nullable
    DroppableState next;

    /** Returns the size in bytes, 0 if nothing is charged. It stays the same until {@link #drop}. */
    abstract long bytes();

    /** Returns false if the data must be kept. Then only the eviction of its processes releases it. */
    abstract boolean isDroppable();

    /** Discards the data, and remembers that. */
    abstract void drop();
}
