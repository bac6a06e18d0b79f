package io.tiercel.sensor.procfs;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;

/** The file system of the unified cgroup hierarchy (cgroup v2). The id of a cgroup is the inode of its directory. */
final class CgroupFileSystem {
    private static final int MAX_DEPTH = 64;
    private static final int MOUNTINFO_LIMIT = 1 << 20;

    /** Receives the cgroups of a scan. */
    interface Visitor {
        void cgroup(long id, String path);
    }

    private final Path mountPoint;

    /**
     * Locates the hierarchy's mount. If there is none, no cgroup has an id.
     *
     * @param root the root directory of the machine
     */
    CgroupFileSystem(Path root) {
        String found = "";
        for (String line : ByteStringFiles.read(root.resolve("proc/self/mountinfo"), MOUNTINFO_LIMIT)
                .split("\n")) {
            int dash = line.indexOf(" - cgroup2 ");
            String[] fields = line.split(" ");
            if (dash >= 0 && fields.length > 4 && found.isEmpty()) {
                found = ByteStringFiles.toFileName(fields[4]);
            }
        }
        mountPoint = root.resolve(found.isEmpty() ? "sys/fs/cgroup" : found.substring(1));
    }

    /** Visits all cgroups. */
    void scan(Visitor visitor) {
        try {
            Files.walkFileTree(mountPoint, EnumSet.noneOf(FileVisitOption.class), MAX_DEPTH, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    String path = mountPoint.relativize(directory).toString();
                    visitor.cgroup(inode(directory), "/" + ByteStringFiles.toByteString(path));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            // The sensor looks up missing cgroups at the first event of a process in them.
        }
    }

    /** Returns the id of the cgroup at a path of the hierarchy; 0 if it does not exist. */
    long id(String path) {
        try {
            return inode(mountPoint.resolve(ByteStringFiles.toFileName(path).substring(1)));
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
