package io.tiercel.sensor.spool;

import java.nio.ByteBuffer;

/** Iterates over the intact records in part of a segment and skips damaged data. */
final class RecordScanner {
    private final ByteBuffer bytes;
    private final long highest;
    private long lowest;
    private int start;
    private int end;

    /**
     * Creates a scanner that is positioned before the first record.
     *
     * @param bytes data to scan, from 0 to the limit
     * @param lowest lowest possible sequence number
     * @param highest highest possible sequence number; avoids checksums of data that is not a header
     */
    RecordScanner(ByteBuffer bytes, long lowest, long highest) {
        this.bytes = bytes;
        this.lowest = lowest;
        this.highest = highest;
    }

    /** Moves to the next intact record. Returns false if there is none. */
    boolean next() {
        for (int offset = end; offset <= bytes.limit() - RecordFormat.HEADER_BYTES; offset++) {
            long sequence = bytes.getLong(offset + RecordFormat.SEQUENCE_OFFSET);
            if (sequence >= lowest && sequence <= highest && RecordFormat.isIntact(bytes, offset)) {
                start = offset;
                end = offset + RecordFormat.recordSize(bytes, offset);
                lowest = sequence + 1;
                return true;
            }
        }
        return false;
    }

    long sequence() {
        return bytes.getLong(start + RecordFormat.SEQUENCE_OFFSET);
    }

    /** Returns the end offset of the current record, or 0 before the first one. */
    int end() {
        return end;
    }

    /** Returns the record's order among all partitions. */
    long order() {
        return bytes.getLong(start + RecordFormat.HEADER_BYTES);
    }

    byte[] payload() {
        return body(RecordFormat.ORDER_BYTES);
    }

    /** Returns the body from an offset on. */
    byte[] body(int from) {
        byte[] body = new byte[end - start - RecordFormat.HEADER_BYTES - from];
        bytes.get(start + RecordFormat.HEADER_BYTES + from, body);
        return body;
    }

    /**
     * Estimates the number of damaged records after the last intact one. The length in a damaged record is used only
     * if a plausible header follows. Returns 0 if no data follows.
     */
    int damagedAtEnd() {
        if (end >= bytes.limit()) {
            return 0;
        }
        int records = 1;
        int size = RecordFormat.recordSize(bytes, end);
        for (int offset = end + size; size > 0 && isPlausibleHeader(offset); offset += size) {
            records++;
            size = RecordFormat.recordSize(bytes, offset);
        }
        return records;
    }

    private boolean isPlausibleHeader(int offset) {
        if (offset > bytes.limit() - RecordFormat.HEADER_BYTES) {
            return false;
        }
        long sequence = bytes.getLong(offset + RecordFormat.SEQUENCE_OFFSET);
        return sequence > lowest && sequence <= highest;
    }
}
