package io.tiercel.sensor.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Alerts that stand for several, kept until they go to the spool, so that a kill loses none of their count. The file has
 * {@value #SLOTS} places of {@value #SLOT_BYTES} bytes, big endian: count, time of the last, length and CRC32C of the JSON,
 * JSON. A place with a count of 0 is free. The count is written last where an alert begins, and first set to 0 where it ends.
 */
public final class AggregationFile implements AutoCloseable {
    /** Most alerts at a time. */
    public static final int SLOTS = 4_096;

    private static final int SLOT_BYTES = 8 * 1024;
    private static final int COUNTS_BYTES = 16;
    private static final int HEADER_BYTES = 24;

    private final FileChannel file;
    private final Deque<Integer> free = new ArrayDeque<>();
    private final List<Kept> leftOver = new ArrayList<>();

    /**
     * One that is kept.
     *
     * @param slot its place, 0 to {@link #SLOTS} - 1
     * @param json the first of them, JSON in UTF-8
     * @param count how many there are, at least 1
     * @param lastNanos time of the last, nanoseconds since the epoch
     */
    public record Kept(int slot, byte[] json, long count, long lastNanos) {}

    private AggregationFile(FileChannel file) throws IOException {
        this.file = file;
        for (int slot = 0; slot < SLOTS; slot++) {
            Kept kept = read(slot);
            if (kept == null) {
                free.add(slot);
            } else {
                leftOver.add(kept);
            }
        }
    }

    /**
     * Opens the file of a spool that is open.
     *
     * @throws SpoolException if it cannot be read
     */
    public static AggregationFile open(Path folder) throws SpoolException {
        Path path = folder.resolve("folds");
        try {
            FileChannel file = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                return new AggregationFile(file);
            } catch (IOException e) {
                file.close();
                throw e;
            }
        } catch (IOException e) {
            throw new SpoolException("folded alerts in " + path + " cannot be read", e);
        }
    }

    private @Nullable Kept read(int slot) throws IOException {
        long at = (long) slot * SLOT_BYTES;
        if (at >= file.size()) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES);
        while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) >= 0) {
            // goes on until all is read
        }
        bytes.flip();
        if (bytes.limit() < HEADER_BYTES || bytes.getLong(0) < 1) {
            return null;
        }
        int length = bytes.getInt(COUNTS_BYTES);
        if (length < 1 || length > bytes.limit() - HEADER_BYTES) {
            return null;
        }
        byte[] json = new byte[length];
        bytes.get(HEADER_BYTES, json);
        return bytes.getInt(COUNTS_BYTES + Integer.BYTES) == crc(json)
                ? new Kept(slot, json, bytes.getLong(0), bytes.getLong(Long.BYTES))
                : null;
    }

    /** What a former process left, in no order; to be ended one by one. */
    public List<Kept> leftOver() {
        return List.copyOf(leftOver);
    }

    /**
     * Begins one with a count of 1.
     *
     * @return its place; -1 if the alert is too large or there is no place
     * @throws IOException if it cannot be written; then it was not begun
     */
    public int begin(byte[] json, long timeNanos) throws IOException {
        if (json.length > SLOT_BYTES - HEADER_BYTES || free.isEmpty()) {
            return -1;
        }
        int slot = free.getFirst();
        ByteBuffer rest = ByteBuffer.allocate(HEADER_BYTES - COUNTS_BYTES + json.length);
        rest.putInt(json.length).putInt(crc(json)).put(json).flip();
        write(rest, (long) slot * SLOT_BYTES + COUNTS_BYTES);
        count(slot, 1, timeNanos);
        free.removeFirst();
        return slot;
    }

    /**
     * Sets the count.
     *
     * @throws IOException if it cannot be written
     */
    public void count(int slot, long count, long lastNanos) throws IOException {
        write(
                ByteBuffer.allocate(COUNTS_BYTES)
                        .putLong(count)
                        .putLong(lastNanos)
                        .flip(),
                (long) slot * SLOT_BYTES);
    }

    /**
     * Ends one: it is in the spool.
     *
     * @throws IOException if that cannot be written; then it is left over once more
     */
    public void end(int slot) throws IOException {
        count(slot, 0, 0);
        free.addFirst(slot);
    }

    private void write(ByteBuffer bytes, long at) throws IOException {
        long start = at;
        while (bytes.hasRemaining()) {
            start += file.write(bytes, start);
        }
    }

    private static int crc(byte[] json) {
        CRC32C crc = new CRC32C();
        crc.update(json);
        return (int) crc.getValue();
    }

    @Override
    public void close() throws SpoolException {
        try (file) {
            file.force(false);
        } catch (IOException e) {
            throw new SpoolException("folded alerts cannot be kept", e);
        }
    }
}
