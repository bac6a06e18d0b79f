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
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The training run for the AOT cache of the local server: starts a server, posts alerts, and calls its endpoints. The arguments
 * are the server's command line without port and data folder.
 */
final class Training {
    private static final Duration START = Duration.ofSeconds(120);
    private static final Duration END = Duration.ofSeconds(120);
    private static final int ALERTS = 50;
    private static final String ALERT = """
            {"rule":"Training %d","priority":"Warning","time":"2026-01-31T12:00:00Z","output":"a","output_fields":{"proc.name":"a"}}
            """;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process server;
    private final URI address;

    private Training(Process server, URI address) {
        this.server = server;
        this.address = address;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path data = Files.createTempDirectory("tiercel-training");
        List<String> command = new ArrayList<>(List.of(arguments));
        command.addAll(List.of("--port", Integer.toString(port), "--data", data.toString()));
        Process server = new ProcessBuilder(command).inheritIO().start();
        try {
            new Training(server, URI.create("http://127.0.0.1:" + port)).run(data.resolve("token"));
        } finally {
            server.destroyForcibly().waitFor();
            delete(data);
        }
    }

    private void run(Path token) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!isUp()) {
            if (!server.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("the server did not start within " + START.toSeconds() + " s");
            }
            Thread.sleep(50);
        }
        for (int i = 0; i < ALERTS; i++) {
            expect(to("/alerts").POST(HttpRequest.BodyPublishers.ofString(ALERT.formatted(i % 3))), 202);
        }
        String bearer = "Bearer " + Files.readString(token).strip();
        expect(to("/sweep")
                .header("Authorization", bearer)
                .POST(HttpRequest.BodyPublishers.ofString("{}")), 200);
        for (String path : List.of("/health", "/incidents", "/incidents?state=open", "/metrics")) {
            expect(to(path).header("Authorization", bearer), 200);
        }
        server.destroy(); // the JVM writes the cache at exit
        if (!server.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the server did not stop within " + END.toSeconds() + " s");
        }
    }

    private boolean isUp() throws InterruptedException {
        try {
            expect(to("/health"), 200);
            return true;
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(address.resolve(path)).timeout(Duration.ofSeconds(30));
    }

    private void expect(HttpRequest.Builder request, int status) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != status) {
            throw new IllegalStateException(response.request().uri() + " returned status " + response.statusCode() + ": " + response.body());
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
