package io.tiercel.sensor.spool;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Layout of a record, big endian: length of the body, CRC32C of all that follows and of the length, sequence, body. The
 * body is the order among the records of all lanes, eight bytes, and the payload.
 *
 * <p>The sequence counts the records of one lane, so that a reader can say how many are missing between two that it could
 * read. A payload is JSON, which has no zero bytes, so nothing inside a payload looks like a header, and after damage the
 * next record is found by looking for a header that fits.
 */
final class RecordFormat {
    static final int LENGTH_OFFSET = 0;
    static final int CRC_OFFSET = 4;
    static final int SEQUENCE_OFFSET = 8;
    static final int HEADER_BYTES = 16;
    static final int ORDER_BYTES = Long.BYTES;

    /** Largest payload in bytes: what a reader of alerts takes. */
    static final int MAX_PAYLOAD_BYTES = 256 * 1024;

    static final int MAX_BODY_BYTES = ORDER_BYTES + MAX_PAYLOAD_BYTES;
    static final int MAX_RECORD_BYTES = HEADER_BYTES + MAX_BODY_BYTES;

    private RecordFormat() {}

    /** Size in bytes of the record of a payload. */
    static int size(byte[] payload) {
        return HEADER_BYTES + ORDER_BYTES + payload.length;
    }

    static ByteBuffer encode(long sequence, long order, byte[] payload) {
        ByteBuffer record = ByteBuffer.allocate(size(payload));
        record.putInt(LENGTH_OFFSET, ORDER_BYTES + payload.length);
        record.putLong(SEQUENCE_OFFSET, sequence);
        record.putLong(HEADER_BYTES, order);
        record.put(HEADER_BYTES + ORDER_BYTES, payload);
        record.putInt(CRC_OFFSET, crc(record, 0, ORDER_BYTES + payload.length));
        return record;
    }

    /** Size in bytes of the record that the header at the offset announces; -1 if it is none or does not fit. */
    static int announced(ByteBuffer bytes, int at) {
        if (bytes.limit() - at < HEADER_BYTES) {
            return -1;
        }
        int length = bytes.getInt(at + LENGTH_OFFSET);
        return length < 1 || length > MAX_BODY_BYTES || length > bytes.limit() - at - HEADER_BYTES
                ? -1
                : HEADER_BYTES + length;
    }

    static boolean intact(ByteBuffer bytes, int at) {
        int size = announced(bytes, at);
        return size > 0 && bytes.getInt(at + CRC_OFFSET) == crc(bytes, at, size - HEADER_BYTES);
    }

    private static int crc(ByteBuffer bytes, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(at + LENGTH_OFFSET, Integer.BYTES));
        crc.update(bytes.slice(at + SEQUENCE_OFFSET, Long.BYTES + length));
        return (int) crc.getValue();
    }
}
