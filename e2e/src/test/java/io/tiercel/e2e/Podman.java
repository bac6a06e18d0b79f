package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A podman with its own folder for images, containers and volumes; closing it removes them. */
final class Podman implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String CGROUP = "libpod_parent";
    private static final Path HOME = Path.of("/var/lib/containers");

    private final Path folder;
    private final boolean homeWasAbsent;
    private final Tool podman;

    private Podman(Path folder) {
        this.folder = folder;
        this.homeWasAbsent = cgroups().isEmpty() && !Files.exists(HOME);
        this.podman = new Tool("podman", Map.of("PODMAN_IGNORE_CGROUPSV1_WARNING", "1"));
    }

    /** Skips the test if podman cannot run containers on this machine. */
    static Podman in(Path folder) throws Exception {
        assumeTrue(Tiercel.isRoot(), "podman with the node's capabilities requires root");
        Tool.onPath("podman");
        Podman podman = new Podman(folder);
        podman.importBusybox();
        Tool.Result tried = podman.run("run", "--rm", "--network", "none", "busybox:local", "/bin/busybox", "true");
        if (tried.status() != 0) {
            podman.close();
            assumeTrue(false, () -> "podman cannot run containers on this machine: " + tried.text());
        }
        return podman;
    }

    Tool.Result run(String... arguments) throws IOException, InterruptedException {
        return podman.run(Stream.concat(
                        Stream.of(
                                "--root",
                                folder.resolve("root").toString(),
                                "--runroot",
                                folder.resolve("run").toString(),
                                "--tmpdir",
                                folder.resolve("tmp").toString(),
                                "--storage-driver",
                                "vfs"),
                        Stream.of(arguments))
                .toArray(String[]::new));
    }

    /** Runs podman, which must succeed, and returns its output. */
    String out(String... arguments) throws IOException, InterruptedException {
        Tool.Result result = run(arguments);
        assertTrue(result.status() == 0, result::text);
        return result.text().strip();
    }

    /** Imports an image that contains only this machine's busybox. */
    private void importBusybox() throws Exception {
        Path root = Files.createDirectories(folder.resolve("busybox"));
        Files.createDirectories(root.resolve("bin"));
        Files.createDirectories(root.resolve("etc"));
        String there = Tool.onPath("sh").out("-c", "command -v busybox || true").strip();
        assumeTrue(!there.isEmpty(), "busybox is not on PATH");
        Files.copy(Path.of(there), root.resolve("bin/busybox"));
        for (String name : List.of("sh", "cat")) {
            Files.createSymbolicLink(root.resolve("bin/" + name), Path.of("busybox"));
        }
        Files.writeString(root.resolve("etc/shadow"), "root:!::::::\n");
        Path tar = folder.resolve("busybox.tar");
        Tool.onPath("tar").out("-cf", tar.toString(), "-C", root.toString(), ".");
        out("import", "--quiet", tar.toString(), "busybox:local");
    }

    private static List<Path> cgroups() {
        try (Stream<Path> all = Files.find(Path.of("/sys/fs/cgroup"), 2, (path, _) -> path.endsWith(CGROUP))) {
            return all.toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Removes podman's cgroups; fails while one of its processes is still running. */
    private static boolean withoutCgroups() throws IOException {
        for (Path cgroup : cgroups()) {
            Files.deleteIfExists(cgroup.resolve("conmon"));
            Files.deleteIfExists(cgroup);
        }
        return true;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("rm", "--all", "--force", "--time", "2", "--volumes");
        // Each container's monitor starts podman once more, which would write to the folder while JUnit deletes it.
        await().atMost(LIMIT)
                .until(() -> ProcessHandle.allProcesses()
                        .noneMatch(process ->
                                process.info().commandLine().orElse("").contains(folder.toString())));
        if (homeWasAbsent) { // podman leaves these whatever its storage folder is
            await().atMost(LIMIT).ignoreException(FileSystemException.class).until(Podman::withoutCgroups);
            for (String left : List.of("cache/blob-info-cache-v1.sqlite", "cache", "")) {
                Files.deleteIfExists(HOME.resolve(left));
            }
        }
    }
}
