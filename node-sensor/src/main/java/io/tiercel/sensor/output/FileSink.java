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
 * Appends alerts to a file, one a line. At its size limit the file becomes {@code NAME.1}, that one {@code NAME.2}, and
 * so on; the last goes.
 *
 * <p>A line is in the file whole or not at all: what a full disk took of one is taken back.
 */
public final class FileSink implements AlertSink {
    private static final Set<StandardOpenOption> APPEND =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);

    private final Path file;
    private final OutgoingAlert.Form form;
    private final long maxBytes;
    private final int keep;
    private @Nullable FileChannel channel;
    private volatile boolean reopen;
    private volatile boolean closed;

    /**
     * Writes to a file, which is made when the first alert comes, readable by this user only.
     *
     * @param maxBytes size from which on the file is rotated; 0 for never
     * @param keep older files that are kept, 1 to 100
     */
    public FileSink(Path file, OutgoingAlert.Form form, long maxBytes, int keep) {
        if (maxBytes < 0 || keep < 1 || keep > 100) {
            throw new IllegalArgumentException("a file's limit is at least 0 bytes, and 1 to 100 older ones are kept");
        }
        this.file = file;
        this.form = form;
        this.maxBytes = maxBytes;
        this.keep = keep;
    }

    /** Has the file opened anew before the next alert, as who rotates it from outside wants. Any thread may ask. */
    public void reopen() {
        reopen = true;
    }

    @Override
    public void write(OutgoingAlert alert) throws IOException {
        byte[] line = alert.line(form);
        FileChannel out = ready(line.length);
        long before = regular() ? out.size() : -1;
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

    private FileChannel ready(int lineLength) throws IOException {
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
        if (maxBytes > 0 && regular() && out.size() > 0 && out.size() + lineLength > maxBytes) {
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
            throw new IOException("the folder of " + file + " does not exist", e);
        }
        channel = out;
        return out;
    }

    private void rotate() throws IOException {
        for (int i = keep; i > 1; i--) {
            Path older = numbered(i - 1);
            if (Files.exists(older, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(older, numbered(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path numbered(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    /** A pipe or a device has no size to keep to. */
    private boolean regular() {
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
                        .log(System.Logger.Level.WARNING, "closing " + file + " failed: " + e.getMessage());
            }
        }
    }
}
