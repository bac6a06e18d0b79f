package io.tiercel.functions;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The moto server, a local AWS emulator, as a child process. Each instance starts empty. */
public final class MotoProcess implements AutoCloseable {
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final Path LAUNCHER =
            Path.of(System.getProperty("tiercel.root"), "functions", "aws", "src", "test", "python", "moto_server.py");

    private final Process process;
    private final Path folder;
    private final int port;

    private MotoProcess(Process process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /** Returns what is missing on this machine to run the server; null if nothing is. */
    public static @Nullable String missing() throws IOException, InterruptedException {
        if (!Files.isExecutable(PYTHON)) {
            return PYTHON.toString();
        }
        Process imports = new ProcessBuilder(PYTHON.toString(), "-c", "import moto, flask_cors, jsonpath_ng")
                .redirectErrorStream(true)
                .start();
        String problem = new String(imports.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return imports.waitFor() == 0
                ? null
                : "moto (Debian: python3-moto python3-flask-cors python3-jsonpath-ng): "
                        + problem.lines().reduce("", (first, last) -> last);
    }

    /** Starts the server, and waits until it listens. */
    public static MotoProcess start() throws IOException {
        Path folder = Files.createTempDirectory("moto");
        Path portFile = folder.resolve("port");
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(PYTHON.toString(), LAUNCHER.toString(), portFile.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await("moto listens, see " + log)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> Files.exists(portFile) || !process.isAlive());
        if (!process.isAlive()) {
            throw new IllegalStateException("moto exited: " + Files.readString(log));
        }
        return new MotoProcess(process, folder, Integer.parseInt(Files.readString(portFile)));
    }

    /** Returns the address of the server. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        for (String file : List.of("port", "log", ".")) {
            Files.deleteIfExists(folder.resolve(file).normalize());
        }
    }
}
