package io.tiercel.sensor.spool;

/** One record that waits for delivery. */
public final class SpooledAlert {
    private final long index;
    private final byte[] json;
    private final Segment segment;
    private final long end;

    SpooledAlert(long index, byte[] json, Segment segment, long end) {
        this.index = index;
        this.json = json;
        this.segment = segment;
        this.end = end;
    }

    /** Number of the record in its spool; later records have higher ones. */
    public long index() {
        return index;
    }

    /** The alert as it was appended, JSON in UTF-8; not to be changed. */
    public byte[] json() {
        return json;
    }

    Segment segment() {
        return segment;
    }

    /** Offset of the next record in the segment's file. */
    long end() {
        return end;
    }
}
