package io.tiercel.sensor.spool;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Binary layout of a record, big endian: length of the body, CRC32C of length, sequence number and body, sequence
 * number, body. The body consists of the order (eight bytes) and the payload.
 *
 * <p>The sequence number counts the records of one partition, so that a reader knows how many records are missing. The
 * order counts the records of all partitions. A payload is JSON and contains no zero bytes, so it never looks like a
 * header. After damage, a reader finds the next record by searching for a valid header.
 */
final class RecordFormat {
    static final int LENGTH_OFFSET = 0;
    static final int CRC_OFFSET = 4;
    static final int SEQUENCE_OFFSET = 8;
    static final int HEADER_BYTES = 16;
    static final int ORDER_BYTES = Long.BYTES;

    /** Maximum payload size, which equals the maximum alert size that receivers accept. */
    static final int MAX_PAYLOAD_BYTES = 256 * 1024;

    static final int MAX_BODY_BYTES = ORDER_BYTES + MAX_PAYLOAD_BYTES;
    static final int MAX_RECORD_BYTES = HEADER_BYTES + MAX_BODY_BYTES;

    private RecordFormat() {}

    /** Returns the record size of a payload in bytes. */
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

    /**
     * Returns the record size from the header at the offset, or -1 if the header is invalid or the record does not
     * fit.
     */
    static int recordSize(ByteBuffer bytes, int offset) {
        if (bytes.limit() - offset < HEADER_BYTES) {
            return -1;
        }
        int length = bytes.getInt(offset + LENGTH_OFFSET);
        return length < 1 || length > MAX_BODY_BYTES || length > bytes.limit() - offset - HEADER_BYTES
                ? -1
                : HEADER_BYTES + length;
    }

    static boolean isIntact(ByteBuffer bytes, int offset) {
        int size = recordSize(bytes, offset);
        return size > 0 && bytes.getInt(offset + CRC_OFFSET) == crc(bytes, offset, size - HEADER_BYTES);
    }

    private static int crc(ByteBuffer bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(offset + LENGTH_OFFSET, Integer.BYTES));
        crc.update(bytes.slice(offset + SEQUENCE_OFFSET, Long.BYTES + length));
        return (int) crc.getValue();
    }
}
