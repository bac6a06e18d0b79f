package io.tiercel.sensor.bpf.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The reader against a writer that does in memory what the kernel does. */
@Tag("unit")
class RingBufferTest {
    private static final int PAGE = 4096;
    private static final int SIZE = 4096;

    /** The producer: positions, lengths with flag bits, and data that wraps. */
    private static final class Producer {
        final int page;
        final ByteBuffer consumer;
        final ByteBuffer producer;

        Producer(int page) {
            this.page = page;
            consumer = ByteBuffer.allocateDirect(page).order(ByteOrder.LITTLE_ENDIAN);
            producer = ByteBuffer.allocateDirect(page + SIZE).order(ByteOrder.LITTLE_ENDIAN);
        }

        int free() {
            return SIZE - (int) (producer.getLong(0) - consumer.getLong(0));
        }

        /** Writes a record and returns the offset of its length. */
        int write(byte[] bytes, int bits) {
            long position = producer.getLong(0);
            int at = (int) (position & (SIZE - 1));
            putInt(at, bytes.length | bits);
            for (int i = 0; i < bytes.length; i++) {
                int to = (at + 8 + i) & (SIZE - 1);
                producer.put(page + to, bytes[i]);
            }
            producer.putLong(0, position + ((bytes.length + 15) & ~7));
            return at;
        }

        void putInt(int at, int value) {
            producer.putInt(page + at, value);
        }
    }

    private static byte[] copy(ByteBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return bytes;
    }

    @Property(tries = 200)
    void deliversEveryRecordOnceAndInOrder(
            @ForAll @Size(min = 1, max = 200) List<@IntRange(min = 0, max = 700) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 9) int limit,
            @ForAll @IntRange(min = 12, max = 16) int pageBits) {
        Producer kernel = new Producer(1 << pageBits);
        RingBuffer ring = new RingBuffer(kernel.consumer, kernel.producer, SIZE);
        List<byte[]> written = new ArrayList<>();
        List<byte[]> read = new ArrayList<>();
        for (int i = 0; i < lengths.size(); i++) {
            byte[] bytes = new byte[lengths.get(i)];
            for (int b = 0; b < bytes.length; b++) {
                bytes[b] = (byte) (i + b);
            }
            while (kernel.free() < bytes.length + 16) {
                ring.drain((b, o, n) -> read.add(copy(b, o, n)), limit);
            }
            boolean discarded = i % 5 == 4;
            kernel.write(bytes, discarded ? RingBuffer.DISCARDED : 0);
            if (!discarded) {
                written.add(bytes);
            }
        }
        while (ring.drain((b, o, n) -> read.add(copy(b, o, n)), limit) > 0) {}
        assertEquals(written.size(), read.size());
        for (int i = 0; i < written.size(); i++) {
            assertArrayEquals(written.get(i), read.get(i));
        }
        assertEquals(SIZE, kernel.free());
    }

    @Test
    void aBusyRecordDelaysLaterRecords() {
        Producer kernel = new Producer(PAGE);
        RingBuffer ring = new RingBuffer(kernel.consumer, kernel.producer, SIZE);
        kernel.write(new byte[] {1}, 0);
        int busy = kernel.write(new byte[] {2}, RingBuffer.BUSY);
        kernel.write(new byte[] {3}, 0);
        List<Byte> read = new ArrayList<>();
        assertEquals(1, ring.drain((b, o, n) -> read.add(b.get(o)), 100));
        kernel.putInt(busy, 1);
        assertEquals(2, ring.drain((b, o, n) -> read.add(b.get(o)), 100));
        assertEquals(List.of((byte) 1, (byte) 2, (byte) 3), read);
    }

    @Test
    void aRecordWhoseConsumerFailsIsNotDeliveredAgain() {
        Producer kernel = new Producer(PAGE);
        RingBuffer ring = new RingBuffer(kernel.consumer, kernel.producer, SIZE);
        kernel.write(new byte[] {1}, 0);
        org.junit.jupiter.api.Assertions.assertThrows(
                IllegalStateException.class,
                () -> ring.drain(
                        (b, o, n) -> {
                            throw new IllegalStateException();
                        },
                        100));
        assertEquals(0, ring.drain((b, o, n) -> {}, 100));
    }
}
