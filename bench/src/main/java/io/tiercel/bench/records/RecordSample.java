package io.tiercel.bench.records;

import io.tiercel.sensor.bpf.record.RecordView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Records one after the other in a direct buffer, as in the ring buffer of the kernel. */
final class RecordSample {
    /** The number of records. Divisible by the length of a {@linkplain RecordedNode#PROCESS process}. */
    static final int SIZE = 192;

    private final ByteBuffer buffer;
    private final int[] offsets = new int[SIZE];
    private final int[] lengths = new int[SIZE];

    /**
     * Copies records.
     *
     * @param records at least one; they are repeated until the sample is full
     */
    RecordSample(List<byte[]> records) {
        int size = 0;
        for (int i = 0; i < SIZE; i++) {
            offsets[i] = size;
            lengths[i] = records.get(i % records.size()).length;
            size += lengths[i] + 7 & ~7;
        }
        buffer = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < SIZE; i++) {
            buffer.put(offsets[i], records.get(i % records.size()));
        }
    }

    /** Moves a view to a record. */
    void moveTo(int index, RecordView view) {
        if (!view.wrap(buffer, offsets[index], lengths[index])) {
            throw new IllegalStateException("The recording contains an invalid record");
        }
    }
}
