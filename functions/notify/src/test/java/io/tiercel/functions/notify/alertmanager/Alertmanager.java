package io.tiercel.functions.notify.alertmanager;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A real Alertmanager on 127.0.0.1. */
final class Alertmanager implements AutoCloseable {
    private static final String PROGRAM = "prometheus-alertmanager";
    private static final Path TEMPLATES = Path.of("/usr/share/prometheus/alertmanager");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Process process;
    private final URI address;
    private final HttpClient http = HttpClient.newHttpClient();

    private Alertmanager(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** Returns the program, if it is on PATH and can find its templates. */
    static Optional<Path> program() {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, PROGRAM))
                .filter(Files::isExecutable)
                .filter(program -> Files.exists(TEMPLATES)
                        || Files.isDirectory(share(program)) && "root".equals(System.getProperty("user.name")))
                .findFirst();
    }

    /** The folder {@code usr/share} of the package that contains the program. */
    private static Path share(Path program) {
        return program.resolveSibling(Path.of("..", "share")).normalize();
    }

    /** A program of an unpacked package sees the package's files in place of those that would be installed. */
    private static List<String> prefix(Path program) {
        return Files.exists(TEMPLATES)
                ? List.of()
                : List.of(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount --bind \"$0\" /usr/share && exec \"$@\"",
                        share(program).toString());
    }

    static Alertmanager start(Path program, Path folder) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path config = Files.writeString(folder.resolve("alertmanager.yml"), """
            route: {receiver: nobody, group_wait: 0s}
            receivers: [{name: nobody}]
            """);
        Path web = Files.writeString(folder.resolve("web.yml"), """
            basic_auth_users:
              # The password is "test".
              tiercel: $2b$04$ZZ3GpV8hIYpFKBUGBfrd4u6.7wAaB9JMLs5wD2/MNWpn5O5kK.8dW
            """);
        List<String> command = new ArrayList<>(prefix(program));
        command.addAll(List.of(
                program.toString(),
                "--config.file=" + config,
                "--storage.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--web.config.file=" + web,
                "--cluster.listen-address="));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("alertmanager.log").toFile())
                .start();
        Alertmanager started = new Alertmanager(process, URI.create("http://127.0.0.1:" + port));
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .until(() -> started.get("/-/ready").contains("OK"));
        return started;
    }

    String address() {
        return address.toString();
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .header("Authorization", "Basic dGllcmNlbDp0ZXN0")
                .timeout(Duration.ofSeconds(5))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /** Returns the firing alerts. Alertmanager omits resolved ones. */
    List<JsonNode> alerts() throws IOException, InterruptedException {
        List<JsonNode> alerts = new ArrayList<>();
        JSON.readTree(get("/api/v2/alerts")).forEach(alerts::add);
        return alerts;
    }

    @Override
    public void close() {
        http.shutdownNow();
        process.destroy();
        process.onExit().join();
    }
}
