package io.tiercel.bench.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The cgroup v2 that contains the cgroups of the benchmark's containers. There is at most one on a machine. Thread-safe. */
final class ContainerCgroups {
    private static final String NAME = "tiercel-bench";
    private static final String EVENTS = "cgroup.events";
    private static final long EMPTY_TIMEOUT_NANOS = 60_000_000_000L;
    private static final long EMPTY_CHECK_MILLIS = 50;

    private @Nullable Path created;

    /**
     * Creates the cgroup, after removing one that a killed benchmark left behind.
     *
     * @throws BenchException if another benchmark runs, or if the machine has no cgroup v2
     */
    synchronized Path create() throws BenchException, IOException, InterruptedException {
        Path cgroup = mount().resolve(NAME);
        if (Files.isDirectory(cgroup)) {
            if (isPopulated(cgroup)) {
                throw new BenchException("another benchmark uses " + cgroup + "; wait until it has ended");
            }
            delete(cgroup);
        }
        created = Files.createDirectory(cgroup);
        return cgroup;
    }

    /** Ends all processes in the created cgroup and removes it, with all cgroups in it. Does nothing if there is none. */
    synchronized void remove() throws BenchException, IOException, InterruptedException {
        Path cgroup = created;
        if (cgroup == null) {
            return;
        }
        Path kill = cgroup.resolve("cgroup.kill"); // Linux 5.14 and later
        if (Files.exists(kill)) {
            Files.writeString(kill, "1");
        }
        long end = System.nanoTime() + EMPTY_TIMEOUT_NANOS;
        while (isPopulated(cgroup)) {
            if (System.nanoTime() - end > 0) {
                throw new BenchException("processes in " + cgroup + " do not end");
            }
            TimeUnit.MILLISECONDS.sleep(EMPTY_CHECK_MILLIS);
        }
        delete(cgroup);
        created = null;
    }

    private static Path mount() throws BenchException {
        return Stream.of("/sys/fs/cgroup", "/sys/fs/cgroup/unified")
                .map(Path::of)
                .filter(path -> Files.exists(path.resolve("cgroup.controllers")))
                .findFirst()
                .orElseThrow(() -> new BenchException("cgroup v2 is not mounted; mount it at /sys/fs/cgroup/unified"));
    }

    private static boolean isPopulated(Path cgroup) throws IOException {
        return Files.readString(cgroup.resolve(EVENTS)).contains("populated 1");
    }

    private static void delete(Path cgroup) throws IOException {
        List<Path> inner;
        try (Stream<Path> files = Files.list(cgroup)) {
            inner = files.filter(Files::isDirectory).toList();
        }
        for (Path one : inner) {
            Files.delete(one);
        }
        Files.delete(cgroup);
    }
}
