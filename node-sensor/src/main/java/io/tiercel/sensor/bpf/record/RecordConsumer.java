package io.tiercel.sensor.bpf.record;

import java.nio.ByteBuffer;

/** Receives records one by one. */
@FunctionalInterface
public interface RecordConsumer {
    /**
     * Receives one record.
     *
     * @param buffer contains the record, little-endian; valid only during the call
     * @param offset start of the record in bytes
     * @param length length of the record in bytes
     */
    void record(ByteBuffer buffer, int offset, int length);
}
