package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A running {@code ./tiercel}: its processes, its output, and its server. */
final class Tiercel implements AutoCloseable {
    static final Path ROOT = Path.of(System.getProperty("tiercel.root"));
    private static final int BATCH = 100;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final Process process;
    private final Path out;
    private final Path err;
    private final int port;
    private final @Nullable Path token;

    private Tiercel(Process process, Path out, Path err, int port, @Nullable Path token) {
        this.process = process;
        this.out = out;
        this.err = err;
        this.port = port;
        this.token = token;
    }

    /** Skips the test if this machine cannot capture events. */
    static void assumeCapture() {
        assumeTrue(isRoot(), "capturing events requires root");
        assumeTrue(Files.isReadable(Path.of("/sys/kernel/btf/vmlinux")), "this kernel has no BTF");
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Starts {@code [prefix] ./tiercel arguments} on a free port. Output goes to files in the folder. */
    static Tiercel start(Path folder, List<String> prefix, String... arguments) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        List<String> command = new ArrayList<>(prefix);
        command.add(ROOT.resolve("tiercel").toString());
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("TIERCEL_PORT", Integer.toString(port));
        builder.environment().put("TIERCEL_BUILD", "no");
        return new Tiercel(builder.start(), out, err, port, token(List.of(arguments)));
    }

    /** Returns the file with the operators' token of the server; null if the arguments name no data directory. */
    private static @Nullable Path token(List<String> arguments) {
        int option = arguments.indexOf("--data");
        if (option < 0) {
            return null;
        }
        Path data = Path.of(arguments.get(option + 1));
        return (arguments.getFirst().equals("up") ? data.resolve("functions") : data).resolve("token");
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    /** Returns the file's content. */
    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until standard error contains the text. */
    void awaitErr(String text) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .failFast("tiercel ended early", () -> {
                    if (!process.isAlive()) {
                        throw new AssertionError(err() + out());
                    }
                })
                .until(() -> err().contains(text));
    }

    /** Returns the incidents of a rule; an empty list while the server does not answer. */
    List<JsonNode> incidents(String rule) {
        String incidents = get("/incidents");
        try {
            List<JsonNode> found = new ArrayList<>();
            for (JsonNode incident : JSON.readTree(incidents)) {
                if (incident.path("rule").asText().equals(rule)) {
                    found.add(incident);
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(incidents, e);
        }
    }

    /** Returns the server's response to its operator; an empty text while the server does not answer. */
    String get(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url() + path)).timeout(Duration.ofSeconds(5));
        try {
            if (token != null && Files.exists(token)) {
                request.header(
                        "Authorization", "Bearer " + Files.readString(token).strip());
            }
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return ""; // starting or restarting: the caller retries
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** Sends alerts to the server, and waits until each has been accepted. */
    void post(List<String> alerts) throws IOException, InterruptedException {
        for (int from = 0; from < alerts.size(); from += BATCH) {
            String batch = String.join("\n", alerts.subList(from, Math.min(alerts.size(), from + BATCH)));
            HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/alerts"))
                    .timeout(Duration.ofMinutes(1))
                    .POST(HttpRequest.BodyPublishers.ofString(batch))
                    .build();
            await().atMost(Duration.ofMinutes(2))
                    .until(
                            () -> HTTP.send(request, HttpResponse.BodyHandlers.ofString()),
                            answer -> answer.statusCode() == 202);
        }
    }

    /** Returns the root URL of the server. */
    String url() {
        return "http://127.0.0.1:" + port;
    }

    /**
     * Returns the link that {@code ./tiercel console} prints for this server.
     *
     * @param folder for temporary files
     */
    String consoleLink(Path folder) throws IOException, InterruptedException {
        Path link = Files.createTempFile(folder, "link", ".txt");
        ProcessBuilder builder = new ProcessBuilder(
                        ROOT.resolve("tiercel").toString(),
                        "console",
                        "--server",
                        url(),
                        "--token-file",
                        String.valueOf(token))
                .redirectErrorStream(true)
                .redirectOutput(link.toFile());
        builder.environment().put("TIERCEL_BUILD", "no");
        Process console = builder.start();
        if (!console.waitFor(60, TimeUnit.SECONDS) || console.exitValue() != 0) {
            throw new AssertionError(read(link));
        }
        return read(link).strip();
    }

    /** Waits for a descendant process whose command line contains the text. */
    ProcessHandle child(String text) {
        return await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> process.descendants()
                                .filter(p -> commandLine(p.pid()).contains(text))
                                .findFirst()
                                .orElse(null),
                        found -> found != null);
    }

    List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(
                    Path.of("/proc", Long.toString(pid), "cmdline"), java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // the process has just ended
        }
    }

    /** Sends a signal to {@code ./tiercel} itself. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** Kills all processes at once, so that none can end in order. */
    void kill() {
        List<ProcessHandle> processes = new ArrayList<>(descendants());
        processes.add(process.toHandle());
        processes.forEach(ProcessHandle::destroyForcibly);
    }

    int exitStatus(long seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new AssertionError("still running after " + seconds + " s:\n" + err());
        }
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        List<ProcessHandle> children = descendants();
        process.destroy();
        if (!process.waitFor(15, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
