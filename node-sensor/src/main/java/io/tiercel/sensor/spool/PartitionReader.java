package io.tiercel.sensor.spool;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goes over the records of a lane that wait, a chunk of a file at a time, passing over what is damaged. */
final class PartitionReader {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int LARGE_CHUNK_BYTES = 2 * RecordFormat.MAX_RECORD_BYTES;

    private final Partition lane;
    private final Iterator<Segment> rest;
    private final long from;
    private Segment segment;
    private long at;
    private int length = CHUNK_BYTES;
    private @Nullable RecordScanner scan;

    /**
     * @param lane what is read
     * @param segments its segments from the one on where reading starts; at least one
     * @param at offset in the first of them
     * @param from records before this sequence are passed over
     */
    PartitionReader(Partition lane, List<Segment> segments, long at, long from) {
        this.lane = lane;
        this.rest = segments.iterator();
        this.segment = rest.next();
        this.at = at;
        this.from = from;
    }

    Partition lane() {
        return lane;
    }

    /** Goes to the next record; false if there is none. */
    boolean next() throws IOException {
        do {
            if (scan == null) {
                scan = segment.scan(at, length);
            }
            while (scan.next()) {
                if (scan.sequence() >= from) {
                    return true;
                }
            }
        } while (advance(scan));
        return false;
    }

    /** Where nothing was found a record may be larger than the chunk; where nothing is in a large one all is damaged. */
    private boolean advance(RecordScanner done) {
        scan = null;
        if (at + length < segment.size()) {
            if (done.end() > 0) {
                at += done.end();
                length = CHUNK_BYTES;
            } else if (length < LARGE_CHUNK_BYTES) {
                length = LARGE_CHUNK_BYTES;
            } else {
                at += LARGE_CHUNK_BYTES - RecordFormat.MAX_RECORD_BYTES;
            }
            return true;
        }
        if (!rest.hasNext()) {
            return false;
        }
        segment = rest.next();
        at = 0;
        length = CHUNK_BYTES;
        return true;
    }

    long sequence() {
        return current().sequence();
    }

    long order() {
        return current().order();
    }

    byte[] payload() {
        return current().payload();
    }

    Segment segment() {
        return segment;
    }

    /** Offset of the next record in the segment's file. */
    long end() {
        return at + current().end();
    }

    private RecordScanner current() {
        if (scan == null) {
            throw new IllegalStateException("not at a record");
        }
        return scan;
    }
}
