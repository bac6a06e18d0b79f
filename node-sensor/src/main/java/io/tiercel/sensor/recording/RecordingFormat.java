package io.tiercel.sensor.recording;

import java.util.zip.CRC32C;

/**
 * The format of a recording, little-endian: eight bytes of magic, the version as 32 bits, then frames.
 *
 * <p>A frame is the length of its content, the CRC-32C of length and content (32 bits each), and the content. The first
 * frame is the header. Each further frame is a record as {@link io.tiercel.sensor.bpf.record.RecordLayout} describes it.
 */
final class RecordingFormat {
    static final long MAGIC = 0x4345524c43524954L; // "TIRCLREC"
    static final int VERSION = 4;

    /** The oldest version that can be read. It lacks the records of the clock and of gaps. */
    static final int OLDEST_VERSION = 3;

    static final int PREAMBLE_SIZE = 12;
    static final int FRAME_SIZE = 8;

    /** Maximum size of the content of a frame, above that of the largest record. */
    static final int MAX_CONTENT = 1 << 18;

    private RecordingFormat() {}

    static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(length & 0xff);
        crc.update(length >>> 8 & 0xff);
        crc.update(length >>> 16 & 0xff);
        crc.update(length >>> 24);
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
