package io.tiercel.sensor.process;

/**
 * What could not be read of processes and containers since the start.
 *
 * @param timedOut reads that did not return in time, because a file system does not answer
 * @param skipped reads that were not tried, because an earlier one of the same owner or too many others hang
 * @param refused lookups that were not tried, because too many were pending
 * @param hanging threads that wait now for a read that does not return
 * @param lastOwner the owner of the last read that timed out: a container's full id, {@code uid N} or {@code pid N}; empty if
 *     there is none
 */
public record LookupFailures(long timedOut, long skipped, long refused, int hanging, String lastOwner) {
    /** No failures. */
    public static final LookupFailures NONE = new LookupFailures(0, 0, 0, 0, "");
}
