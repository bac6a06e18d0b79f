package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The chart and the images on a real Kubernetes node: from {@code helm install} to an incident about a pod, and back to nothing. */
@Tag("cluster")
@ExtendWith(SharedNode.class)
class HelmNodeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String SHADOW = "Sensitive file read by untrusted program";
    private static final String OWN = "A file of interest is read";

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

    private static final String VALUES = """
            cluster: market
            rules:
              detections: true
              files:
                own.yaml: |
                  - rule: A file of interest is read
                    desc: The file that the test reads.
                    condition: evt.type in (open, openat) and evt.is_open_read = true and fd.name = NAME
                    output: read by %%k8s.pod.label[app] (%%k8s.ns.name) file=%%fd.name
                    priority: NOTICE
            delivery:
              tlsSecret: tiercel-client
            spool:
              hostPath: %s
            extraEnv: [{name: TZ, value: UTC}]
            extraVolumes: [{name: own, emptyDir: {}}]
            extraVolumeMounts: [{name: own, mountPath: /own, readOnly: true}]
            server:
              enabled: true
              tlsSecret: tiercel-server
              tokenSecret: tiercel-operator
              viewerTokenSecret: tiercel-viewer
              enrichSources: [kubernetes]
              env: {OWN: {secretKeyRef: {name: tiercel-viewer, key: token}}}
              storage: {kind: emptyDir, size: 100Mi}
              files:
                responses: |
                  - policy: Look at what reads secrets
                    desc: shown with the incident
                    match: {rules: ["Sensitive file read by untrusted program"]}
                    actions: ["k8s:label"]
            """;

    @TempDir
    private Path folder;

    private Path values(Path spool, String fileOfInterest) throws IOException {
        return Files.writeString(
                folder.resolve("values.yaml"), VALUES.formatted(spool).replace("NAME", fileOfInterest));
    }

    /** Reads the file in the pod until an incident of the rule has an alert about it as its sample. */
    private JsonNode incident(KubeNode node, ServerInCluster server, String rule, String file) {
        return await().atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(1))
                .until(
                        () -> {
                            node.kubectl("-n", "shop", "exec", "cart", "--", "/bin/cat", file);
                            for (JsonNode known : server.get("/incidents?rule=" + rule.replace(" ", "%20"))) {
                                JsonNode incident = server.get(
                                        "/incidents/" + known.path("id").asText());
                                if (incident.path("target").asText().equals(file)
                                        && field(incident, "k8s.pod.name").equals("cart")) {
                                    return incident;
                                }
                            }
                            return null;
                        },
                        incident -> incident != null);
    }

    private static String field(JsonNode incident, String name) {
        return incident.at("/sample/0/output_fields/" + name).asText();
    }

    @Test
    void podIsWatchedFromInstallToUninstall(KubeNode node) throws Exception {
        ServerInCluster server = new ServerInCluster(node, folder);
        server.createSecrets();
        Path spool = folder.resolve("on-node");
        Set<String> pinned = pinned();
        missingStorageClassIsReported(node);
        podSecurityLevelIsReported(node);
        server.helm("install", values(spool, "/etc/one"));
        server.awaitRollout();
        pod(node);
        testOfTheReleaseSucceeds(node, server);

        alertsReachTheServer(node, server);
        serverHasTheRightsOfItsSettings(node);
        rulesChangeWithoutARestart(node, server, spool);
        onlyTheSpoolIsWritableOnTheNode(node, spool);

        node.helm("rollback", "watch", "1", "--namespace", "tiercel", "--wait");
        Set<Integer> programs = BpfPrograms.ofProcesses("/etc/tiercel/config/tiercel.yaml");
        assertFalse(programs.isEmpty(), "the sensor has loaded no program");
        assertTrue(BpfPrograms.loaded().containsAll(programs), programs.toString());
        node.helm("uninstall", "watch", "--namespace", "tiercel", "--wait");
        uninstallLeavesNothing(node, programs);
        assertEquals(pinned, pinned());
        try (Stream<Path> left = Files.list(spool)) {
            assertEquals(List.of(spool.resolve("spool")), left.toList());
        }
    }

    /** The node has no StorageClass. */
    private static void missingStorageClassIsReported(KubeNode node) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("install", "other", Chart.FOLDER, "--namespace", "tiercel"));
        for (String setting : Chart.SERVER.split(" ")) {
            arguments.addAll(List.of("--set", setting));
        }
        Tool.Result result = node.tryHelm(arguments.toArray(String[]::new));
        assertEquals(1, result.status(), result.text());
        assertTrue(result.text().contains("the cluster has no default StorageClass"), result.text());
    }

    private static void podSecurityLevelIsReported(KubeNode node) throws Exception {
        node.kubectl("create", "namespace", "baseline");
        node.kubectl("label", "namespace", "baseline", "pod-security.kubernetes.io/enforce=baseline");
        Tool.Result result = node.tryHelm("install", "other", Chart.FOLDER, "--namespace", "baseline");
        assertEquals(1, result.status(), result.text());
        assertTrue(result.text().contains("enforces the Pod Security level baseline"), result.text());
        node.kubectl("delete", "namespace", "baseline", "--wait=false");
    }

    /** Then the metrics of the chart's rules and dashboard exist, except those of channels, of which there are none. */
    private static void testOfTheReleaseSucceeds(KubeNode node, ServerInCluster server) throws Exception {
        String output = node.helm("test", "watch", "--namespace", "tiercel");
        assertTrue(output.contains("Phase:          Succeeded"), output);
        String address = node.kubectl(
                "-n",
                "tiercel",
                "get",
                "pods",
                "-l",
                "app.kubernetes.io/component=sensor",
                "-o",
                "jsonpath={.items[0].status.podIP}");
        String metrics = "http://" + address + ":9464/metrics";
        Tool.Result refused = node.enter("curl", "-sS", "--max-time", "30", metrics);
        assertTrue(refused.text().contains("Authorization: Bearer"), refused.text());
        String token = new String(
                Base64.getDecoder()
                        .decode(node.kubectl(
                                "-n",
                                "tiercel",
                                "get",
                                "secret",
                                "watch-tiercel-metrics",
                                "-o",
                                "jsonpath={.data.token}")),
                StandardCharsets.US_ASCII);
        Tool.Result sensor =
                node.enter("curl", "-sS", "--max-time", "30", "-H", "Authorization: Bearer " + token, metrics);
        ServerInCluster.Response functions = server.metrics();
        assertEquals(200, functions.status(), functions.body());
        Set<String> exposed = ChartMonitoringTest.metrics(sensor.text() + functions.body());
        Set<String> used = ChartMonitoringTest.metrics(Tiercel.read(Tiercel.ROOT.resolve(Chart.FOLDER + "/alerts.yaml"))
                + Tiercel.read(Tiercel.ROOT.resolve(Chart.FOLDER + "/dashboard.json")));
        used.removeIf(name -> name.startsWith("tiercel_notifications_"));
        used.removeAll(exposed);
        assertEquals(Set.of(), used, "not exposed by the sensor or the server");
    }

    private void pod(KubeNode node) throws Exception {
        node.kubectl("create", "namespace", "shop");
        node.kubectl(
                "apply",
                "-f",
                Files.writeString(folder.resolve("pod.yaml"), POD).toString());
        node.kubectl("-n", "shop", "wait", "--for=condition=Ready", "pod/cart", "--timeout=60s");
        node.kubectl("-n", "shop", "exec", "cart", "--", "/bin/sh", "-c", "touch /etc/shadow /etc/one /etc/other");
    }

    private void alertsReachTheServer(KubeNode node, ServerInCluster server) throws Exception {
        JsonNode shadow = incident(node, server, SHADOW, "/etc/shadow");
        assertEquals(KubeNode.NAME, shadow.at("/sample/0/hostname").asText());
        assertEquals(KubeNode.NAME, shadow.at("/enrichment/sender/node").asText(), "the token proves the node");
        assertEquals("shop", field(shadow, "k8s.ns.name"));
        assertEquals("docker.io/library/busybox", field(shadow, "container.image.repository"));
        assertEquals("market", shadow.path("cluster").asText());
        assertTrue(shadow.at("/enrichment/lookups").toString().contains("kubernetes pod"), shadow.toString());
        assertTrue(shadow.at("/plan").toString().contains("Look at what reads secrets"), shadow.toString());
        JsonNode own = incident(node, server, OWN, "/etc/one");
        assertEquals("basket", field(own, "k8s.pod.label[app]"));
    }

    private static void serverHasTheRightsOfItsSettings(KubeNode node) throws Exception {
        String account = "system:serviceaccount:tiercel:watch-tiercel-server";
        assertTrue(node.may(account, "get", "pods"), "it looks up pods");
        assertFalse(node.may(account, "patch", "pods"), "no action is enabled");
        assertFalse(node.may(account, "get", "secrets"));
        assertFalse(
                node.may("system:serviceaccount:tiercel:tiercel-sensor", "get", "pods"),
                "sensors do not call the API server");
    }

    private void rulesChangeWithoutARestart(KubeNode node, ServerInCluster server, Path spool) throws Exception {
        String pods = node.kubectl("-n", "tiercel", "get", "pods", "-o", "name");
        server.helm("upgrade", values(spool, "/etc/other"));
        server.awaitRollout();
        incident(node, server, OWN, "/etc/other");
        assertEquals(
                pods,
                node.kubectl("-n", "tiercel", "get", "pods", "-o", "name"),
                "changed rules must not restart pods");
    }

    private static void onlyTheSpoolIsWritableOnTheNode(KubeNode node, Path spool) throws Exception {
        JsonNode spec = JSON.readTree(node.kubectl("-n", "tiercel", "get", "daemonset", "watch-tiercel", "-o", "json"))
                .at("/spec/template/spec");
        for (JsonNode volume : spec.path("volumes")) {
            for (JsonNode mount : spec.at("/containers/0/volumeMounts")) {
                if (volume.has("hostPath") && mount.path("name").equals(volume.path("name"))) {
                    boolean isSpool = volume.at("/hostPath/path").asText().equals(spool.toString());
                    assertEquals(isSpool, !mount.path("readOnly").asBoolean(), volume.toString());
                }
            }
        }
        String notes = node.helm("get", "notes", "watch", "--namespace", "tiercel");
        assertTrue(notes.contains(spool.toString()), notes);
    }

    private static void uninstallLeavesNothing(KubeNode node, Set<Integer> programs) throws Exception {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> node.kubectl("-n", "tiercel", "get", "all", "-o", "name")
                        .isBlank());
        await().atMost(Duration.ofSeconds(20)).until(() -> Collections.disjoint(BpfPrograms.loaded(), programs));
        assertEquals(
                "",
                node.kubectl(
                        "get",
                        "configmaps,secrets,serviceaccounts,clusterroles,clusterrolebindings,persistentvolumeclaims",
                        "-A",
                        "-o",
                        "name",
                        "-l",
                        "app.kubernetes.io/instance=watch"));
    }

    /** Returns everything pinned in the BPF file system, where programs could outlive their process. */
    private static Set<String> pinned() throws IOException {
        Path root = Path.of("/sys/fs/bpf");
        if (!Files.isDirectory(root)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.walk(root)) {
            return Set.copyOf(files.map(Path::toString).toList());
        }
    }
}
