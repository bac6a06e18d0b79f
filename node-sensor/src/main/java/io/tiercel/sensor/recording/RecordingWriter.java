package io.tiercel.sensor.recording;

import static io.tiercel.sensor.recording.RecordingFormat.*;

import io.tiercel.sensor.bpf.host.CaptureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A writer of recordings. At the size limit, or if a write fails, it logs one warning and stops. The records until then
 * stay readable, and capture continues.
 */
public final class RecordingWriter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RecordingWriter.class.getName());

    private final Path file;
    private final FileChannel channel;
    private final long maxBytes;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(2 * MAX_CONTENT).order(ByteOrder.LITTLE_ENDIAN);
    private byte[] content = new byte[4096];
    private long written;
    private boolean stopped;

    /**
     * Creates or replaces a file. Only its owner can read it, because it contains arguments and environments.
     *
     * @throws CaptureException if the file cannot be created
     */
    public RecordingWriter(Path file, long maxBytes, RecordingHeader header) {
        this.file = file;
        this.maxBytes = maxBytes;
        try {
            channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            throw new CaptureException("cannot create recording " + file + ": " + reason(e), e);
        }
        buffer.putLong(MAGIC).putInt(VERSION);
        written = PREAMBLE_SIZE;
        byte[] bytes = header.encode();
        write(ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    /** Appends a record. */
    public void write(ByteBuffer from, int offset, int length) {
        if (stopped) {
            return;
        }
        if (written + FRAME_SIZE + length > maxBytes) {
            stop("reached its limit of " + maxBytes + " bytes");
            return;
        }
        if (content.length < length) {
            content = new byte[Math.max(length, 2 * content.length)];
        }
        from.get(offset, content, 0, length);
        if (buffer.remaining() < FRAME_SIZE + length) {
            flush();
        }
        buffer.putInt(length).putInt(checksum(content, length)).put(content, 0, length);
        written += FRAME_SIZE + length;
    }

    /** Writes buffered records to the file. */
    public void flush() {
        buffer.flip();
        try {
            while (!stopped && buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            stop("cannot be written: " + reason(e));
        }
        buffer.clear();
    }

    @Override
    public void close() {
        flush();
        try {
            channel.close();
        } catch (IOException e) {
            stop("cannot be closed: " + reason(e));
        }
    }

    private void stop(String reason) {
        if (!stopped) {
            LOG.log(System.Logger.Level.WARNING, "recording {0} {1}; it contains the events until now", file, reason);
            flush();
            stopped = true;
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + " " + e.getMessage();
    }
}
