package io.tiercel.functions.local;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.local.http.OperatorTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The packaged server in a separate process, with the JVM options and the heap of the image. */
final class PackagedServer implements AutoCloseable {
    static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String JAR = Objects.requireNonNull(System.getProperty("tiercel.server"));
    private static final Path OPTIONS = Path.of("..", "..", "infra", "image", "server", "java-options")
            .toAbsolutePath()
            .normalize();
    private static final Duration START = Duration.ofSeconds(60);

    private final Path log;
    private final Path token;
    private final List<String> command = new ArrayList<>();
    private final Map<String, String> environment;
    private final int port = freePort();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private Process process;

    /**
     * Starts a server.
     *
     * @param prefix a command that runs the server, or nothing
     * @param data its data directory
     * @param log a file for its output
     */
    PackagedServer(List<String> prefix, Path data, Path log, Map<String, String> environment) throws IOException {
        this.log = log;
        this.environment = environment;
        String tokenFile = environment.get("TIERCEL_TOKEN_FILE");
        this.token = tokenFile == null ? data.resolve(OperatorTokens.RESPONDER_FILE) : Path.of(tokenFile);
        command.addAll(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + OPTIONS,
                "-Xmx256m",
                "-jar",
                JAR,
                "--port",
                Integer.toString(port),
                "--data",
                data.toAbsolutePath().toString()));
        this.process = launch();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Process launch() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void restart() throws IOException {
        process = launch();
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    void awaitHealthy() throws IOException {
        await().atMost(START)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> !process.isAlive() || status("/health") == 200);
        if (!process.isAlive()) {
            throw new IllegalStateException("the server ended: " + log());
        }
    }

    /** Waits until the server accepts connections, for one that requires certificates. */
    void awaitListening() {
        await().atMost(START).ignoreExceptions().until(() -> {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return true;
        });
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30));
    }

    /** Adds the operators' token of a file, if a server has created it. */
    static HttpRequest.Builder authorized(HttpRequest.Builder request, Path token) {
        try {
            return Files.exists(token)
                    ? request.header(
                            "Authorization", "Bearer " + Files.readString(token).strip())
                    : request;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a response, or empty if there is none. */
    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(authorized(request(path), token).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Returns the status of a response; 0 if there is none. */
    int status(String path) throws InterruptedException {
        try {
            return get(path).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    JsonNode json(String path) throws IOException, InterruptedException {
        return JSON.readTree(get(path).body());
    }

    HttpResponse<String> post(String alerts) throws IOException, InterruptedException {
        return http.send(
                request("/alerts")
                        .POST(HttpRequest.BodyPublishers.ofString(alerts))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Waits until every accepted alert is counted, and returns the number of a rule. */
    long counted(String rule) throws IOException, InterruptedException {
        await().atMost(START).until(() -> json("/health").path("waiting").longValue() == 0);
        JsonNode incidents = json("/incidents?rule=" + rule);
        return incidents.size() == 1 ? incidents.get(0).get("count").longValue() : -incidents.size();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
        http.close();
    }
}
