package io.tiercel.functions.local.sqlite;

import io.tiercel.rules.file.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of the database in their file system. Detects files that were deleted or replaced: the server could write to them until it
 * stops, and would then lose everything.
 */
final class StoreFiles {
    /** The free space that writing needs, bytes: more than one post and its part of the write-ahead log. */
    static final int MIN_FREE = 1 << 20;

    /**
     * The free space that ends an episode of a full disk, bytes: three of the largest posts. It is more than {@link #MIN_FREE}, so that
     * one post does not start the next episode.
     */
    static final int RECOVERY_FREE = 12 << 20;

    /** A file that exists only while free space is verified. */
    static final String SPACE_CHECK = "space-check";

    private static final String ENOSPC = "No space left on device";
    private static final String EDQUOT = "Disk quota exceeded";
    private static final String EROFS = "Read-only file system";

    private final Path database;
    private final Path log;
    private final @Nullable Object databaseKey;
    private final @Nullable Object logKey;

    private StoreFiles(Path database) throws IOException {
        this.database = database;
        this.log = database.resolveSibling(database.getFileName() + "-wal");
        this.databaseKey = key(database);
        this.logKey = key(log);
    }

    /**
     * Remembers the files of an open database.
     *
     * @throws IOException if they do not exist
     */
    static StoreFiles of(Path database) throws IOException {
        return new StoreFiles(database);
    }

    private static @Nullable Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /** Returns the directory, absolute. */
    Path folder() {
        return Objects.requireNonNull(database.toAbsolutePath().getParent());
    }

    /** Returns whether both files are where they were opened. */
    boolean inPlace() {
        try {
            return equal(databaseKey, key(database)) && equal(logKey, key(log));
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean equal(@Nullable Object expected, @Nullable Object actual) {
        return expected != null && expected.equals(actual);
    }

    /** Returns the size of the write-ahead log, bytes; 0 if it cannot be read. */
    long logBytes() {
        try {
            return Files.size(log);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Returns whether the file system says that it has less than {@link #MIN_FREE} left for ordinary users. */
    boolean spaceIsLow() {
        return hasLessThan(MIN_FREE);
    }

    /** Returns whether the file system says that it has less than a number of bytes left for ordinary users. */
    boolean hasLessThan(long bytes) {
        try {
            FileStore store = Files.getFileStore(folder());
            // A file system without a limit reports no size.
            return store.getTotalSpace() > 0 && store.getUsableSpace() < bytes;
        } catch (IOException e) {
            return false;
        }
    }

    /** Writes and removes a file of {@link #MIN_FREE} bytes. Returns the reason if that is impossible. */
    Optional<StoreFault> checkSpace() {
        return inPlace() ? checkSpace(folder()) : Optional.of(StoreFault.FILES_GONE);
    }

    /** Writes and removes a file of {@link #MIN_FREE} bytes in a directory. Returns the reason if that is impossible. */
    static Optional<StoreFault> checkSpace(Path folder) {
        Path file = folder.resolve(SPACE_CHECK);
        try {
            try (FileChannel channel = PrivateFiles.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer zeros = ByteBuffer.allocate(MIN_FREE);
                while (zeros.hasRemaining()) {
                    channel.write(zeros);
                }
                channel.force(true);
            } finally {
                Files.deleteIfExists(file);
            }
            return Optional.empty();
        } catch (IOException e) {
            StoreFault.Kind kind = kind(e);
            return Optional.of(new StoreFault(kind, kind == StoreFault.Kind.DISK_FULL ? "ENOSPC" : ""));
        }
    }

    private static StoreFault.Kind kind(Exception e) {
        String reason = e instanceof FileSystemException system ? system.getReason() : e.getMessage();
        if (reason != null && (reason.contains(ENOSPC) || reason.contains(EDQUOT))) {
            return StoreFault.Kind.DISK_FULL;
        }
        return e instanceof AccessDeniedException || reason != null && reason.contains(EROFS)
                ? StoreFault.Kind.READ_ONLY
                : StoreFault.Kind.IO_ERROR;
    }
}
