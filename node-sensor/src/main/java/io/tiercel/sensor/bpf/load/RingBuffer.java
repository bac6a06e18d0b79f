package io.tiercel.sensor.bpf.load;

import io.tiercel.sensor.bpf.record.RecordConsumer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The consumer side of a BPF ring buffer in shared memory (Documentation/bpf/ringbuf.rst). One thread reads.
 *
 * <p>The kernel offers the data pages twice in a row, so that a record that wraps is contiguous. This class maps them once,
 * because pages that are mapped twice count twice in the process's memory. It copies a record that wraps into a buffer, which
 * happens once per round.
 *
 * <p>The kernel first writes the length of a record with a busy bit. It clears the bit with release order when the record is
 * complete, and advances the producer position with release order. The reader advances the consumer position with release
 * order when it no longer needs the bytes.
 */
public final class RingBuffer {
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int INITIAL_WRAPPED_SIZE = 4096;

    static final int BUSY = 1 << 31;
    static final int DISCARDED = 1 << 30;
    static final int LENGTH_SIZE = 8;

    /** Records after which their space is released. */
    private static final int BATCH = 128;

    private final ByteBuffer consumer;
    private final ByteBuffer producer;
    private final int data;
    private final long mask;
    private ByteBuffer wrapped = ByteBuffer.allocateDirect(INITIAL_WRAPPED_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private long position;

    /**
     * Creates a reader. Both buffers are little-endian.
     *
     * @param consumer the consumer page, whose size is that of the machine's pages
     * @param producer the producer page, followed by the data
     * @param size size of the data in bytes, a power of two
     */
    public RingBuffer(ByteBuffer consumer, ByteBuffer producer, int size) {
        int page = consumer.capacity();
        if (Integer.bitCount(size) != 1 || producer.capacity() < page + size) {
            throw new IllegalArgumentException("ring of " + size + " bytes in " + producer.capacity());
        }
        this.consumer = consumer;
        this.producer = producer;
        this.data = page;
        this.mask = size - 1L;
        this.position = (long) LONG.getAcquire(consumer, 0);
    }

    /**
     * Passes complete records to the consumer, in order, up to a limit.
     *
     * @return the number of records; 0 if there is none
     */
    public int drain(RecordConsumer records, int limit) {
        int count = 0;
        long end = (long) LONG.getAcquire(producer, 0);
        try {
            while (position < end && count < limit) {
                long begin = position;
                int length = (int) INT.getAcquire(producer, data + (int) (begin & mask));
                if ((length & BUSY) != 0) {
                    break;
                }
                int size = length & ~(BUSY | DISCARDED);
                position += (size + LENGTH_SIZE + 7L) & ~7L;
                if ((length & DISCARDED) == 0) {
                    count++;
                    deliver(records, (int) ((begin + LENGTH_SIZE) & mask), size);
                    if (count % BATCH == 0) {
                        LONG.setRelease(consumer, 0, position);
                    }
                }
            }
        } finally {
            LONG.setRelease(consumer, 0, position);
        }
        return count;
    }

    private void deliver(RecordConsumer records, int from, int size) {
        int beforeEnd = (int) (mask + 1) - from;
        if (size <= beforeEnd) {
            records.record(producer, data + from, size);
            return;
        }
        if (wrapped.capacity() < size) {
            wrapped = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
        }
        wrapped.put(0, producer, data + from, beforeEnd);
        wrapped.put(beforeEnd, producer, data, size - beforeEnd);
        records.record(wrapped, 0, size);
    }
}
