package io.tiercel.sensor.spool;

import org.jspecify.annotations.Nullable;

/** A pending record. */
public final class SpooledAlert {
    private final long index;
    private final byte[] json;
    private final Position position;
    private final @Nullable SpooledAlert previous;

    /**
     * Position of a record.
     *
     * @param partition partition of the record
     * @param sequence sequence number in the partition
     * @param segment file of the record
     * @param end offset of the next record in the file
     */
    record Position(Partition partition, long sequence, Segment segment, long end) {}

    SpooledAlert(long index, byte[] json, Position position, @Nullable SpooledAlert previous) {
        this.index = index;
        this.json = json;
        this.position = position;
        this.previous = previous;
    }

    /** Returns the index of the record in its spool. Indexes increase. */
    public long index() {
        return index;
    }

    /** Returns the alert as appended, JSON in UTF-8. The array must not be modified. */
    public byte[] json() {
        return json;
    }

    Position position() {
        return position;
    }

    /** Returns the previous record of the same read, or null for the first one. */
    @Nullable
    SpooledAlert previous() {
        return previous;
    }
}
