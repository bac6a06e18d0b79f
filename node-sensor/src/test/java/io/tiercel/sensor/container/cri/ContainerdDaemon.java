package io.tiercel.sensor.container.cri;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A private containerd daemon with all its files below one directory, and a busybox image. {@link #close} removes its cgroups
 * and mounts.
 */
public final class ContainerdDaemon implements AutoCloseable {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private final Path dir;
    private final Path config;
    private final String cgroup;
    private @Nullable Process daemon;

    /** Starts the daemon. Skips the test if containerd is not installed. */
    public ContainerdDaemon(Path dir) throws Exception {
        for (String program : List.of("containerd", "ctr", "runc")) {
            assumeTrue(onPath(program), program + " is not installed");
        }
        assumeTrue(Files.isExecutable(BUSYBOX), "busybox-static is not installed");
        this.dir = dir;
        this.cgroup = "tiercel-test-" + ProcessHandle.current().pid();
        this.config = Files.writeString(dir.resolve("config.toml"), """
            version = 2
            root = "DIR/root"
            state = "DIR/state"
            [grpc]
              address = "DIR/c.sock"
            [ttrpc]
              address = "DIR/t.sock"
            [plugins."io.containerd.internal.v1.opt"]
              path = "DIR/opt"
            [plugins."io.containerd.grpc.v1.cri"]
              sandbox_image = "docker.io/library/box:1"
              disable_apparmor = true
              restrict_oom_score_adj = true
              [plugins."io.containerd.grpc.v1.cri".containerd]
                snapshotter = "native"
            """.replace("DIR", dir.toString()));
        start();
        run(
                "ctr",
                "-a",
                socket().toString(),
                "-n",
                "k8s.io",
                "images",
                "import",
                "--snapshotter",
                "native",
                image().toString());
    }

    public Path socket() {
        return dir.resolve("c.sock");
    }

    /** Returns the parent cgroup for pods. */
    public String cgroupParent() {
        return "/" + cgroup;
    }

    /** Starts the daemon unless it runs, and waits until it responds. Running containers are not affected. */
    public void start() throws IOException {
        if (daemon != null && daemon.isAlive()) {
            return;
        }
        daemon = new ProcessBuilder("containerd", "--config", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(dir.resolve("log").toFile()))
                .start();
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> new ProcessBuilder("ctr", "-a", socket().toString(), "plugins", "ls", "-q")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0);
    }

    /** Sends a signal to the daemon, such as {@code STOP} or {@code CONT}. Its containers are not affected. */
    public void signal(String name) throws IOException, InterruptedException {
        if (daemon != null) {
            run("kill", "-" + name, String.valueOf(daemon.pid()));
        }
    }

    /** Stops the daemon. Its containers keep running. */
    public void stop() throws InterruptedException {
        if (daemon != null) {
            daemon.destroy();
            if (!daemon.waitFor(20, TimeUnit.SECONDS)) {
                daemon.destroyForcibly().waitFor();
            }
        }
    }

    @Override
    public void close() throws Exception {
        stop();
        try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"))) {
            List<String> ours = mounts.map(line -> line.split(" ")[1])
                    .filter(at -> at.startsWith(dir + "/"))
                    .sorted(Comparator.reverseOrder())
                    .toList();
            for (String mount : ours) {
                run("umount", mount);
            }
        }
        try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
            for (Path hierarchy : Stream.concat(Stream.of(Path.of("/sys/fs/cgroup")), hierarchies)
                    .toList()) {
                Path ours = hierarchy.resolve(cgroup);
                if (Files.isDirectory(ours)) {
                    run("find", ours.toString(), "-depth", "-type", "d", "-exec", "rmdir", "{}", ";");
                }
            }
        }
    }

    /** Creates an image archive in the format of {@code docker save}, with one layer that contains busybox and links to it. */
    private Path image() throws Exception {
        Path root = dir.resolve("image/root");
        Files.createDirectories(root.resolve("bin"));
        Files.copy(BUSYBOX, root.resolve("bin/busybox"));
        for (String name : List.of("sh", "sleep", "id", "cat", "uname")) {
            Files.createSymbolicLink(root.resolve("bin").resolve(name), Path.of("busybox"));
        }
        Path files = Files.createDirectory(dir.resolve("image/files"));
        run("tar", "-C", root.toString(), "-cf", files.resolve("layer.tar").toString(), ".");
        Files.writeString(files.resolve("config.json"), """
                    {"architecture":"amd64","os":"linux","config":{"Entrypoint":["/bin/sleep","1000000"]},
                    "rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}\
                    """.formatted(sha256(files.resolve("layer.tar"))));
        Files.writeString(
                files.resolve("manifest.json"),
                "[{\"Config\":\"config.json\",\"RepoTags\":[\"box:1\"],\"Layers\":[\"layer.tar\"]}]");
        Path image = dir.resolve("image/box.tar");
        run("tar", "-C", files.toString(), "-cf", image.toString(), "manifest.json", "config.json", "layer.tar");
        return image;
    }

    private static String sha256(Path file) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        return HexFormat.of().formatHex(digest);
    }

    private void run(String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(dir, "out", "");
        Process process = new ProcessBuilder(new ArrayList<>(Arrays.asList(command)))
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertEquals(
                0,
                process.waitFor(),
                () -> String.join(" ", command) + ": " + new String(read(out), StandardCharsets.UTF_8));
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            return new byte[0];
        }
    }

    private static boolean onPath(String program) {
        return Arrays.stream((System.getenv("PATH") + ":/usr/sbin").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
