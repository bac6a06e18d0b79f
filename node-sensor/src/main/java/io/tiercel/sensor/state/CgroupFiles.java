package io.tiercel.sensor.state;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;

/** The unified cgroup hierarchy as a file system: the inode of a directory is the cgroup's id. */
final class CgroupFiles {
    private static final int MAX_DEPTH = 64;
    private static final int MOUNTS_LIMIT = 1 << 20;

    interface Visitor {
        void cgroup(long id, String path);
    }

    private final Path mount;

    /** Finds where the hierarchy is mounted, below {@code root}; if it is nowhere, no cgroup has an id. */
    CgroupFiles(Path root) {
        String found = "";
        for (String line : ByteFiles.text(root.resolve("proc/self/mountinfo"), MOUNTS_LIMIT)
                .split("\n")) {
            int dash = line.indexOf(" - cgroup2 ");
            String[] fields = line.split(" ");
            if (dash >= 0 && fields.length > 4 && found.isEmpty()) {
                found = ByteFiles.name(fields[4]);
            }
        }
        mount = root.resolve(found.isEmpty() ? "sys/fs/cgroup" : found.substring(1));
    }

    /** Every cgroup that there is. */
    void scan(Visitor visitor) {
        try {
            Files.walkFileTree(
                    mount, EnumSet.noneOf(java.nio.file.FileVisitOption.class), MAX_DEPTH, new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                            visitor.cgroup(
                                    inode(directory),
                                    "/"
                                            + ByteFiles.bytes(
                                                    mount.relativize(directory).toString()));
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e) {
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            // Cgroups that cannot be seen now are looked up when a process is seen in them.
        }
    }

    /** Id of the cgroup at a path of the hierarchy; 0 if there is none. */
    long id(String path) {
        try {
            return inode(mount.resolve(ByteFiles.name(path).substring(1)));
        } catch (InvalidPathException | StringIndexOutOfBoundsException e) {
            return 0;
        }
    }

    private static long inode(Path directory) {
        try {
            return (Long) Files.getAttribute(directory, "unix:ino");
        } catch (IOException e) {
            return 0;
        }
    }
}
