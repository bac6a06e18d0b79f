package io.tiercel.bench.functions;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The packaged local server as a separate process with a temporary data folder. */
final class LocalServer implements AutoCloseable {
    private static final Path JAR = Path.of("functions", "local", "target", "quarkus-app", "quarkus-run.jar");
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;
    private final Process process;
    private final URI address;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private LocalServer(Path folder, Process process, URI address) {
        this.folder = folder;
        this.process = process;
        this.address = address;
    }

    /** Starts the server like {@code ./tiercel functions}, with these policies, and waits until it is healthy. */
    static LocalServer start(String policies) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("tiercel-bench");
        Path file = Files.writeString(folder.resolve("policies.yaml"), policies);
        int port = freePort();
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-XX:-UsePerfData",
                        "--enable-native-access=ALL-UNNAMED",
                        "-jar",
                        JAR.toString(),
                        "--port",
                        Integer.toString(port),
                        "--data",
                        folder.resolve("data").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().put("TIERCEL_RESPONSES", file.toString());
        LocalServer server = new LocalServer(folder, builder.start(), URI.create("http://127.0.0.1:" + port));
        long end = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!server.isHealthy()) {
            if (!server.process.isAlive() || System.nanoTime() > end) {
                String log = Files.readString(folder.resolve("log"));
                server.close();
                throw new IllegalStateException("the server did not start: " + log);
            }
            Thread.sleep(50);
        }
        return server;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private boolean isHealthy() throws InterruptedException {
        try {
            return get("/health").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(address.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Posts alerts, one per line. Returns when they are stored. */
    void post(String alerts) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(address.resolve("/alerts"))
                        .POST(HttpRequest.BodyPublishers.ofString(alerts))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 202) {
            throw new IOException("alerts were not accepted: " + response.statusCode() + " " + response.body());
        }
    }

    /** Returns the number of alerts that are counted in incidents. */
    long counted() throws IOException, InterruptedException {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("tiercel_functions_alerts_counted_total"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    /** Returns the id of the incident of a rule, or empty if there is none yet. */
    Optional<String> incidentOf(String rule) throws IOException, InterruptedException {
        return JSON.readTree(get("/incidents?rule=" + rule).body()).findValuesAsText("id").stream()
                .findFirst();
    }

    /** Returns true if the plan of an incident is stored. Only a stored plan has an id. */
    boolean isPlanned(String incidentId) throws IOException, InterruptedException {
        return JSON.readTree(get("/incidents/" + incidentId).body())
                .path("plan")
                .hasNonNull("id");
    }

    @Override
    public void close() throws IOException, InterruptedException {
        http.close();
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
