package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The images under podman, with exactly the rights that the documentation gives them. */
@Tag("packaged")
class PodmanTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private void make(String... arguments) throws Exception {
        new Tool(Tiercel.ROOT.resolve("tiercel").toString(), Map.of("TIERCEL_BUILD", "no")).out(arguments);
    }

    @Test
    void sensorSeesAnotherContainer() throws Exception {
        Tiercel.assumeCapture();
        try (Podman podman = Podman.in(Files.createDirectory(folder.resolve("podman")))) {
            Path tar = folder.resolve("sensor.tar");
            make("image", "sensor", "--tar", tar.toString());
            podman.out("load", "--quiet", "--input", tar.toString());
            String sensor = podman.out(
                    "run",
                    "--detach",
                    "--read-only",
                    "--read-only-tmpfs=false",
                    "--cap-drop=all",
                    "--cap-add=BPF,PERFMON,SYS_PTRACE,DAC_READ_SEARCH,SYS_NICE",
                    "--security-opt=no-new-privileges",
                    "--security-opt=apparmor=unconfined",
                    "--pid=host",
                    "--network=none",
                    "--volume=/sys/fs/cgroup:/sys/fs/cgroup:ro",
                    "tiercel/sensor:0.2.0");
            await().atMost(LIMIT).until(() -> podman.out("logs", sensor).contains("ready:"));
            String other = podman.out("run", "--detach", "--network=none", "busybox:local", "/bin/cat", "/etc/shadow");
            JsonNode alert =
                    await().atMost(LIMIT).until(() -> alert(podman.out("logs", sensor), other), found -> found != null);
            assertEquals(
                    "Sensitive file read by untrusted program",
                    alert.path("rule").asText());
            assertEquals("/etc/shadow", alert.at("/output_fields/fd.name").asText());
            String pid = podman.out("inspect", "--format", "{{.State.Pid}}", sensor);
            String status = Files.readString(Path.of("/proc", pid, "status"));
            assertTrue(status.contains("CapEff:\t000000c000880004"), status);
        }
    }

    /** Returns the alert about a process in the container, or null. */
    private static @Nullable JsonNode alert(String log, String container) throws Exception {
        for (String line : log.split("\n")) {
            JsonNode alert = line.startsWith("{") ? JSON.readTree(line) : JSON.nullNode();
            String id = alert.at("/output_fields/container.id").asText();
            if (!id.isEmpty() && container.startsWith(id)) {
                return alert;
            }
        }
        return null;
    }

    @Test
    void serverWritesOnlyToItsVolume() throws Exception {
        try (Podman podman = Podman.in(Files.createDirectory(folder.resolve("podman")))) {
            Path tar = folder.resolve("server.tar");
            make("image", "server", "--tar", tar.toString());
            podman.out("load", "--quiet", "--input", tar.toString());
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            String first = server(podman, port);
            await().atMost(LIMIT).until(() -> response(port, "/health", null, ""), body -> body.contains("up"));
            String token = podman.out(
                    "run",
                    "--rm",
                    "--network=none",
                    "--read-only",
                    "--volume=incidents:/var/lib/tiercel",
                    "tiercel/server:0.2.0",
                    "token");
            String alert = """
                    {"rule":"Try","priority":"Warning","time":"2026-01-31T12:00:00Z","output":"a first alert"}""";
            assertTrue(response(port, "/alerts", alert, "").contains("\"accepted\":1"));
            await().atMost(LIMIT)
                    .until(() -> JSON.readTree(response(port, "/incidents", null, token))
                                    .at("/0/count")
                                    .asInt()
                            == 1);
            assertTrue(response(port, "/metrics", null, token).contains("tiercel_functions_alerts_counted_total 1"));
            String pid = podman.out("inspect", "--format", "{{.State.Pid}}", first);
            String status = Files.readString(Path.of("/proc", pid, "status"));
            assertTrue(status.contains("Uid:\t65532\t65532"), status);
            assertTrue(status.contains("CapEff:\t0000000000000000"), status);
            podman.out("stop", "--time", "20", first);
            assertEquals("143", podman.out("inspect", "--format", "{{.State.ExitCode}}", first), "stopped, not killed");

            server(podman, port);
            await().atMost(LIMIT)
                    .until(() -> response(port, "/incidents", null, token), body -> body.contains("\"rule\":\"Try\""));
            assertEquals("responder", role(port, token));
            assertEquals("", role(port, "not-" + token));
        }
    }

    /** Returns the role that a token has; empty if it is not valid. */
    private static String role(int port, String token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/operator"))
                .timeout(Duration.ofMinutes(1))
                .header("Authorization", "Bearer " + token)
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return JSON.readTree(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .path("role")
                    .asText();
        }
    }

    @Test
    void eachPlatformPullsItsOwnImageFromJoinedLayouts() throws Exception {
        try (Podman podman = Podman.in(Files.createDirectory(folder.resolve("podman")))) {
            Path here = folder.resolve("here");
            make("image", "sensor", "--oci", here.toString());
            String architecture = JSON.readTree(here.resolve("index.json").toFile())
                    .at("/manifests/0/platform/architecture")
                    .asText();
            String another = architecture.equals("arm64") ? "amd64" : "arm64";
            Path there = folder.resolve("there");
            OtherPlatform.copy(here, there, another);
            Path all = folder.resolve("all");
            make("image", "join", "--oci", all.toString(), here.toString(), there.toString());
            for (String each : List.of(another, architecture)) {
                String id = podman.out("pull", "--quiet", "--platform=linux/" + each, "oci:" + all);
                assertEquals(each, podman.out("inspect", "--type=image", "--format", "{{.Architecture}}", id));
            }
            if (RegistryProcess.isInstalled()) {
                podmanPullsThePrintedDigest(podman, another, all);
            }
        }
    }

    private void podmanPullsThePrintedDigest(Podman podman, String architecture, Path layout) throws Exception {
        try (RegistryProcess registry = RegistryProcess.start(folder)) {
            String name = registry.address() + "/tiercel/sensor";
            Tool.Result pushed = new Tool(Tiercel.ROOT.resolve("tiercel").toString(), Map.of("TIERCEL_BUILD", "no"))
                    .run("image", "push", "--allow-insecure", "--name", name + ":7", layout.toString());
            assertEquals(0, pushed.status(), pushed.text());
            String digest = pushed.text().replaceAll("(?s).* (sha256:[0-9a-f]{64}) pushed.*", "$1");
            String id = podman.out(
                    "pull", "--quiet", "--tls-verify=false", "--platform=linux/" + architecture, name + "@" + digest);
            assertEquals(architecture, podman.out("inspect", "--type=image", "--format", "{{.Architecture}}", id));
        }
    }

    private static String server(Podman podman, int port) throws Exception {
        return podman.out(
                "run",
                "--detach",
                "--read-only",
                "--read-only-tmpfs=false",
                "--cap-drop=all",
                "--security-opt=no-new-privileges",
                "--network=host",
                "--env=TIERCEL_HOST=127.0.0.1",
                "--env=TIERCEL_PORT=" + port,
                "--volume=incidents:/var/lib/tiercel",
                "tiercel/server:0.2.0");
    }

    /** Returns the response body; empty while the server does not answer. */
    private static String response(int port, String path, @Nullable String body, String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(5));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (body != null) {
            request.POST(HttpRequest.BodyPublishers.ofString(body));
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "";
        }
    }
}
