package io.tiercel.sensor.bpf;

import java.nio.ByteBuffer;

/** Takes records one by one. */
@FunctionalInterface
public interface RecordConsumer {
    /**
     * Takes one record.
     *
     * @param buffer holds it, little-endian; only valid during the call
     * @param offset where it starts, in bytes
     * @param length its length in bytes
     */
    void record(ByteBuffer buffer, int offset, int length);
}
