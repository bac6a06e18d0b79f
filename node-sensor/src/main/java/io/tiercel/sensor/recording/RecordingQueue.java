package io.tiercel.sensor.recording;

import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.bpf.record.RecordLayout;
import io.tiercel.sensor.thread.AbandonableCall;
import io.tiercel.sensor.thread.SupervisedThread;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A recording whose disk the event thread does not wait for. A worker writes the records from a queue that is bounded in bytes. Records
 * that do not fit are lost and counted, and a record of kind {@link RecordLayout#RECORD_GAP} marks their place.
 *
 * <p>Only the event thread calls the public methods.
 */
public final class RecordingQueue implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RecordingQueue.class.getName());

    /** The part of the maximum heap that waiting records may use: an eighth, 16 MiB in the default heap. */
    private static final int HEAP_PART = 8;

    private static final int CHUNK_BYTES = 64 * 1024;
    private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final Path file;
    private final RecordingWriter writer;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
    private final SupervisedThread thread = SupervisedThread.unstarted("recording", this::run);
    private ByteBuffer current = newChunk(CHUNK_BYTES);
    private long waitingBytes;
    private long lost;
    private long unmarked;
    private boolean closing;

    RecordingQueue(Path file, RecordingWriter writer, long maxBytes) {
        this.file = file;
        this.writer = writer;
        this.maxBytes = maxBytes;
        thread.start();
    }

    /**
     * Creates or replaces a file, and starts the worker.
     *
     * @param maxFileBytes maximum size of the file
     * @throws CaptureException if the file cannot be created, or its disk does not answer within 30 s
     */
    public static RecordingQueue open(Path file, long maxFileBytes, RecordingHeader header) {
        try {
            RecordingWriter writer = AbandonableCall.run(
                    "recording-open", OPEN_TIMEOUT, () -> new RecordingWriter(file, maxFileBytes, header));
            return new RecordingQueue(file, writer, Runtime.getRuntime().maxMemory() / HEAP_PART);
        } catch (TimeoutException e) {
            throw new CaptureException("cannot create recording " + file + ": its disk does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CaptureException("cannot create recording " + file + ": interrupted", e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new CaptureException("cannot create recording " + file + ": " + e, e);
        }
    }

    private static ByteBuffer newChunk(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Adds a record. Does not wait for the disk. */
    public void write(ByteBuffer from, int offset, int length) {
        if (unmarked > 0) {
            byte[] gap = gap(unmarked);
            if (reserve(gap.length + length)) {
                unmarked = 0;
                add(ByteBuffer.wrap(gap), 0, gap.length);
            }
        }
        if (unmarked > 0 || !reserve(length)) {
            lost++;
            unmarked++;
            return;
        }
        add(from, offset, length);
    }

    private static byte[] gap(long records) {
        return new RecordBuilder(RecordLayout.RECORD_GAP)
                .header(RecordLayout.HEADER_RESULT, records)
                .build();
    }

    /** Returns true if the queue has room for records of this size. */
    private boolean reserve(int length) {
        lock.lock();
        try {
            return waitingBytes + current.position() + Integer.BYTES + length <= maxBytes;
        } finally {
            lock.unlock();
        }
    }

    private void add(ByteBuffer from, int offset, int length) {
        if (current.remaining() < Integer.BYTES + length) {
            flush();
            if (current.capacity() < Integer.BYTES + length) {
                current = newChunk(Integer.BYTES + length);
            }
        }
        current.putInt(length).put(current.position(), from, offset, length);
        current.position(current.position() + length);
    }

    /** Hands the records so far to the worker. Does not wait for the disk. */
    public void flush() {
        if (current.position() == 0) {
            return;
        }
        byte[] chunk = Arrays.copyOf(current.array(), current.position());
        current.clear();
        lock.lock();
        try {
            chunks.add(chunk);
            waitingBytes += chunk.length;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of records that did not fit into the queue. */
    long lost() {
        return lost;
    }

    private void run() throws InterruptedException {
        for (byte[] chunk = take(); chunk != null; chunk = take()) {
            ByteBuffer records = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
            while (records.hasRemaining()) {
                int length = records.getInt();
                writer.write(records, records.position(), length);
                records.position(records.position() + length);
            }
            writer.flush();
            remove(chunk.length);
        }
        writer.close();
    }

    /** Returns the next chunk; null at the end. Its bytes count until it is written. */
    private byte @Nullable [] take() throws InterruptedException {
        lock.lock();
        try {
            while (chunks.isEmpty() && !closing) {
                changed.await();
            }
            return chunks.poll();
        } finally {
            lock.unlock();
        }
    }

    private void remove(int bytes) {
        lock.lock();
        try {
            waitingBytes -= bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Writes the waiting records, for at most a second. A worker that hangs is abandoned. */
    @Override
    public void close() {
        if (unmarked > 0) {
            byte[] gap = gap(unmarked);
            add(ByteBuffer.wrap(gap), 0, gap.length);
        }
        flush();
        lock.lock();
        try {
            closing = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            if (!thread.join(CLOSE_TIMEOUT)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "recording {0} is incomplete: its disk does not answer, and its last records are missing",
                        file);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (lost > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "recording {0} is incomplete: {1} records are missing, because its disk was too slow",
                    file,
                    Long.toString(lost));
        }
    }
}
