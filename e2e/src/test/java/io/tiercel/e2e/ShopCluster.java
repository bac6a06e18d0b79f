package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A cluster with a shop and the chart as shipped. A pod on the real node has an EKS Pod Identity role. Pods of the shop and of a
 * sensor are on a node that exists only in the API. Both nodes are instances of an emulated AWS account.
 */
final class ShopCluster {
    /** The limit of each wait. */
    static final Duration LIMIT = Duration.ofSeconds(120);

    /** The EKS cluster, and the label of its incidents. */
    static final String CLUSTER = "market";

    /** The role of the pod. */
    static final String ROLE = "cart";

    /** The node without a machine. */
    static final String OTHER_NODE = "other-node";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SENSOR = "tiercel-sensor";
    private static final String AUDIENCE = "tiercel";
    private static final String PROBE = "Probe";

    /** The indentation of the contents in {@link #VALUES}. */
    private static final int INDENT = 6;

    private static final String OBJECTS = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: cart, namespace: shop}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: basket, namespace: shop}
            spec:
              selector: {app: basket}
              ports: [{port: 80}]
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: cart, namespace: shop, labels: {app: basket, tier: front}}
            spec:
              serviceAccountName: cart
              terminationGracePeriodSeconds: 1
              containers:
              - name: main
                image: busybox:local
                imagePullPolicy: Never
                command: [/bin/sh, -c, "for file in FILES; do : > $file; done; trap exit TERM; while :; do /bin/sleep 1; done"]
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: other-node}
            spec: {providerID: "aws:///eu-west-1a/OTHER"}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: elsewhere, namespace: shop, labels: {app: basket}}
            spec:
              nodeName: other-node
              containers: [{name: main, image: "busybox:local", imagePullPolicy: Never}]
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: sensor-elsewhere, namespace: tiercel}
            spec:
              nodeName: other-node
              serviceAccountName: tiercel-sensor
              containers: [{name: main, image: "busybox:local", imagePullPolicy: Never}]
            """;

    private static final String VALUES = """
            cluster: market
            rules:
              detections: true
              files:
                own.yaml: |
            %s
            delivery:
              tlsSecret: tiercel-client
            spool: {kind: emptyDir}
            server:
              enabled: true
              tlsSecret: tiercel-server
              tokenSecret: tiercel-operator
              actions: [aws, kubernetes]
              enrichSources: %s
              eksCluster: market
              env: %s
              storage: {kind: emptyDir, size: 100Mi}
              files:
                responses: |
            %s
            """;

    private final Path folder;
    private final KubeNode node;
    private final Contents contents;
    final ServerInCluster server;

    /** The instance of the real node. */
    final String instance;

    /** The instance of the other node. */
    final String otherInstance;

    /** Size of the audit log before this shop existed. */
    private final long auditedBefore;

    private int probes;

    /**
     * What differs between tests.
     *
     * @param rules YAML of rules in addition to the shipped ones
     * @param policies YAML of response policies
     * @param files empty files of the pod {@code cart}
     */
    record Contents(String rules, String policies, List<String> files) {}

    private ShopCluster(Path folder, KubeNode node, AwsStandIn aws, Contents contents) throws Exception {
        this.folder = folder;
        this.node = node;
        this.contents = contents;
        this.server = new ServerInCluster(node, folder);
        JsonNode account = aws.account();
        this.instance = account.path("node").asText();
        this.otherInstance = account.path("other").asText();
        this.auditedBefore = Files.size(auditLog());
    }

    /** Installs the release and the shop. The server asks the sources in the list, a YAML list. */
    static ShopCluster install(Path folder, KubeNode node, AwsStandIn aws, Contents contents, String enrichSources)
            throws Exception {
        ShopCluster shop = new ShopCluster(folder, node, aws, contents);
        shop.server.createSecrets();
        node.kubectl(
                "patch",
                "node",
                KubeNode.NAME,
                "-p",
                "{\"spec\":{\"providerID\":\"aws:///eu-west-1a/" + shop.instance + "\"}}");
        shop.server.helm("install", shop.values(enrichSources));
        Path objects = Files.writeString(
                folder.resolve("objects.yaml"),
                OBJECTS.replace("OTHER", shop.otherInstance).replace("FILES", String.join(" ", contents.files())));
        node.kubectl("apply", "-f", objects.toString());
        shop.server.awaitRollout();
        node.kubectl("-n", "shop", "wait", "--for=condition=Ready", "pod/cart", "--timeout=60s");
        shop.awaitLookups(enrichSources);
        return shop;
    }

    /** Upgrades the release, so that a new server with an empty database asks the sources in the list. */
    void upgrade(String enrichSources) throws Exception {
        server.helm("upgrade", values(enrichSources));
        server.awaitRollout();
        awaitLookups(enrichSources);
    }

    private Path values(String enrichSources) throws Exception {
        return Files.writeString(
                folder.resolve("values.yaml"),
                VALUES.formatted(
                        contents.rules().indent(INDENT).stripTrailing(),
                        enrichSources,
                        AwsStandIn.environment(),
                        contents.policies().indent(INDENT).stripTrailing()));
    }

    /**
     * Posts alerts with a sensor's token until the server has verified one and looked up its targets: the first lookups after a
     * start time out on a busy machine.
     */
    private void awaitLookups(String enrichSources) throws Exception {
        String token = tokenOfSensor(sensorPod());
        Forgery.Claims claims = cartOnItsNode();
        await().atMost(LIMIT).pollInterval(Duration.ofSeconds(1)).until(() -> {
            probes++;
            String file = "/probe" + "/again".repeat(probes);
            server.post(token, Forgery.alert(file, PROBE, file, PROBE, claims).toString());
            JsonNode found = await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> incident(PROBE, "", file), incident -> !incident.isMissingNode())
                    .path("enrichment");
            return found.at("/sender/verified").asBoolean()
                    && found.hasNonNull("pod")
                    && found.hasNonNull("node")
                    && (!enrichSources.contains("aws") || found.hasNonNull("instance"));
        });
    }

    /** Returns what the alert of a read in the pod {@code cart} says truthfully. */
    Forgery.Claims cartOnItsNode() throws Exception {
        return new Forgery.Claims(KubeNode.NAME, "cart", uid("cart"), instance);
    }

    /** Reads a file in the pod {@code cart}: a real event. */
    void readInCart(String file) throws Exception {
        node.kubectl("-n", "shop", "exec", "cart", "--", "/bin/cat", file);
    }

    /** Returns a pod of the shop. */
    JsonNode pod(String name) throws Exception {
        return JSON.readTree(node.kubectl("-n", "shop", "get", "pod", name, "-o", "json"));
    }

    String uid(String pod) throws Exception {
        return pod(pod).at("/metadata/uid").asText();
    }

    /** Returns the name of the sensor's pod on the real node. */
    String sensorPod() throws Exception {
        return node.kubectl(
                "-n",
                ServerInCluster.NAMESPACE,
                "get",
                "pods",
                "-l",
                "app.kubernetes.io/component=sensor",
                "-o",
                "jsonpath={.items[0].metadata.name}");
    }

    /** Returns a token of the sensors' account that is bound to a pod. */
    String tokenOfSensor(String pod) throws Exception {
        return tokenOfSensor(pod, AUDIENCE);
    }

    String tokenOfSensor(String pod, String audience) throws Exception {
        return SensorTokens.request(node, ServerInCluster.NAMESPACE, SENSOR, pod, audience);
    }

    /** Returns a token of the pod {@code cart} with the audience of sensors. */
    String tokenOfCart() throws Exception {
        return SensorTokens.request(node, "shop", "cart", "cart", AUDIENCE);
    }

    /** Returns the alerts that the sensor has printed. */
    List<JsonNode> alertsOfSensor() throws Exception {
        List<JsonNode> alerts = new ArrayList<>();
        for (String line : node.kubectl("-n", ServerInCluster.NAMESPACE, "logs", sensorPod())
                .lines()
                .toList()) {
            if (line.startsWith("{") && line.contains("\"output_fields\"")) {
                alerts.add(JSON.readTree(line));
            }
        }
        return alerts;
    }

    /** Returns the details of a rule's incident about a file; a missing node if there is none. The workload begins with the text. */
    JsonNode incident(String rule, String workload, String file) throws Exception {
        for (JsonNode known : server.get("/incidents?rule=" + rule.replace(" ", "%20"))) {
            if (known.path("target").asText().equals(file)
                    && known.path("workload").asText().startsWith(workload)) {
                return server.get("/incidents/" + known.path("id").asText());
            }
        }
        return MissingNode.getInstance();
    }

    /** Returns the states of an incident's steps by action and target. */
    static Map<String, String> states(JsonNode incident) {
        Map<String, String> states = new LinkedHashMap<>();
        for (JsonNode step : incident.at("/plan/steps")) {
            states.put(
                    step.path("action").asText() + " " + step.path("target").asText(),
                    step.path("state").asText());
        }
        return states;
    }

    /** Returns what actions may change, without what the kubelet and controllers change by themselves. */
    JsonNode state() throws Exception {
        ObjectNode all = JSON.createObjectNode();
        for (String kind : List.of("pods", "networkpolicies", "services")) {
            all.set(kind, JSON.readTree(node.kubectl("-n", "shop", "get", kind, "-o", "json")));
        }
        all.set("nodes", JSON.readTree(node.kubectl("get", "nodes", "-o", "json")));
        for (JsonNode list : all) {
            for (JsonNode item : list.path("items")) {
                ((ObjectNode) item).remove("status");
                ((ObjectNode) item.path("metadata")).remove(List.of("resourceVersion", "managedFields"));
                if (item.path("kind").asText().equals("Node")) {
                    ((ObjectNode) item.path("spec")).remove("taints"); // the other node does not answer
                }
            }
        }
        return all;
    }

    private Path auditLog() {
        return node.folder().resolve("audit.log");
    }

    /** Returns the API requests of the server that changed something: verbs and paths. */
    List<String> writes() throws Exception {
        List<String> writes = new ArrayList<>();
        byte[] log = Files.readAllBytes(auditLog());
        int start = Math.toIntExact(auditedBefore);
        for (String line : new String(log, start, log.length - start, StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            JsonNode event = JSON.readTree(line);
            String uri = event.path("requestURI").asText();
            if (event.at("/user/username").asText().equals("system:serviceaccount:tiercel:watch-tiercel-server")
                    && !Set.of("get", "list", "watch")
                            .contains(event.path("verb").asText())
                    && !uri.contains("dryRun=All")
                    && !uri.contains("reviews")) {
                writes.add(event.path("verb").asText() + " " + uri);
            }
        }
        return writes;
    }
}
