package io.tiercel.sensor.process;

/**
 * The memory of the node state, and what was dropped to stay within its limits.
 *
 * @param textBytes size of the processes' arguments, environments, paths and other texts
 * @param maxTextBytes the limit of {@code textBytes}
 * @param droppedTexts number of dropped texts since the start
 * @param evictedProcesses number of processes that were removed from the full table since the start
 * @param droppedContainers number of containers whose metadata was dropped since the start
 */
public record StateMemory(
        long textBytes, long maxTextBytes, long droppedTexts, long evictedProcesses, long droppedContainers) {
    /** The memory of an empty state without limits. */
    public static final StateMemory NONE = new StateMemory(0, Long.MAX_VALUE, 0, 0, 0);
}
