package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The kubelet of a node. It is restarted from the place where distributions install it, and with other settings. */
final class Kubelet implements AutoCloseable {
    private static final String FOLDER = "/usr/local/bin";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final KubeNode node;
    private final Path configuration;
    private final String before;

    private Kubelet(KubeNode node) throws IOException {
        this.node = node;
        this.configuration = node.folder().resolve("etc/kubelet.yaml");
        this.before = Files.readString(configuration);
    }

    /**
     * Restarts the kubelet as {@code /usr/local/bin/kubelet}. The folder is an overlay in the node's mount namespace.
     *
     * @param settings YAML, appended to the configuration until the object is closed
     */
    static Kubelet restarted(KubeNode node, String settings) throws Exception {
        Path programs = Files.createDirectories(node.folder().resolve("programs"));
        Path program = programs.resolve("kubelet");
        Kubelet kubelet = new Kubelet(node);
        if (!Files.exists(program)) {
            copy(Path.of("/proc/" + kubelet.pid() + "/exe").toRealPath(), program);
            Tool.Result mounted = node.enter(
                    "mount", "-t", "overlay", "-o", "lowerdir=" + programs + ":" + FOLDER, "overlay", FOLDER);
            assertEquals(0, mounted.status(), mounted.text());
        }
        kubelet.restart(kubelet.before + settings);
        return kubelet;
    }

    private static void copy(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (FileSystemException e) {
            Files.copy(from, to); // another file system
        }
    }

    private Path pidFile() {
        return node.folder().resolve("pids/kubelet");
    }

    private long pid() throws IOException {
        return Long.parseLong(Files.readString(pidFile()).split(" ")[0]);
    }

    private void restart(String settings) throws Exception {
        long pid = pid();
        List<String> arguments = Stream.of(
                        Files.readString(Path.of("/proc/" + pid + "/cmdline")).split("\0"))
                .skip(1)
                .toList();
        Files.writeString(configuration, settings);
        ProcessHandle old = ProcessHandle.of(pid).orElseThrow();
        old.destroy();
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(50)).until(() -> !old.isAlive());
        String command = "echo $$ >" + cgroup() + "/cgroup.procs; exec setsid kube-enter --dir " + node.folder() + " "
                + FOLDER + "/kubelet " + String.join(" ", arguments);
        Process started = new ProcessBuilder("sh", "-c", command)
                .directory(node.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        node.folder().resolve("log/kubelet.log").toFile()))
                .start();
        // kube-down ends the process that this file names.
        Files.writeString(pidFile(), started.pid() + " " + startTicks(started.pid()) + "\n");
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> node.enter("curl", "-sf", "--max-time", "2", "http://127.0.0.1:10248/healthz")
                        .text()
                        .equals("ok"));
    }

    /** Returns the cgroup of the node's own programs. */
    private static Path cgroup() throws IOException {
        try (Stream<Path> found =
                Files.find(Path.of("/sys/fs/cgroup"), 3, (path, _) -> path.endsWith("tiercel-kube/daemons"))) {
            return found.findFirst().orElseThrow();
        }
    }

    /** Returns the start time of a process, which is field 22 of its status. */
    private static String startTicks(long pid) throws IOException {
        String status = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return status.substring(status.lastIndexOf(')') + 2).split(" ")[19];
    }

    /** Restores the settings. The program stays in its place. */
    @Override
    public void close() throws Exception {
        restart(before);
    }
}
