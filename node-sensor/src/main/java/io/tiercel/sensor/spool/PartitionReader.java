package io.tiercel.sensor.spool;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Iterates over the pending records of a partition. It reads the segments in chunks and skips damaged parts. */
final class PartitionReader {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int LARGE_CHUNK_BYTES = 2 * RecordFormat.MAX_RECORD_BYTES;

    private final Partition partition;
    private final Iterator<Segment> remainingSegments;
    private final long firstSequence;
    private Segment segment;
    private long offset;
    private int length = CHUNK_BYTES;
    private @Nullable RecordScanner scan;

    /**
     * Creates a reader that is positioned before the first record.
     *
     * @param partition partition to read
     * @param segments its segments from the first pending record on; at least one
     * @param offset offset in the first segment
     * @param firstSequence earlier records are skipped
     */
    PartitionReader(Partition partition, List<Segment> segments, long offset, long firstSequence) {
        this.partition = partition;
        this.remainingSegments = segments.iterator();
        this.segment = remainingSegments.next();
        this.offset = offset;
        this.firstSequence = firstSequence;
    }

    Partition partition() {
        return partition;
    }

    /** Moves to the next record. Returns false if there is none. */
    boolean next() throws IOException {
        do {
            if (scan == null) {
                scan = segment.scan(offset, length);
            }
            while (scan.next()) {
                if (scan.sequence() >= firstSequence) {
                    return true;
                }
            }
        } while (advance(scan));
        return false;
    }

    /**
     * Moves to the next chunk. A chunk without a record is read again with a larger size, because the record may
     * exceed it. A large chunk without a record is damaged.
     */
    private boolean advance(RecordScanner done) {
        scan = null;
        if (offset + length < segment.size()) {
            if (done.end() > 0) {
                offset += done.end();
                length = CHUNK_BYTES;
            } else if (length < LARGE_CHUNK_BYTES) {
                length = LARGE_CHUNK_BYTES;
            } else {
                offset += LARGE_CHUNK_BYTES - RecordFormat.MAX_RECORD_BYTES;
            }
            return true;
        }
        if (!remainingSegments.hasNext()) {
            return false;
        }
        segment = remainingSegments.next();
        offset = 0;
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

    /** Returns the offset of the next record in the segment's file. */
    long end() {
        return offset + current().end();
    }

    private RecordScanner current() {
        if (scan == null) {
            throw new IllegalStateException("not offset a record");
        }
        return scan;
    }
}
