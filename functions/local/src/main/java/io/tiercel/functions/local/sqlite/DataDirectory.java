package io.tiercel.functions.local.sqlite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** The folder that holds the server's data, claimed by one server at a time; the kernel drops the claim of a killed one. */
public final class DataDirectory implements AutoCloseable {
    private final Path folder;
    private final FileChannel channel;

    private DataDirectory(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Claims the folder, making it (for the owner alone) if needed.
     *
     * @throws DataDirectoryUnavailableException if it cannot be had
     */
    public static DataDirectory claim(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            FileChannel channel =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (locked(channel)) {
                return new DataDirectory(folder, channel);
            }
            channel.close();
            throw new DataDirectoryUnavailableException("another server uses the data folder " + folder.toAbsolutePath()
                    + "; stop it, or give this one a folder of its own with --data");
        } catch (IOException e) {
            throw new DataDirectoryUnavailableException(
                    "the data folder " + folder.toAbsolutePath() + " cannot be used ("
                            + e.getClass().getSimpleName() + ": " + e.getMessage() + "); give another with --data");
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    Path file(String name) {
        return folder.resolve(name);
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
