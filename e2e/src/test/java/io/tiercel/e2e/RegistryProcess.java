package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A container registry on 127.0.0.1, without TLS: the program of Debian's package {@code docker-registry}. */
record RegistryProcess(Process process, int port) implements AutoCloseable {
    static boolean isInstalled() {
        return Tool.isInstalled("docker-registry");
    }

    static RegistryProcess start(Path folder) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path config = Files.writeString(
                folder.resolve("registry.yml"),
                "version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: '127.0.0.1:%d'}\n"
                        .formatted(folder.resolve("registry"), port));
        Process process = new ProcessBuilder("docker-registry", "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("registry.log").toFile())
                .start();
        RegistryProcess started = new RegistryProcess(process, port);
        await().atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .until(started::answers);
        return started;
    }

    private boolean answers() throws IOException {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return true;
    }

    /** Returns host and port, the first part of image names. */
    String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
