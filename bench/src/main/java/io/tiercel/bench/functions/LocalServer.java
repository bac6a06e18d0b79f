package io.tiercel.bench.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The packaged local server as a separate process with a temporary data folder. */
final class LocalServer implements AutoCloseable {
    /** The packaged server of this build. */
    static final Path APP = Path.of("functions", "local", "target", "quarkus-app");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ServerProcess process;
    private final URI address;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private LocalServer(ServerProcess process) {
        this.process = process;
        this.address = URI.create("http://127.0.0.1:" + process.port());
    }

    /**
     * Starts a server like {@code ./tiercel functions} and waits until it is healthy.
     *
     * @param app folder of the packaged server
     * @param policies text of the response policies
     */
    static LocalServer start(Path app, String policies) throws IOException, InterruptedException {
        return start(app, policies, _ -> Map.of());
    }

    /** Writes further files of a server into its folder, and returns environment variables for it. */
    @FunctionalInterface
    interface Settings {
        Map<String, String> write(Path folder) throws IOException;
    }

    /**
     * Starts a server with further settings.
     *
     * @param app folder of the packaged server
     * @param policies text of the response policies
     */
    static LocalServer start(Path app, String policies, Settings settings) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("tiercel-bench");
        Path file = Files.writeString(folder.resolve("policies.yaml"), policies);
        int port = ServerProcess.freePort();
        List<String> command = ServerProcess.java(List.of(
                "-jar",
                app.resolve("quarkus-run.jar").toString(),
                "--port",
                Integer.toString(port),
                "--data",
                folder.resolve("data").toString()));
        Map<String, String> environment = new HashMap<>(settings.write(folder));
        environment.put("TIERCEL_RESPONSES", file.toString());
        return new LocalServer(ServerProcess.start(folder, port, command, environment));
    }

    ServerProcess process() {
        return process;
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(address.resolve(path))
                        .header("Authorization", "Bearer " + ServerProcess.TOKEN)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Posts alerts, one per line. Returns when they are stored. */
    void post(String alerts) throws IOException, InterruptedException {
        post(alerts, null);
    }

    /**
     * Posts alerts, one per line. Returns when they are stored.
     *
     * @param token the token of the sensor; null for an unverified sender
     */
    void post(String alerts, @Nullable String token) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address.resolve("/alerts")).POST(HttpRequest.BodyPublishers.ofString(alerts));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 202) {
            throw new IOException("alerts were not accepted: " + response.statusCode() + " " + response.body());
        }
    }

    /** Returns the id of the incident of a rule, or empty if there is none yet. */
    Optional<String> incidentOf(String rule) throws IOException, InterruptedException {
        return JSON.readTree(get("/incidents?rule=" + rule).body()).findValuesAsText("id").stream()
                .findFirst();
    }

    /** Returns true if the plan of an incident is stored. Only a stored plan has an id. */
    boolean isPlanned(String incidentId) throws IOException, InterruptedException {
        return incident(incidentId).path("plan").hasNonNull("id");
    }

    /** Returns the details of an incident. */
    JsonNode incident(String id) throws IOException, InterruptedException {
        return JSON.readTree(get("/incidents/" + id).body());
    }

    /** Returns a metric, the sum over its labels. */
    long metric(String name) throws IOException, InterruptedException {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        http.close();
        process.close();
    }
}
