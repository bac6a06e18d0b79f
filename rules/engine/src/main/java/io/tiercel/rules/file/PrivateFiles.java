package io.tiercel.rules.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Files and folders that only their owner can access, whatever the umask is. */
public final class PrivateFiles {
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");

    private PrivateFiles() {}

    /** Opens a file. If the options create it, its mode is 0600. */
    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, Set.of(options), PosixFilePermissions.asFileAttribute(FILE));
    }

    /**
     * Creates a folder with mode 0700 if it does not exist. Otherwise restricts its files, and the folder itself, to their owner.
     *
     * <p>Changes nothing but files with names of the program. The folder itself is restricted only if it contains no other files: it
     * may be one that others need, such as {@code /var/tmp}, or the root of a mounted volume. Changes that only another user may make
     * are skipped. Files that are created later have mode 0600 in any case.
     *
     * @param own returns whether a name is that of a file or folder of the program
     */
    public static void restrict(Path folder, Predicate<String> own) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER));
            return;
        }
        List<Path> entries;
        try (Stream<Path> list = Files.list(folder)) {
            entries = list.toList();
        }
        boolean foreign = false;
        for (Path entry : entries) {
            if (!own.test(entry.getFileName().toString())) {
                foreign = true;
            } else if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                restrict(entry, FILE);
            }
        }
        if (!foreign) {
            restrict(folder, FOLDER);
        }
    }

    /** Removes permissions, and adds none. */
    private static void restrict(Path path, Set<PosixFilePermission> maximum) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
        if (!maximum.containsAll(permissions)) {
            permissions.retainAll(maximum);
            try {
                Files.setPosixFilePermissions(path, permissions);
            } catch (FileSystemException e) {
                // It belongs to another user, for example the root folder of a volume with fsGroup.
            }
        }
    }
}
