package io.tiercel.sensor.recording;

import static io.tiercel.sensor.recording.RecordingFormat.*;

import io.tiercel.sensor.bpf.host.CaptureException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A reader of recordings. It checks everything it reads, because a recording may come from anywhere. */
public final class RecordingReader implements AutoCloseable {
    private final Path file;
    private final InputStream in;
    private final RecordingHeader header;
    private final ByteBuffer frame = ByteBuffer.allocate(FRAME_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private ByteBuffer content = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    private int length;
    private long offset;
    private long frameOffset;

    /**
     * Opens a file and reads its header.
     *
     * @throws CaptureException if the file does not exist, or is not a recording of the supported version
     */
    public RecordingReader(Path file) {
        this.file = file;
        try {
            in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        } catch (NoSuchFileException e) {
            throw new CaptureException("recording " + file + " does not exist", e);
        } catch (IOException e) {
            throw new CaptureException("cannot open recording " + file + ": " + e, e);
        }
        try {
            header = readHeader();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    public RecordingHeader header() {
        return header;
    }

    /**
     * Moves to the next record.
     *
     * @return false at the end of the file
     * @throws CaptureException if the file is damaged; the message contains the offset
     */
    public boolean next() {
        frameOffset = offset;
        try {
            int read = in.readNBytes(frame.array(), 0, FRAME_SIZE);
            if (read == 0) {
                return false;
            }
            if (read < FRAME_SIZE) {
                throw damaged("is truncated");
            }
            length = frame.getInt(0);
            if (length <= 0 || length > MAX_CONTENT) {
                throw damaged("is damaged (record length " + length + ")");
            }
            if (content.capacity() < length) {
                content = ByteBuffer.allocate(Math.max(length, 2 * content.capacity()))
                        .order(ByteOrder.LITTLE_ENDIAN);
            }
            if (in.readNBytes(content.array(), 0, length) < length) {
                throw damaged("is truncated");
            }
        } catch (IOException e) {
            throw new CaptureException("cannot read recording " + file + " at byte " + frameOffset + ": " + e, e);
        }
        if (checksum(content.array(), length) != frame.getInt(4)) {
            throw damaged("is damaged (checksum mismatch)");
        }
        offset += FRAME_SIZE + length;
        return true;
    }

    /** Returns a buffer that starts with the record. It is valid until the next call of {@link #next}. */
    public ByteBuffer content() {
        return content;
    }

    /** Returns the length of the record in bytes. */
    public int length() {
        return length;
    }

    /** Returns how much of the file has been read, in bytes. */
    public long position() {
        return offset;
    }

    /** Creates an exception with the offset of the current record. */
    public CaptureException damaged(String problem) {
        return new CaptureException(
                "recording " + file + " " + problem + " at byte " + frameOffset + "; earlier events were replayed");
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new CaptureException("cannot close recording " + file + ": " + e, e);
        }
    }

    private RecordingHeader readHeader() {
        ByteBuffer preamble = ByteBuffer.allocate(PREAMBLE_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        try {
            if (in.readNBytes(preamble.array(), 0, PREAMBLE_SIZE) < PREAMBLE_SIZE) {
                throw new EOFException();
            }
        } catch (IOException e) {
            throw new CaptureException(file + " is not a recording: it is shorter than the header", e);
        }
        if (preamble.getLong(0) != MAGIC) {
            throw new CaptureException(file + " is not a recording: wrong magic number");
        }
        int version = preamble.getInt(8);
        if (version < OLDEST_VERSION || version > VERSION) {
            throw new CaptureException("recording " + file + " has version " + version
                    + "; this sensor supports versions " + OLDEST_VERSION + " to " + VERSION);
        }
        offset = PREAMBLE_SIZE;
        if (!next()) {
            throw damaged("is truncated");
        }
        byte[] bytes = new byte[length];
        content.get(0, bytes);
        try {
            return RecordingHeader.decode(bytes);
        } catch (NumberFormatException e) {
            throw new CaptureException("recording " + file + " has an invalid header: " + e.getMessage(), e);
        }
    }
}
