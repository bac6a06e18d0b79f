package io.tiercel.sensor.procfs;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** The file systems of the cgroup hierarchies. The id of a cgroup is the inode of its directory in the unified one (cgroup v2). */
final class CgroupFileSystem {
    private static final int MAX_DEPTH = 64;
    private static final int MOUNTINFO_LIMIT = 1 << 20;

    /** Receives the cgroups of a scan. */
    interface Visitor {
        void cgroup(long id, String path);
    }

    /** The maximum number of bytes of a list of processes that are read. */
    private static final int PROCS_LIMIT = 4096;

    private final Path mountPoint;

    /** The mounts of all hierarchies, of cgroup v1 and v2. */
    private final List<Path> hierarchies = new ArrayList<>();

    /**
     * Locates the mounts. If the unified hierarchy has none, no cgroup has an id.
     *
     * @param root the root directory of the machine
     */
    CgroupFileSystem(Path root) {
        String found = "";
        for (String line : ByteStringFiles.read(root.resolve("proc/self/mountinfo"), MOUNTINFO_LIMIT)
                .split("\n")) {
            int dash = line.indexOf(" - cgroup2 ");
            String[] fields = line.split(" ");
            if (fields.length > 4 && (dash >= 0 || line.contains(" - cgroup "))) {
                hierarchies.add(
                        root.resolve(ByteStringFiles.toFileName(fields[4]).substring(1)));
            }
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

    /**
     * Returns processes of the cgroup at a path of any hierarchy, the oldest ids first.
     *
     * @param max the maximum number of processes
     */
    int[] pids(String path, int max) {
        for (Path hierarchy : hierarchies) {
            try {
                Path file = hierarchy
                        .resolve(ByteStringFiles.toFileName(path).substring(1))
                        .resolve("cgroup.procs");
                String list = ByteStringFiles.read(file, PROCS_LIMIT);
                if (!list.isEmpty()) {
                    return list.substring(0, list.lastIndexOf('\n') + 1)
                            .lines()
                            .mapToInt(Integer::parseInt)
                            .filter(pid -> pid > 0)
                            .limit(max)
                            .toArray();
                }
            } catch (InvalidPathException | StringIndexOutOfBoundsException | NumberFormatException e) {
                return new int[0];
            }
        }
        return new int[0];
    }

    private static long inode(Path directory) {
        try {
            return (Long) Files.getAttribute(directory, "unix:ino");
        } catch (IOException e) {
            return 0;
        }
    }
}
