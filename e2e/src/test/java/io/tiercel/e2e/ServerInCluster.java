package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The release {@code watch} of the chart in a cluster, with its server. */
final class ServerInCluster {
    /** Namespace of the release. */
    static final String NAMESPACE = "tiercel";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CHART = "infra/helm/tiercel";
    private static final String NAME = "watch-tiercel-server";
    private static final String HOST = NAME + "." + NAMESPACE + ".svc";
    private static final String VIEWER_TOKEN = "a-viewers-token-for-this-test-only";
    private static final String OPERATOR_TOKEN = "an-operators-token-for-this-test-only";

    private final KubeNode node;
    private final Path folder;
    private @Nullable String address;

    /**
     * Creates the access to a release.
     *
     * @param folder for certificates and request bodies
     */
    ServerInCluster(KubeNode node, Path folder) {
        this.node = node;
        this.folder = folder;
    }

    /** An HTTP response. */
    record Response(int status, String body) {
        JsonNode json() throws IOException {
            return JSON.readTree(body);
        }
    }

    static Tool tiercel() {
        return new Tool(Tiercel.ROOT.resolve("tiercel").toString(), Map.of("TIERCEL_BUILD", "no"));
    }

    /** Creates the namespace with the Secrets {@code tiercel-server}, {@code tiercel-client}, {@code tiercel-operator} and {@code tiercel-viewer}. */
    void createSecrets() throws Exception {
        Path certs = folder.resolve("certs");
        tiercel().out("certs", "--dir", certs.toString(), "--host", HOST);
        node.kubectl("create", "namespace", NAMESPACE);
        for (String side : List.of("server", "client")) {
            node.kubectl(
                    "-n",
                    NAMESPACE,
                    "create",
                    "secret",
                    "generic",
                    "tiercel-" + side,
                    "--from-file=tls.crt=" + certs.resolve(side + ".crt"),
                    "--from-file=tls.key=" + certs.resolve(side + ".key"),
                    "--from-file=ca.crt=" + certs.resolve("ca.crt"));
        }
        node.kubectl(
                "-n",
                NAMESPACE,
                "create",
                "secret",
                "generic",
                "tiercel-operator",
                "--from-literal=token=" + OPERATOR_TOKEN);
        node.kubectl(
                "-n",
                NAMESPACE,
                "create",
                "secret",
                "generic",
                "tiercel-viewer",
                "--from-literal=token=" + VIEWER_TOKEN);
    }

    /** Runs {@code helm install} or {@code helm upgrade}. */
    void helm(String command, Path values, String... options) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of(command, "watch", CHART, "--namespace", NAMESPACE, "-f", values.toString()));
        arguments.addAll(List.of(options));
        node.helm(arguments.toArray(String[]::new));
    }

    /** Waits until all pods of the release are ready. */
    void awaitRollout() throws Exception {
        for (String part : List.of("daemonset/watch-tiercel", "deployment/" + NAME)) {
            try {
                node.kubectl("-n", NAMESPACE, "rollout", "status", part, "--timeout=120s");
            } catch (AssertionError e) {
                e.addSuppressed(new AssertionError(node.kubectl("-n", NAMESPACE, "describe", "pods") + logs()));
                throw e;
            }
        }
    }

    /** Calls the server with the client certificate that all sensors share. The body may be null. */
    Response call(String method, String path, @Nullable String authorization, @Nullable String body) throws Exception {
        if (address == null) {
            address = node.kubectl("-n", NAMESPACE, "get", "service", NAME, "-o", "jsonpath={.spec.clusterIP}");
        }
        Path certs = folder.resolve("certs");
        List<String> arguments = new ArrayList<>(List.of(
                "curl",
                "-sS",
                "--max-time",
                "30",
                "-w",
                "\n%{http_code}",
                "-X",
                method,
                "--cacert",
                certs.resolve("ca.crt").toString(),
                "--cert",
                certs.resolve("client.crt").toString(),
                "--key",
                certs.resolve("client.key").toString(),
                "--resolve",
                HOST + ":8466:" + address));
        if (authorization != null) {
            arguments.addAll(List.of("-H", "Authorization: " + authorization));
        }
        if (body != null) {
            Path file = Files.writeString(Files.createTempFile(folder, "body", ".json"), body);
            arguments.addAll(List.of("--data-binary", "@" + file));
        }
        arguments.add("https://" + HOST + ":8466" + path);
        Tool.Result result = node.enter(arguments.toArray(String[]::new));
        assertEquals(0, result.status(), result.text());
        int end = result.text().lastIndexOf('\n');
        return new Response(
                Integer.parseInt(result.text().substring(end + 1).strip()),
                result.text().substring(0, end));
    }

    /** Returns what the server and the sensors have written last. */
    String logs() throws Exception {
        StringBuilder logs = new StringBuilder();
        for (String part : List.of("deployment/" + NAME, "daemonset/watch-tiercel")) {
            logs.append(part).append(":\n").append(node.kubectl("-n", NAMESPACE, "logs", part, "--tail=100"));
        }
        return logs.toString();
    }

    /** Reads a document as an operator. */
    JsonNode get(String path) throws Exception {
        Response response = call("GET", path, "Bearer " + OPERATOR_TOKEN, null);
        assertEquals(200, response.status(), response.body());
        return response.json();
    }

    /** Requests an action on an incident as an operator. */
    void act(String incident, String action) throws Exception {
        Response response =
                call("POST", "/incidents/" + incident + "/" + action, "Bearer " + OPERATOR_TOKEN, "{\"by\":\"ada\"}");
        assertEquals(2, response.status() / 100, response.body());
    }

    /** Returns the metrics of the server, as Prometheus reads them with the token of viewers. */
    Response metrics() throws Exception {
        return call("GET", "/metrics", "Bearer " + VIEWER_TOKEN, null);
    }

    /** Returns the value of a metric of the server without labels. */
    double metric(String name) throws Exception {
        Response response = call("GET", "/metrics", "Bearer " + OPERATOR_TOKEN, null);
        assertEquals(200, response.status(), response.body());
        return response.body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not in " + response.body()));
    }

    /** Ends the process of the server with SIGKILL, and waits until its container runs again with the same database. */
    void kill() throws Exception {
        String pod = "pod" + pod("{.items[0].metadata.uid}");
        List<ProcessHandle> processes = ProcessHandle.allProcesses()
                .filter(process -> isJavaOf(pod, process.pid()))
                .toList();
        assertEquals(1, processes.size(), () -> "processes of the server: " + processes);
        processes.getFirst().destroyForcibly();
        String status = "{.items[0].status.containerStatuses[0].restartCount}"
                + "{.items[0].status.containerStatuses[0].ready}";
        await().atMost(ShopCluster.LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> pod(status), text -> text.matches("[1-9]+true"));
    }

    private String pod(String path) throws Exception {
        return node.kubectl(
                "-n", NAMESPACE, "get", "pods", "-l", "app.kubernetes.io/component=server", "-o", "jsonpath=" + path);
    }

    private static boolean isJavaOf(String pod, long pid) {
        try {
            Path folder = Path.of("/proc/" + pid);
            return Files.readString(folder.resolve("cgroup")).contains(pod)
                    && Files.readString(folder.resolve("comm")).startsWith("java");
        } catch (IOException e) {
            return false; // The process has ended.
        }
    }

    /** Posts alerts as a sensor does; the token may be null. */
    Response post(@Nullable String token, String alerts) throws Exception {
        return call("POST", "/alerts", token == null ? null : "Bearer " + token, alerts);
    }
}
