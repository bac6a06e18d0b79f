package io.tiercel.sensor.spool;

import org.jspecify.annotations.Nullable;

/** One record that waits for delivery. */
public final class SpooledAlert {
    private final long index;
    private final byte[] json;
    private final Place place;
    private final @Nullable SpooledAlert before;

    /**
     * Where a record is.
     *
     * @param lane its lane
     * @param sequence its sequence there
     * @param segment the file
     * @param end offset of the next record in the file
     */
    record Place(Partition lane, long sequence, Segment segment, long end) {}

    SpooledAlert(long index, byte[] json, Place place, @Nullable SpooledAlert before) {
        this.index = index;
        this.json = json;
        this.place = place;
        this.before = before;
    }

    /** Number of the record in its spool; later records have higher ones. */
    public long index() {
        return index;
    }

    /** The alert as it was appended, JSON in UTF-8; not to be changed. */
    public byte[] json() {
        return json;
    }

    Place place() {
        return place;
    }

    /** The one before it, of those that were looked at together; null for the first. */
    @Nullable
    SpooledAlert before() {
        return before;
    }
}
