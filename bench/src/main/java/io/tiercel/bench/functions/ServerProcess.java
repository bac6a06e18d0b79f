package io.tiercel.bench.functions;

import io.tiercel.bench.live.ResourceUsage;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server in a process of its own, with a temporary folder. */
final class ServerProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final int HEALTH_TIMEOUT_MILLIS = 5_000;
    private static final String PEAK = "VmHWM:";
    private static final List<String> JAVA_OPTIONS =
            List.of("-XX:+UseSerialGC", "-Xmx256m", "-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED");

    /** The variable with the operators' token, for servers and their clients. */
    static final String TOKEN_VARIABLE = "TIERCEL_TOKEN";

    /** The operators' token of all servers of this run. */
    static final String TOKEN = UUID.randomUUID().toString();

    private final Path folder;
    private final Process process;
    private final int port;

    private ServerProcess(Path folder, Process process, int port) {
        this.folder = folder;
        this.process = process;
        this.port = port;
    }

    /** Returns a command that starts a Java program with the options of the local server. */
    static List<String> java(List<String> arguments) {
        return Stream.of(
                        List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                                .toString()),
                        JAVA_OPTIONS,
                        arguments)
                .flatMap(List::stream)
                .toList();
    }

    /** Returns a port that is free now. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /**
     * Starts a server and waits until {@code /health} returns 200.
     *
     * @param folder a new folder, which is deleted at the end
     * @throws IllegalStateException if it does not start; the message contains its output
     */
    static ServerProcess start(Path folder, int port, List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        builder.environment().put(TOKEN_VARIABLE, TOKEN);
        ServerProcess server = new ServerProcess(folder, builder.start(), port);
        long end = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!server.isHealthy()) {
            if (!server.process.isAlive() || System.nanoTime() > end) {
                String output = Files.readString(log);
                server.close();
                throw new IllegalStateException("the server did not start: " + output);
            }
            Thread.sleep(50);
        }
        return server;
    }

    private boolean isHealthy() {
        try (HttpConnection connection = new HttpConnection(port, HEALTH_TIMEOUT_MILLIS)) {
            return !connection.get("/health", TOKEN).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    /** Returns the CPU time so far of all threads, in user space and in the kernel. */
    double cpuSeconds() {
        return ResourceUsage.measure(process.toHandle()).cpuSeconds();
    }

    /** Returns the maximum of the resident memory so far, in MiB. */
    long peakMebibytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            return lines.filter(line -> line.startsWith(PEAK))
                            .mapToLong(line -> Long.parseLong(line.substring(PEAK.length())
                                    .replace("kB", "")
                                    .strip()))
                            .findFirst()
                            .orElse(0)
                    >> 10;
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
