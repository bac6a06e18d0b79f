package io.tiercel.sensor.spool;

/**
 * Size and durability of a spool.
 *
 * @param limitBytes maximum total size of records; at the limit, the oldest segment of the lowest priority is dropped
 *     and counted
 * @param segmentBytes size after which a new segment is started, at most half the limit; a full spool drops one
 *     segment at a time
 * @param durability determines when records are forced to disk
 */
public record SpoolOptions(long limitBytes, int segmentBytes, Durability durability) {
    /** Determines when records survive a power loss. They always survive if the process is killed. */
    public enum Durability {
        /** Before an append returns. */
        EACH_APPEND,
        /** At most 200 ms after an append returns. */
        WITHIN_200_MS
    }

    public SpoolOptions {
        if (segmentBytes < 1 || limitBytes / 2 < segmentBytes) {
            throw new IllegalArgumentException("a spool of " + limitBytes + " bytes in segments of " + segmentBytes
                    + ": the limit must be at least two segments");
        }
    }

    /** Returns the defaults: 256 MiB, forced to disk within 200 ms. */
    public static SpoolOptions defaults() {
        return of(256L << 20, Durability.WITHIN_200_MS);
    }

    /** Returns options for a spool of at least 64 KiB. A segment has 1/32 of the limit, but at most 2 MiB. */
    public static SpoolOptions of(long limitBytes, Durability durability) {
        return new SpoolOptions(limitBytes, (int) Math.min(limitBytes / 32, 2 << 20), durability);
    }
}
