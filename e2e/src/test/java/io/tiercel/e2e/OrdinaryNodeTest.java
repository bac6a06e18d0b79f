package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ordinary life of a node, compressed, under the chart and the detections as shipped: no alert of priority Warning or above. Then
 * the attacks that imitate it, which raise alerts.
 */
@Tag("cluster")
@ExtendWith(SharedNode.class)
class OrdinaryNodeTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String LOGS = "Log file deleted or truncated";
    private static final String API = "Kubernetes API server contacted by shell or tool in container";
    private static final String SHADOW = "Sensitive file read by untrusted program";
    private static final List<String> URGENT = List.of("Emergency", "Alert", "Critical", "Error", "Warning");
    private static final int REGISTRY_PORT = 5000;

    /** Small enough that the kubelet rotates logs many times in a minute. */
    private static final String LOG_ROTATION = """
            containerLogMaxSize: 20Ki
            containerLogMaxFiles: 3
            containerLogMonitorInterval: 3s
            """;

    private static final String VALUES = """
            delivery:
              tlsSecret: tiercel-client
            spool:
              hostPath: SPOOL
            server:
              enabled: true
              tlsSecret: tiercel-server
              tokenSecret: tiercel-operator
              enrichSources: [kubernetes]
              storage:
                className: "-"
            """;

    /** The chart claims a volume for its server, whose database must outlive the pod here. */
    private static final String VOLUME = """
            apiVersion: v1
            kind: PersistentVolume
            metadata: {name: incidents}
            spec:
              capacity: {storage: 10Gi}
              accessModes: [ReadWriteOnce]
              hostPath: {path: DATA}
            """;

    /** A pod that looks like the server of Tiercel. */
    private static final String IMPOSTOR = """
            apiVersion: v1
            kind: Pod
            metadata:
              name: watch-tiercel-server
              namespace: life
              labels: {app.kubernetes.io/name: tiercel, app.kubernetes.io/instance: watch, app.kubernetes.io/component: server}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: server
                image: busybox:local
                imagePullPolicy: Never
                command: [/bin/sh, -c, "trap exit TERM; while :; do /bin/sleep 1; done"]
            """;

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private KubeNode node;

    @SuppressWarnings("NullAway.Init")
    private ServerInCluster server;

    @Test
    void ordinaryLifeRaisesNoAlertAndItsImitationsDo(KubeNode shared) throws Exception {
        node = shared;
        server = new ServerInCluster(node, folder);
        try (Kubelet _ = Kubelet.restarted(node, LOG_ROTATION)) {
            install();
            CompletableFuture<String> packages = async(this::upgradePackage);
            Process registry = registry();
            try {
                live();
            } finally {
                registry.destroy();
            }
            assertTrue(packages.join().contains("upgraded"), packages.join());
            imitate();
            nothingElseAlerts();
        }
    }

    private void install() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));
        node.apply(folder.resolve("volume.yaml"), VOLUME.replace("DATA", data.toString()));
        loadServer();
        server.createSecrets();
        server.helm("install", values());
        server.awaitRollout();
    }

    private Path values() throws Exception {
        return Files.writeString(
                folder.resolve("values.yaml"),
                VALUES.replace("SPOOL", folder.resolve("spool").toString()));
    }

    /** Loads an image whose program serves HTTP. */
    private void loadServer() throws Exception {
        Path root = Files.createDirectory(folder.resolve("server"));
        Tool.onPath("gcc").out("-static", "-o", root.resolve("server").toString(), "e2e/src/test/c/server.c");
        String config = "{\"Entrypoint\":[\"/server\"]}";
        Path image = folder.resolve("server.tar");
        Tool.onPath("kube-image").out("server:local", image.toString(), root.toString(), config);
        node.load(image);
    }

    private Process registry() throws Exception {
        Path launcher = Tiercel.ROOT.resolve("e2e/src/test/python/registry.py");
        Process process = node.start(
                folder.resolve("registry.txt"),
                "/usr/bin/python3",
                launcher.toString(),
                node.folder().resolve("node/images/busybox.tar").toString(),
                Integer.toString(REGISTRY_PORT));
        assertEquals("ready", process.inputReader().readLine());
        return process;
    }

    private void live() throws Exception {
        node.kubectl("apply", "-f", "e2e/src/test/kubernetes/ordinary-life.yaml");
        awaitDeployment();
        CompletableFuture<String> upgrade = async(this::upgradeRelease);
        String pod =
                node.kubectl("-n", "life", "get", "pods", "-l", "app=web", "-o", "jsonpath={.items[0].metadata.name}");
        useAsPeopleDo(pod);
        node.kubectl("-n", "life", "patch", "configmap", "settings", "-p", "{\"data\":{\"color\":\"red\"}}");
        node.kubectl("-n", "life", "set", "env", "deployment/web", "COLOR=red");
        awaitDeployment();
        node.kubectl("-n", "life", "scale", "deployment/web", "--replicas=3");
        node.kubectl("cordon", KubeNode.NAME);
        node.kubectl("uncordon", KubeNode.NAME);
        awaitDeployment();
        node.kubectl("-n", "life", "rollout", "undo", "deployment/web");
        awaitDeployment();
        handleImages();
        awaitRotatedLogs();
        upgrade.join();
        node.kubectl("-n", "life", "wait", "--for=delete", "job/sum", "--timeout=60s");
        node.kubectl("delete", "namespace", "life");
    }

    private void awaitDeployment() throws Exception {
        node.kubectl("-n", "life", "rollout", "status", "deployment/web", "--timeout=60s");
    }

    private void useAsPeopleDo(String pod) throws Exception {
        String local = Files.writeString(folder.resolve("sent"), "data").toString();
        String received = folder.resolve("received").toString();
        String copied = pod + ":/data/sent";
        node.kubectl("-n", "life", "exec", pod, "-c", "logs", "--", "/bin/ls", "/");
        node.kubectl("-n", "life", "exec", pod, "-c", "logs", "--", "/bin/sh", "-c", "/bin/ps; /bin/cat /key/token");
        node.kubectl("-n", "life", "cp", "-c", "logs", local, copied);
        node.kubectl("-n", "life", "cp", "-c", "logs", copied, received);
        assertEquals("data", Files.readString(Path.of(received)));
        node.kubectl("-n", "life", "logs", pod, "-c", "logs", "--tail=3");
        forwardPort(pod);
        String address = node.kubectl("-n", "life", "get", "service", "web", "-o", "jsonpath={.spec.clusterIP}");
        assertEquals(
                "OK",
                node.enter("curl", "-s", "--max-time", "5", "http://" + address + "/health")
                        .text());
        node.kubectl(
                "-n",
                "life",
                "debug",
                pod,
                "--image=busybox:local",
                "--image-pull-policy=Never",
                "--profile=general",
                "--",
                "/bin/ls",
                "/");
    }

    private void forwardPort(String pod) throws Exception {
        Process forward = node.startKubectl("-n", "life", "port-forward", pod, ":8080");
        try {
            String line = Objects.requireNonNull(forward.inputReader().readLine());
            String port = line.replaceAll(".*127\\.0\\.0\\.1:(\\d+) .*", "$1");
            assertEquals(
                    "OK", Tool.onPath("curl").out("-s", "--max-time", "5", "http://127.0.0.1:" + port + "/health"));
        } finally {
            forward.destroy();
        }
    }

    private void handleImages() throws Exception {
        String archive = node.folder().resolve("node/images/busybox.tar").toString();
        for (String[] arguments : new String[][] {{"import", archive}, {"ls"}, {"rm", "127.0.0.1:5000/tools:1"}}) {
            List<String> command = new ArrayList<>(List.of("ctr", "-n", "k8s.io", "images"));
            command.addAll(List.of(arguments));
            Tool.Result result = node.enter(command.toArray(String[]::new));
            assertEquals(0, result.status(), result.text());
        }
    }

    private void awaitRotatedLogs() {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(500)).until(() -> {
            try (Stream<Path> files = Files.walk(node.folder().resolve("node/pods"))) {
                return files.anyMatch(file -> file.toString().endsWith(".gz"));
            } catch (UncheckedIOException e) {
                return false; // A pod has just ended.
            }
        });
    }

    /** Replaces all pods of the release. */
    private String upgradeRelease() throws Exception {
        server.helm("upgrade", values(), "--set", "podAnnotations.turn=two", "--set", "server.env.TURN=two");
        server.awaitRollout();
        return "";
    }

    /** Upgrades a package on this machine, whose kernel the node shares. */
    private String upgradePackage() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("package"));
        return new Tool(Tiercel.ROOT.resolve("e2e/src/test/sh/package-upgrade").toString(), Map.of())
                .out(empty.toString());
    }

    private static CompletableFuture<String> async(Callable<String> work) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return work.call();
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
    }

    /** Attacks that have the looks of what is excepted. */
    private void imitate() throws Exception {
        Path imitation = folder.resolve("kubelet");
        Files.copy(Path.of("/bin/rm"), imitation, StandardCopyOption.COPY_ATTRIBUTES);
        Path log = Files.createDirectories(node.folder().resolve("node/pods/imitated"))
                .resolve("0.log");
        Files.createFile(log);
        Tool.Result removed = node.enter(imitation.toString(), "/var/log/pods/imitated/0.log");
        assertEquals(0, removed.status(), removed.text());
        node.kubectl("create", "namespace", "life");
        node.apply(folder.resolve("impostor.yaml"), IMPOSTOR);
        String pod = "watch-tiercel-server";
        node.kubectl("-n", "life", "wait", "--for=condition=Ready", "pod/" + pod, "--timeout=60s");
        node.kubectl("-n", "life", "exec", pod, "--", "/bin/sh", "-c", "/bin/touch /etc/shadow; /bin/cat /etc/shadow");
        node.kubectl(
                "-n",
                "life",
                "exec",
                pod,
                "--",
                "/bin/sh",
                "-c",
                "/bin/wget -q -T 2 -O - http://10.96.0.1:443 || true");
        for (String[] expected :
                new String[][] {{LOGS, "host "}, {SHADOW, "container life server"}, {API, "container life server"}}) {
            await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> incidents().stream()
                            .anyMatch(incident -> incident.path("rule").asText().equals(expected[0])
                                    && incident.path("workload").asText().startsWith(expected[1])));
        }
    }

    private List<JsonNode> incidents() throws Exception {
        List<JsonNode> incidents = new ArrayList<>();
        server.get("/incidents").forEach(incidents::add);
        return incidents;
    }

    private void nothingElseAlerts() throws Exception {
        List<String> unexpected = new ArrayList<>();
        int imitations = 0;
        for (JsonNode incident : incidents()) {
            String rule = incident.path("rule").asText();
            String workload = incident.path("workload").asText();
            boolean isImitation = workload.startsWith("container life server")
                    || rule.equals(LOGS) && incident.path("target").asText().equals("/var/log/pods/imitated/0.log")
                    || incident.path("executable")
                            .asText()
                            .equals(folder.resolve("kubelet").toString());
            imitations += isImitation ? 1 : 0;
            boolean isOwn = workload.startsWith("container tiercel ");
            if (!isImitation
                    && (isOwn || URGENT.contains(incident.path("priority").asText()))) {
                unexpected.add(server.get("/incidents/" + incident.path("id").asText())
                                .at("/sample/0/output")
                                .asText() + " " + incident);
            }
        }
        assertEquals(List.of(), unexpected, "alerts about ordinary life");
        assertTrue(imitations >= 3, "incidents of imitations: " + imitations);
    }
}
