package io.tiercel.sensor.spool;

import java.nio.ByteBuffer;

/** Walks over the intact records in a piece of a segment, passing over whatever is damaged between them. */
final class RecordScanner {
    private final ByteBuffer bytes;
    private final long highest;
    private long lowest;
    private int start;
    private int end;

    /**
     * @param bytes what to walk over, from 0 to its limit
     * @param lowest the lowest sequence that may come
     * @param highest the highest sequence that may come; spares the check sum of bytes that are no header
     */
    RecordScanner(ByteBuffer bytes, long lowest, long highest) {
        this.bytes = bytes;
        this.lowest = lowest;
        this.highest = highest;
    }

    /** Goes to the next intact record; false if there is none. */
    boolean next() {
        for (int at = end; at <= bytes.limit() - RecordFormat.HEADER_BYTES; at++) {
            long sequence = bytes.getLong(at + RecordFormat.SEQUENCE_OFFSET);
            if (sequence >= lowest && sequence <= highest && RecordFormat.intact(bytes, at)) {
                start = at;
                end = at + RecordFormat.announced(bytes, at);
                lowest = sequence + 1;
                return true;
            }
        }
        return false;
    }

    long sequence() {
        return bytes.getLong(start + RecordFormat.SEQUENCE_OFFSET);
    }

    /** Offset behind the current record; 0 before the first. */
    int end() {
        return end;
    }

    /** The order among the records of all lanes. */
    long order() {
        return bytes.getLong(start + RecordFormat.HEADER_BYTES);
    }

    byte[] payload() {
        return body(RecordFormat.ORDER_BYTES);
    }

    /** The body from an offset on. */
    byte[] body(int from) {
        byte[] body = new byte[end - start - RecordFormat.HEADER_BYTES - from];
        bytes.get(start + RecordFormat.HEADER_BYTES + from, body);
        return body;
    }

    /**
     * How many records the bytes behind the last intact one were, as far as can be told: the length of a damaged one is
     * believed only if a header that fits stands where it ends. 0 if there are no bytes behind.
     */
    int damagedBehind() {
        if (end >= bytes.limit()) {
            return 0;
        }
        int records = 1;
        int size = RecordFormat.announced(bytes, end);
        for (int at = end + size; size > 0 && headerFits(at); at += size) {
            records++;
            size = RecordFormat.announced(bytes, at);
        }
        return records;
    }

    private boolean headerFits(int at) {
        if (at > bytes.limit() - RecordFormat.HEADER_BYTES) {
            return false;
        }
        long sequence = bytes.getLong(at + RecordFormat.SEQUENCE_OFFSET);
        return sequence > lowest && sequence <= highest;
    }
}
