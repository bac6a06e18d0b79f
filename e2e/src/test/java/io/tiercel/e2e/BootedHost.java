package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A Debian host that systemd booted in a container: a copy-on-write view of this machine without a JDK. Closing it ends all of its
 * processes and removes its changes.
 */
final class BootedHost implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(120);

    /** The containers of two hosts would share a cgroup. */
    private static final Path LOCK = Path.of(System.getProperty("java.io.tmpdir"), "tiercel-booted-host.lock");

    private final FileChannel lock;
    private final Process container;
    private final String init;

    private BootedHost(FileChannel lock, Process container, String init) {
        this.lock = lock;
        this.container = container;
        this.init = init;
    }

    /**
     * Boots the host, as soon as the host of another test process is closed. Skips the test if this machine cannot boot it.
     *
     * @param folder an empty folder
     * @param packages the folder that the host sees as {@code /packages}
     */
    static BootedHost boot(Path folder, Path packages) throws Exception {
        assumeTrue(Tiercel.isRoot(), "booting a container requires root");
        for (String tool : List.of("dpkg", "apt-get", "unshare", "nsenter", "systemd-nspawn")) {
            Tool.onPath(tool);
        }
        assumeTrue(Files.exists(Path.of("/usr/lib/systemd/systemd")), "systemd is not installed");
        Path root = Files.createDirectory(folder.resolve("host"));
        Path log = folder.resolve("host.log");
        FileChannel lock = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        lock.lock();
        Process container = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        Tiercel.ROOT.resolve("e2e/src/test/sh/boot-host").toString(),
                        root.toString(),
                        packages.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        BootedHost starting = new BootedHost(lock, container, "");
        try {
            String init = await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> container.isAlive() ? init(container) : "ended", found -> !found.isEmpty());
            assumeTrue(!init.equals("ended"), () -> "systemd does not boot in a container here: " + Tiercel.read(log));
            BootedHost host = new BootedHost(lock, container, init);
            await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> host.run("systemctl is-system-running")
                            .text()
                            .strip()
                            .matches("running|degraded"));
            return host;
        } catch (Throwable failure) {
            starting.close();
            throw failure;
        }
    }

    /** Returns the process id of the container's systemd; empty while there is none. */
    private static String init(Process container) {
        return container
                .descendants()
                .filter(process -> process.info().command().orElse("").endsWith("/systemd/systemd"))
                .map(process -> Long.toString(process.pid()))
                .findFirst()
                .orElse("");
    }

    /** Runs a shell command on the host. */
    Tool.Result run(String command) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("-t", init, "-m", "-u", "-i", "-n", "-p", "-C"));
        arguments.addAll(List.of("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive"));
        arguments.addAll(List.of("/bin/sh", "-c", "cd /; " + command));
        return new Tool("nsenter", Map.of()).run(arguments.toArray(String[]::new));
    }

    /** Runs a shell command, which must succeed, and returns its output. */
    String out(String command) throws IOException, InterruptedException {
        Tool.Result result = run(command);
        assertTrue(result.status() == 0, () -> command + ": " + result.text());
        return result.text().strip();
    }

    @Override
    public void close() throws Exception {
        List<ProcessHandle> processes = container.descendants().toList();
        if (!init.isEmpty()) {
            new Tool("kill", Map.of()).run("-s", "RTMIN+4", init); // systemd powers off
            container.waitFor(20, TimeUnit.SECONDS);
        }
        container.destroyForcibly().waitFor();
        processes.forEach(ProcessHandle::destroyForcibly);
        lock.close();
    }
}
