package io.tiercel.sensor.spool;

import io.tiercel.rules.file.PrivateFiles;
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
 * A file with aggregated alerts that are not yet in the spool, so that a killed process does not lose their count.
 *
 * <p>The file has {@value #SLOTS} slots of {@value #SLOT_BYTES} bytes, big endian. A slot holds the count, the time of
 * the last alert, length and CRC32C of the JSON, and the JSON. A slot with count 0 is free. The count is written last
 * when an alert is added, and is set to 0 first when it is removed.
 */
public final class AggregationFile implements AutoCloseable {
    /** Maximum number of entries. */
    public static final int SLOTS = 4_096;

    private static final int SLOT_BYTES = 8 * 1024;
    private static final int COUNTS_BYTES = 16;
    private static final int HEADER_BYTES = 24;

    /** Maximum size of an alert in bytes of JSON. */
    public static final int MAX_JSON_BYTES = SLOT_BYTES - HEADER_BYTES;

    private final FileChannel file;
    private final Deque<Integer> free = new ArrayDeque<>();
    private final List<Entry> recovered = new ArrayList<>();

    /**
     * An aggregated alert.
     *
     * @param slot index of the slot, 0 to {@link #SLOTS} - 1
     * @param json the first alert, JSON in UTF-8
     * @param count number of alerts, at least 1
     * @param lastNanos time of the last alert, in nanoseconds since the epoch
     */
    public record Entry(int slot, byte[] json, long count, long lastNanos) {}

    private AggregationFile(FileChannel file) throws IOException {
        this.file = file;
        for (int slot = 0; slot < SLOTS; slot++) {
            Entry entry = read(slot);
            if (entry == null) {
                free.add(slot);
            } else {
                recovered.add(entry);
            }
        }
    }

    /**
     * Opens the file in the folder of an open spool.
     *
     * @throws SpoolException if the file cannot be read
     */
    public static AggregationFile open(Path folder) throws SpoolException {
        Path path = folder.resolve("aggregation");
        try {
            FileChannel file = PrivateFiles.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                return new AggregationFile(file);
            } catch (IOException e) {
                file.close();
                throw e;
            }
        } catch (IOException e) {
            throw new SpoolException("cannot read aggregated alerts from " + path, e);
        }
    }

    private @Nullable Entry read(int slot) throws IOException {
        long offset = (long) slot * SLOT_BYTES;
        if (offset >= file.size()) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES);
        while (bytes.hasRemaining() && file.read(bytes, offset + bytes.position()) >= 0) {
            // Repeats until the buffer is full or the file ends.
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
                ? new Entry(slot, json, bytes.getLong(0), bytes.getLong(Long.BYTES))
                : null;
    }

    /**
     * Returns the entries that a previous process left, in no particular order. The caller removes them one by one.
     */
    public List<Entry> recovered() {
        return List.copyOf(recovered);
    }

    /**
     * Adds an entry with a count of 1.
     *
     * @return the slot, or -1 if the alert is too large or no slot is free
     * @throws IOException if the entry cannot be written; the file is then unchanged
     */
    public int add(byte[] json, long timeNanos) throws IOException {
        if (json.length > MAX_JSON_BYTES || free.isEmpty()) {
            return -1;
        }
        int slot = free.getFirst();
        ByteBuffer content = ByteBuffer.allocate(HEADER_BYTES - COUNTS_BYTES + json.length);
        content.putInt(json.length).putInt(crc(json)).put(json).flip();
        write(content, (long) slot * SLOT_BYTES + COUNTS_BYTES);
        update(slot, 1, timeNanos);
        free.removeFirst();
        return slot;
    }

    /**
     * Sets the count of an entry.
     *
     * @throws IOException if the count cannot be written
     */
    public void update(int slot, long count, long lastNanos) throws IOException {
        write(
                ByteBuffer.allocate(COUNTS_BYTES)
                        .putLong(count)
                        .putLong(lastNanos)
                        .flip(),
                (long) slot * SLOT_BYTES);
    }

    /**
     * Removes an entry that is in the spool.
     *
     * @throws IOException if the change cannot be written; the next process then recovers the entry again
     */
    public void remove(int slot) throws IOException {
        update(slot, 0, 0);
        free.addFirst(slot);
    }

    private void write(ByteBuffer bytes, long offset) throws IOException {
        long start = offset;
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
            throw new SpoolException("cannot write aggregated alerts to disk", e);
        }
    }
}
