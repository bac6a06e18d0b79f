package io.tiercel.sensor.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A sink that appends alerts to a file, one on each line.
 *
 * <p>At the size limit, the file becomes {@code NAME.1}, {@code NAME.1} becomes {@code NAME.2}, and so on. The oldest
 * file is deleted.
 *
 * <p>The file never contains a partial line: if the disk is full, the sink truncates the line that it could not finish.
 */
public final class FileSink implements AlertSink {
    private static final Set<StandardOpenOption> APPEND =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);

    private final Path file;
    private final AlertFormat format;
    private final long maxBytes;
    private final int keep;
    private @Nullable FileChannel channel;
    private volatile boolean reopen;
    private volatile boolean closed;

    /**
     * Creates a sink. The first alert creates the file, which only its owner can read.
     *
     * @param maxBytes size at which the file is rotated; 0 for never
     * @param keep number of rotated files to keep, 1 to 100
     */
    public FileSink(Path file, AlertFormat format, long maxBytes, int keep) {
        if (maxBytes < 0 || keep < 1 || keep > 100) {
            throw new IllegalArgumentException(
                    "the size limit must be at least 0 bytes, and the number of rotated files 1 to 100");
        }
        this.file = file;
        this.format = format;
        this.maxBytes = maxBytes;
        this.keep = keep;
    }

    /**
     * Reopens the file before the next alert, for tools that rotate it from outside. Any thread may call this method.
     */
    public void reopen() {
        reopen = true;
    }

    @Override
    public void write(OutgoingAlert alert) throws IOException {
        byte[] line = alert.line(format);
        FileChannel out = openFor(line.length);
        long before = isRegularFile() ? out.size() : -1;
        ByteBuffer bytes = ByteBuffer.wrap(line);
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            if (before >= 0 && out.isOpen()) {
                out.truncate(before);
            }
            throw e;
        }
    }

    private FileChannel openFor(int lineLength) throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        FileChannel out = channel;
        if (out != null && reopen) {
            out.close();
            out = null;
        }
        if (out == null) {
            reopen = false;
            out = open();
        }
        if (maxBytes > 0 && isRegularFile() && out.size() > 0 && out.size() + lineLength > maxBytes) {
            out.close();
            channel = null;
            rotate();
            out = open();
        }
        return out;
    }

    private FileChannel open() throws IOException {
        FileChannel out;
        try {
            out = FileChannel.open(
                    file, APPEND, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (NoSuchFileException e) {
            throw new IOException("cannot open " + file + ": its folder does not exist", e);
        }
        channel = out;
        return out;
    }

    private void rotate() throws IOException {
        for (int i = keep; i > 1; i--) {
            Path older = rotatedFile(i - 1);
            if (Files.exists(older, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(older, rotatedFile(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(file, rotatedFile(1), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path rotatedFile(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    /** Returns false for a pipe or a device, which has no size to limit. */
    private boolean isRegularFile() {
        return Files.isRegularFile(file);
    }

    @Override
    public void close() {
        closed = true;
        FileChannel out = channel;
        if (out != null) {
            try {
                out.close();
            } catch (IOException e) {
                System.getLogger(FileSink.class.getName())
                        .log(System.Logger.Level.WARNING, "cannot close " + file + ": " + e.getMessage());
            }
        }
    }
}
