package io.tiercel.sensor.spool;

/**
 * Size and durability of a spool.
 *
 * @param limitBytes most bytes of records that are kept; at the limit the oldest segment of the least urgent is dropped,
 *     and counted
 * @param segmentBytes bytes after which a new segment file is begun: how much is dropped at once. At most half the limit
 * @param durability when written records are forced to the disk
 */
public record SpoolOptions(long limitBytes, int segmentBytes, Durability durability) {
    /** When records are safe from a loss of power. A kill of the process loses none of them in either case. */
    public enum Durability {
        /** Before an append returns. */
        EACH_APPEND,
        /** At most 200 ms after it has returned. */
        WITHIN_200_MS
    }

    public SpoolOptions {
        if (segmentBytes < 1 || limitBytes / 2 < segmentBytes) {
            throw new IllegalArgumentException("a spool of " + limitBytes + " bytes in segments of " + segmentBytes
                    + ": the limit is at least two segments");
        }
    }

    /** 256 MiB, on the disk within 200 ms. */
    public static SpoolOptions standard() {
        return of(256L << 20, Durability.WITHIN_200_MS);
    }

    /** A spool of at least 64 KiB; a drop costs at most 2 MiB, and a 32nd of the limit, or one record. */
    public static SpoolOptions of(long limitBytes, Durability durability) {
        return new SpoolOptions(limitBytes, (int) Math.min(limitBytes / 32, 2 << 20), durability);
    }
}
