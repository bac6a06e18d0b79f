package io.tiercel.functions.local.sqlite;

import io.tiercel.rules.file.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;

/** The data directory of the server, locked by one server at a time. The kernel releases the lock of a killed server. */
public final class DataDirectory implements AutoCloseable {
    /** All files and folders that the server creates. */
    private static final Pattern OWN_FILES = Pattern.compile(
            "lock|server\\.json|token|anchors|evidence|space-check|stop-responses|functions\\.db(-wal|-shm|-journal)?");

    private final Path folder;
    private final FileChannel channel;

    private DataDirectory(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Locks the directory. Creates it if it does not exist. Only their owner can access the directory and its files ({@link
     * PrivateFiles#restrict}).
     *
     * @throws DataDirectoryUnavailableException if the directory is locked or cannot be used
     */
    public static DataDirectory claim(Path folder) {
        try {
            PrivateFiles.restrict(folder, OWN_FILES.asMatchPredicate());
            FileChannel channel =
                    PrivateFiles.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (locked(channel)) {
                return new DataDirectory(folder, channel);
            }
            channel.close();
            throw new DataDirectoryUnavailableException("another server uses the data directory "
                    + folder.toAbsolutePath() + "; stop that server, or choose another directory with --data");
        } catch (IOException e) {
            throw new DataDirectoryUnavailableException("cannot use the data directory " + folder.toAbsolutePath()
                    + " (" + e.getClass().getSimpleName() + ": " + e.getMessage() + "); choose another with --data");
        }
    }

    /** Returns whether a directory has no space for a database. */
    public static boolean diskFull(Path folder) {
        return StoreFiles.checkSpace(folder)
                .filter(fault -> fault.kind() == StoreFault.Kind.DISK_FULL)
                .isPresent();
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /**
     * Returns a file of the directory. Creates it, empty, if it does not exist: SQLite's own files have the mode of the database file.
     *
     * @throws DataDirectoryUnavailableException if the file cannot be created
     */
    Path file(String name) {
        Path file = folder.resolve(name);
        try {
            if (!Files.exists(file)) {
                PrivateFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                        .close();
            }
            return file;
        } catch (IOException e) {
            throw new DataDirectoryUnavailableException("cannot create " + file.toAbsolutePath() + " ("
                    + e.getClass().getSimpleName() + ": " + e.getMessage() + ")");
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new DataDirectoryUnavailableException(
                    "the lock of " + folder + " cannot be released: " + e.getMessage());
        }
    }
}
