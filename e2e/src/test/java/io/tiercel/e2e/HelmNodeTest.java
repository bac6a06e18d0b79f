package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart and the image on a real Kubernetes node: from {@code helm install} to an alert about a pod, and back to nothing. */
class HelmNodeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String CHART = "infra/helm/tiercel";

    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: cart, namespace: shop, labels: {app: basket}}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: main
                image: busybox:local
                imagePullPolicy: Never
                command: [/bin/sh, -c, "trap exit TERM; while :; do /bin/sleep 1; done"]
            """;

    private static final String RULE = """
            rules:
              detections: true
              files:
                own.yaml: |
                  - rule: A file of interest is read
                    desc: The name that the test looks for.
                    condition: evt.type in (open, openat) and evt.is_open_read = true and fd.name = NAME
                    output: read by %%k8s.pod.label[app] (%%k8s.ns.name)
                    priority: NOTICE
            delivery:
              server: https://127.0.0.1:1
            spool:
              hostPath: %s
            """;

    @TempDir
    private Path folder;

    private final Path node =
            Path.of("/tmp/tiercel-helm-" + ProcessHandle.current().pid());

    @AfterEach
    void down() throws Exception {
        if (Files.exists(node)) {
            Tool.onPath("kube-down").run("--dir", node.toString());
        }
    }

    private Tool tool(String name) {
        return new Tool(
                name, Map.of("KUBECONFIG", node.resolve("admin.kubeconfig").toString()));
    }

    private String kubectl(String... words) throws Exception {
        return tool("kube").out(with("kubectl", words));
    }

    private static String[] with(String first, String... words) {
        String[] all = new String[words.length + 1];
        all[0] = first;
        System.arraycopy(words, 0, all, 1, words.length);
        return all;
    }

    private Path values(Path spool, String fileOfInterest) throws Exception {
        return Files.writeString(
                folder.resolve("values.yaml"), RULE.formatted(spool).replace("NAME", fileOfInterest));
    }

    private void release(String word, Path values) throws Exception {
        tool("helm").out(word, "watch", CHART, "--namespace", "tiercel", "--create-namespace", "-f", values.toString());
        kubectl("-n", "tiercel", "rollout", "status", "daemonset/watch-tiercel", "--timeout=120s");
    }

    /** Reads the file in the pod until the sensor's log has an alert by the rule about it. */
    private JsonNode alertOf(String rule, String file) {
        return await().atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(1))
                .until(
                        () -> {
                            kubectl("-n", "shop", "exec", "cart", "--", "/bin/cat", file);
                            for (String line : kubectl("-n", "tiercel", "logs", "daemonset/watch-tiercel", "--tail=50")
                                    .split("\n")) {
                                JsonNode alert = line.startsWith("{\"hostname\"") ? JSON.readTree(line) : null;
                                if (alert != null
                                        && alert.path("rule").asText().equals(rule)
                                        && alert.at("/output_fields/k8s.pod.name")
                                                .asText()
                                                .equals("cart")) {
                                    return alert;
                                }
                            }
                            return null;
                        },
                        alert -> alert != null);
    }

    @Test
    void aPodIsWatchedFromInstallToUninstall() throws Exception {
        Tiercel.assumeCapture();
        for (String name : List.of("kube-up", "kube-load", "helm")) {
            Tool.onPath(name);
        }
        Path tar = folder.resolve("sensor.tar");
        Tool.Result image = new Tool(Tiercel.ROOT.resolve("tiercel").toString(), Map.of("TIERCEL_BUILD", "no"))
                .run("image", "--tar", tar.toString());
        assertEquals(0, image.status(), image.text());

        Tool.onPath("kube-up").out("--dir", node.toString(), "--timeout", "240");
        tool("kube-load").out("--dir", node.toString(), tar.toString());
        Path spool = folder.resolve("on-node");
        release("install", values(spool, "/etc/one"));
        kubectl("create", "namespace", "shop");
        kubectl(
                "apply",
                "-f",
                Files.writeString(folder.resolve("pod.yaml"), POD).toString());
        kubectl("-n", "shop", "wait", "--for=condition=Ready", "pod/cart", "--timeout=60s");
        kubectl("-n", "shop", "exec", "cart", "--", "/bin/sh", "-c", "touch /etc/shadow /etc/one /etc/other");

        JsonNode alert = alertOf("Sensitive file read", "/etc/shadow");
        assertEquals("tiercel-node", alert.path("hostname").asText());
        assertEquals("shop", alert.at("/output_fields/k8s.ns.name").asText());
        assertEquals(
                "docker.io/library/busybox",
                alert.at("/output_fields/container.image.repository").asText());
        JsonNode own = alertOf("A file of interest is read", "/etc/one");
        assertTrue(own.path("output").asText().contains("read by basket (shop)"), own.toString());
        assertTrue(Files.isDirectory(spool.resolve("spool")), "what is not yet delivered is on the node");

        String pod = kubectl("-n", "tiercel", "get", "pods", "-o", "name");
        release("upgrade", values(spool, "/etc/other"));
        alertOf("A file of interest is read", "/etc/other");
        assertEquals(pod, kubectl("-n", "tiercel", "get", "pods", "-o", "name"), "other rules need no restart");

        tool("helm").out("rollback", "watch", "1", "--namespace", "tiercel", "--wait");
        tool("helm").out("uninstall", "watch", "--namespace", "tiercel", "--wait");
        await().atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(1))
                .until(() ->
                        kubectl("-n", "tiercel", "get", "all", "-o", "name").isBlank());
        assertEquals(
                "",
                kubectl("-n", "tiercel", "get", "configmaps", "-o", "name", "-l", "app.kubernetes.io/instance=watch"));
    }
}
