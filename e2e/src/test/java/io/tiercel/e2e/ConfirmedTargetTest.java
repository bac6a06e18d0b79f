package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a real read of {@code /etc/shadow} in a pod to its isolation, and from forged alerts to nothing. The request log of the
 * emulated AWS account and the audit log of the cluster are the witnesses. Policies of mode {@code auto} apply.
 */
@Tag("cluster")
class ConfirmedTargetTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String RULE = "Sensitive file read by untrusted program";
    private static final String OWN_RULE = "A file of interest is read";
    private static final String FALSE_CLAIM = "Sensor claims another node";
    private static final String PROBE = "Probe";
    private static final String SHADOW = "/etc/shadow";
    private static final String GHOST = "ip-10-9-9-9";
    private static final String OTHER_NODE = "other-node";
    private static final String AUDIENCE = "tiercel";
    private static final String ROLE = "cart";
    private static final String CLUSTER = "market";
    private static final String QUARANTINE = "tiercel-quarantine";
    private static final int RESERVED_IDS = 50;
    private static final Set<String> SETTLED = Set.of("waiting", "skipped");

    /** A step is planned again if a source did not answer. */
    private static final Set<String> PENDING = Set.of("waiting", "skipped", "planned");

    /** The pod that reads the file, and pods on a node that exists only in the API: of the shop, and of a sensor. */
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
                command: [/bin/sh, -c, "touch /etc/shadow /etc/interest; trap exit TERM; while :; do /bin/sleep 1; done"]
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
                  - rule: A file of interest is read
                    desc: The file whose alert shows the sensor's current id.
                    condition: evt.type in (open, openat) and evt.is_open_read = true and fd.name = /etc/interest
                    output: read file=%%fd.name
                    priority: NOTICE
            delivery:
              tlsSecret: tiercel-client
            spool: {kind: emptyDir}
            server:
              enabled: true
              tlsSecret: tiercel-server
              tokenSecret: tiercel-operator
              actions: [aws, kubernetes]
              enrichSources: %s
              env: %s
              storage: {kind: emptyDir, size: 100Mi}
              files:
                responses: |
                  - policy: Contain what reads secrets
                    desc: cuts off the pod and its instance
                    match: {rules: ["Sensitive file read by untrusted program"]}
                    mode: auto
                    cap: {max: 100, within: 1h}
                    actions:
                      - ec2:isolate
                      - iam:revoke-sessions: {scope: pod}
                      - k8s:isolate-pod
            """;

    @TempDir
    private Path folder;

    private KubeNode node;
    private AwsStandIn aws;
    private ServerInCluster server;
    private String instance;
    private String otherInstance;
    private JsonNode account;
    private JsonNode cart;

    @Test
    void genuineAlertIsolatesItsTargetsAndForgedAlertsIsolateNothing() throws Exception {
        Tiercel.assumeCapture();
        AwsStandIn.assumeInstalled();
        try (KubeNode started = KubeNode.up();
                AwsStandIn emulated = AwsStandIn.start(started, folder, CLUSTER, ROLE)) {
            node = started;
            aws = emulated;
            server = new ServerInCluster(node, folder);
            try {
                act();
            } catch (Exception | AssertionError e) {
                e.addSuppressed(new AssertionError(server.logs()));
                throw e;
            }
        }
    }

    private void act() throws Exception {
        install();
        SensorTokens tokens = SensorTokens.copying(node, tokenOfSensor(sensorPod()));
        JsonNode accountBefore = aws.state();
        JsonNode clusterBefore = cluster();

        forge(forgeriesWithoutEc2());
        upgrade("[aws, kubernetes]");
        forge(forgeries(tokens));
        forgeWhileEc2IsStopped();
        nothingWasChanged(accountBefore, clusterBefore);

        List<String> reserved = reserveNextIds();
        genuineAlertIsolates(reserved, accountBefore);
        releaseRestores(accountBefore, clusterBefore);
    }

    private void install() throws Exception {
        server.loadImages();
        server.createSecrets();
        account = aws.account();
        instance = account.path("node").asText();
        otherInstance = account.path("other").asText();
        node.kubectl(
                "patch",
                "node",
                KubeNode.NAME,
                "-p",
                "{\"spec\":{\"providerID\":\"aws:///eu-west-1a/" + instance + "\"}}");
        server.helm("install", values("[kubernetes]"));
        node.kubectl(
                "apply",
                "-f",
                Files.writeString(folder.resolve("objects.yaml"), OBJECTS.replace("OTHER", otherInstance))
                        .toString());
        server.awaitRollout();
        node.kubectl("-n", "shop", "wait", "--for=condition=Ready", "pod/cart", "--timeout=60s");
        cart = pod("cart");
        awaitLookups(false);
    }

    private Path values(String enrichSources) throws Exception {
        return Files.writeString(
                folder.resolve("values.yaml"), VALUES.formatted(enrichSources, AwsStandIn.environment()));
    }

    private void upgrade(String enrichSources) throws Exception {
        server.helm("upgrade", values(enrichSources));
        server.awaitRollout();
        awaitLookups(true);
    }

    /**
     * Posts alerts with a sensor's token until the server has verified one and looked up its targets: the first lookups after a
     * start time out on a busy machine.
     */
    private void awaitLookups(boolean withEc2) throws Exception {
        String token = tokenOfSensor(sensorPod());
        await().atMost(LIMIT).pollInterval(Duration.ofSeconds(1)).until(() -> {
            String file = "/probe/" + UUID.randomUUID();
            server.post(
                    token,
                    Forgery.alert(file, PROBE, file, PROBE, cartOnItsNode()).toString());
            JsonNode found = await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> incidents(PROBE).get(file), incident -> incident != null)
                    .path("enrichment");
            return found.at("/sender/verified").asBoolean()
                    && found.hasNonNull("pod")
                    && found.hasNonNull("node")
                    && (!withEc2 || found.hasNonNull("instance"));
        });
    }

    private JsonNode pod(String name) throws Exception {
        return JSON.readTree(node.kubectl("-n", "shop", "get", "pod", name, "-o", "json"));
    }

    private String uid(JsonNode object) {
        return object.at("/metadata/uid").asText();
    }

    private String sensorPod() throws Exception {
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

    private String tokenOfSensor(String pod) throws Exception {
        return SensorTokens.request(node, ServerInCluster.NAMESPACE, "tiercel-sensor", pod, AUDIENCE);
    }

    /** Returns everything in the cluster that actions may change, without what the kubelet and the release change by themselves. */
    private JsonNode cluster() throws Exception {
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
                    ((ObjectNode) item.path("spec"))
                            .remove("taints"); // the controller notices that the other node is not there
                }
            }
        }
        return all;
    }

    private Forgery.Claims cartOnItsNode() {
        return new Forgery.Claims(KubeNode.NAME, "cart", uid(cart), instance);
    }

    private List<Forgery> forgeriesWithoutEc2() throws Exception {
        return List.of(
                new Forgery(
                        "ec2-not-asked",
                        null,
                        new Forgery.Claims(GHOST, null, null, otherInstance),
                        List.of("the sender is not verified")),
                new Forgery(
                        "ec2-not-asked-by-a-sensor",
                        tokenOfSensor(sensorPod()),
                        new Forgery.Claims(KubeNode.NAME, null, null, otherInstance),
                        List.of("the alert names instance " + otherInstance)));
    }

    private List<Forgery> forgeries(SensorTokens tokens) throws Exception {
        String ofSensor = tokenOfSensor(sensorPod());
        String ofOtherSensor = tokenOfSensor("sensor-elsewhere");
        String ofCart = SensorTokens.request(node, "shop", "cart", "cart", AUDIENCE);
        String ofAnotherAudience = SensorTokens.request(
                node, ServerInCluster.NAMESPACE, "tiercel-sensor", sensorPod(), "https://kubernetes.default.svc");
        JsonNode elsewhere = pod("elsewhere");
        long now = Instant.now().getEpochSecond();
        List<Forgery> forgeries = new ArrayList<>();
        Forgery.Claims otherHost = new Forgery.Claims(OTHER_NODE, "elsewhere", uid(elsewhere), otherInstance);
        Forgery.Claims ghost = new Forgery.Claims(GHOST, null, null, otherInstance);
        for (Forgery.Claims claims : List.of(otherHost, ghost, cartOnItsNode())) {
            forgeries.add(
                    new Forgery("no-credential-" + claims.host(), null, claims, List.of("the sender is not verified")));
        }
        for (Forgery.Claims claims : List.of(otherHost, ghost)) {
            forgeries.add(new Forgery(
                    "another-host-" + claims.host(),
                    ofSensor,
                    claims,
                    List.of("the alert's host is " + claims.host() + ", but its sender is")));
        }
        forgeries.add(new Forgery(
                "pod-of-another-node",
                ofSensor,
                new Forgery.Claims(KubeNode.NAME, "elsewhere", uid(elsewhere), null),
                List.of("the pod shop/elsewhere is on node " + OTHER_NODE)));
        forgeries.add(new Forgery(
                "another-instance",
                ofSensor,
                new Forgery.Claims(KubeNode.NAME, "cart", uid(cart), otherInstance),
                List.of("the alert names instance " + otherInstance)));
        forgeries.add(new Forgery(
                "token-of-another-sensor",
                ofOtherSensor,
                cartOnItsNode(),
                List.of("the alert's host is " + KubeNode.NAME + ", but its sender is")));
        Map<String, String> invalid = new LinkedHashMap<>();
        invalid.put("token-of-another-pod", ofCart);
        invalid.put("foreign-audience-of-the-cluster", ofAnotherAudience);
        invalid.put(
                "foreign-audience",
                tokens.signed(claims -> claims.putArray("aud").add("falco")));
        invalid.put("foreign-issuer", tokens.signed(claims -> claims.put("iss", "https://issuer.example")));
        invalid.put(
                "expired",
                tokens.signed(claims ->
                        claims.put("exp", now - 120).put("iat", now - 4000).put("nbf", now - 4000)));
        invalid.put("not-yet-valid", tokens.signed(claims -> claims.put("nbf", now + 600)));
        invalid.put("unsigned", tokens.unsigned());
        invalid.put("signed-with-the-public-key", tokens.signedWithPublicKey());
        invalid.put("signed-by-another-key", tokens.signedByAnotherKey());
        invalid.put("not-a-token", "an-operators-token-for-this-test-only");
        invalid.forEach((name, token) -> forgeries.add(new Forgery(
                name, token, cartOnItsNode(), List.of("the sender is not verified: (?!it sent no credential)"))));
        return forgeries;
    }

    /** Posts alerts without and with a sensor's token while EC2 accepts requests and does not answer them. */
    private void forgeWhileEc2IsStopped() throws Exception {
        Forgery unverified = new Forgery(
                "ec2-is-stopped",
                null,
                new Forgery.Claims(GHOST, null, null, otherInstance),
                List.of("the sender is not verified"));
        Forgery verified = new Forgery(
                "ec2-is-stopped-for-a-sensor",
                tokenOfSensor(sensorPod()),
                new Forgery.Claims(KubeNode.NAME, null, null, otherInstance),
                List.of("the alert names instance " + otherInstance));
        List<Forgery> forgeries = List.of(unverified, verified);
        aws.suspend();
        try {
            post(forgeries);
            awaitDecided(forgeries, PENDING);
        } finally {
            aws.resume();
        }
        awaitDecided(forgeries, SETTLED);
    }

    private void forge(List<Forgery> forgeries) throws Exception {
        post(forgeries);
        awaitDecided(forgeries, SETTLED);
        assertEquals(List.of(), aws.writes());
        assertEquals(List.of(), writesToTheCluster());
    }

    /** Posts each forgery twice: with a file of its own, so that it has an incident, and into the incident of the genuine alert. */
    private void post(List<Forgery> forgeries) throws Exception {
        for (Forgery forgery : forgeries) {
            String alerts = forgery.alert("forged/" + forgery.name(), "/etc/shadow/" + forgery.name()) + "\n"
                    + forgery.alert("forged-again/" + forgery.name(), SHADOW);
            ServerInCluster.Response response = server.post(forgery.token(), alerts);
            assertEquals(202, response.status(), response.body());
            assertEquals(2, response.json().path("accepted").asInt(), response.body());
        }
    }

    /** Waits until every step has one of the states and, once they are settled, the incident of each forgery says why. */
    private void awaitDecided(List<Forgery> forgeries, Set<String> accepted) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            Map<String, JsonNode> incidents = incidents(RULE);
            for (Forgery forgery : forgeries) {
                JsonNode incident = incidents.get("/etc/shadow/" + forgery.name());
                assertTrue(incident != null, () -> forgery.name() + " has no incident");
                String text = incident.toPrettyString();
                Map<String, String> states = states(incident);
                assertFalse(states.isEmpty(), text);
                assertTrue(accepted.containsAll(states.values()), text);
                for (String reason : accepted.equals(SETTLED) ? forgery.reasons() : List.<String>of()) {
                    assertTrue(Pattern.compile(reason).matcher(text).find(), () -> reason + " is not in " + text);
                }
            }
        });
    }

    /** Returns the details of the rule's incidents by target. */
    private Map<String, JsonNode> incidents(String rule) throws Exception {
        Map<String, JsonNode> incidents = new TreeMap<>();
        for (JsonNode known : server.get("/incidents?rule=" + rule.replace(" ", "%20"))) {
            JsonNode incident = server.get("/incidents/" + known.path("id").asText());
            incidents.put(incident.path("target").asText(), incident);
        }
        return incidents;
    }

    /** Returns the states of the steps by action and target. */
    private static Map<String, String> states(JsonNode incident) {
        Map<String, String> states = new LinkedHashMap<>();
        for (JsonNode step : incident.at("/plan/steps")) {
            states.put(
                    step.path("action").asText() + " " + step.path("target").asText(),
                    step.path("state").asText());
        }
        return states;
    }

    /** Returns the API requests of the server that changed something: verbs and paths. */
    private List<String> writesToTheCluster() throws Exception {
        List<String> writes = new ArrayList<>();
        for (String line : Files.readAllLines(node.folder().resolve("audit.log"))) {
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

    private void nothingWasChanged(JsonNode accountBefore, JsonNode clusterBefore) throws Exception {
        assertEquals(List.of(), aws.writes());
        assertEquals(List.of(), writesToTheCluster());
        assertEquals(accountBefore, aws.state());
        assertEquals(clusterBefore, cluster());
        assertTrue(
                aws.requests().stream().anyMatch(request -> request.action().equals("DescribeInstances")),
                "the server asks the emulated account");
        assertFalse(incidents(FALSE_CLAIM).isEmpty(), "a sensor that claims another node raises an alert");
        for (String token : new String[] {null, "Bearer " + tokenOfSensor(sensorPod())}) {
            assertEquals(401, server.call("GET", "/incidents", token, null).status(), "a sensor reads no incidents");
        }
    }

    /** Posts alerts with the ids that the sensor assigns next, without a credential and with another sensor's. */
    private List<String> reserveNextIds() throws Exception {
        String id = await().atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(1))
                .until(
                        () -> {
                            node.kubectl("-n", "shop", "exec", "cart", "--", "/bin/cat", "/etc/interest");
                            JsonNode incident = incidents(OWN_RULE).get("/etc/interest");
                            return incident == null ? null : lastId(incident);
                        },
                        found -> found != null);
        int end = id.lastIndexOf('/') + 1;
        long number = Long.parseLong(id.substring(end));
        List<String> ids = new ArrayList<>();
        for (long next = number + 1; next <= number + RESERVED_IDS; next++) {
            ids.add(id.substring(0, end) + next);
        }
        String ofOtherSensor = tokenOfSensor("sensor-elsewhere");
        for (String token : new String[] {null, ofOtherSensor}) {
            Forgery forgery = new Forgery("reserved-id", token, cartOnItsNode(), List.of());
            String batch = ids.stream()
                    .map(next -> forgery.alert(next, SHADOW).toString())
                    .collect(Collectors.joining("\n"));
            ServerInCluster.Response response = server.post(token, batch);
            assertEquals(RESERVED_IDS, response.json().path("accepted").asInt(), response.body());
        }
        return ids;
    }

    private static String lastId(JsonNode incident) {
        String last = null;
        for (JsonNode alert : incident.path("sample")) {
            String id = alert.path("id").asText();
            if (last == null || number(id) > number(last)) {
                last = id;
            }
        }
        return last;
    }

    private static long number(String id) {
        return Long.parseLong(id.substring(id.lastIndexOf('/') + 1));
    }

    private void genuineAlertIsolates(List<String> reserved, JsonNode accountBefore) throws Exception {
        node.kubectl("-n", "shop", "exec", "cart", "--", "/bin/cat", SHADOW);
        JsonNode incident = await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .until(
                        () -> incidents(RULE).get(SHADOW),
                        found -> inForce(found, "ec2:isolate instance " + instance)
                                && inForce(found, "iam:revoke-sessions pod shop/cart")
                                && inForce(found, "k8s:isolate-pod pod shop/cart"));
        Map<String, String> states = states(incident);
        assertEquals("applied", states.get("ec2:isolate instance " + instance), incident.toPrettyString());
        assertEquals("applied", states.get("iam:revoke-sessions pod shop/cart"), incident.toPrettyString());
        assertTrue(
                reserved.contains(idOfGenuineAlert()), "the sensor assigned an id that was not reserved by the test");

        JsonNode state = aws.state();
        Map<String, Set<String>> before = groups(accountBefore, instance);
        Map<String, Set<String>> isolated = groups(state, instance);
        assertEquals(2, before.size(), before.toString());
        assertEquals(2, Set.copyOf(before.values()).size(), "the interfaces have different groups");
        String quarantine = groupId(state, QUARANTINE);
        assertEquals(before.keySet(), isolated.keySet());
        isolated.values().forEach(groups -> assertEquals(Set.of(quarantine), groups));
        assertEquals(groups(accountBefore, otherInstance), groups(state, otherInstance));
        assertEquals(accountBefore.at("/roles/node"), state.at("/roles/node"));
        denies(state.at("/roles/" + ROLE + "/inline"));

        JsonNode pod = pod("cart");
        assertFalse(pod.at("/metadata/labels").has("app"), pod.toString());
        assertEquals("front", pod.at("/metadata/labels/tier").asText());
        assertEquals(
                1,
                JSON.readTree(node.kubectl("-n", "shop", "get", "networkpolicies", "-o", "json"))
                        .path("items")
                        .size());
        onlyTheNodeAndItsPodWereChanged(accountBefore);
    }

    private static boolean inForce(JsonNode incident, String step) {
        return incident != null
                && Set.of("applied", "partial").contains(states(incident).getOrDefault(step, ""));
    }

    /** Returns the id of the alert about the read, from the sensor's own output. */
    private String idOfGenuineAlert() throws Exception {
        for (String line : node.kubectl("-n", ServerInCluster.NAMESPACE, "logs", sensorPod())
                .lines()
                .toList()) {
            if (line.startsWith("{")) {
                JsonNode alert = JSON.readTree(line);
                if (alert.path("rule").asText().equals(RULE)
                        && alert.at("/output_fields/fd.name").asText().equals(SHADOW)) {
                    return alert.path("id").asText();
                }
            }
        }
        throw new AssertionError("the sensor printed no alert about " + SHADOW);
    }

    /** The role keeps its own policy and has one more, which denies the sessions of the pod. */
    private void denies(JsonNode inline) {
        Set<String> names = new HashSet<>();
        inline.fieldNames().forEachRemaining(names::add);
        assertEquals(2, names.size(), inline.toString());
        names.remove("own");
        JsonNode statement = inline.path(names.iterator().next()).at("/Statement/0");
        assertEquals("Deny", statement.path("Effect").asText());
        assertEquals(
                uid(cart),
                statement
                        .at("/Condition/StringEquals/aws:PrincipalTag~1kubernetes-pod-uid")
                        .asText(),
                statement.toString());
    }

    private static Map<String, Set<String>> groups(JsonNode state, String instance) {
        Map<String, Set<String>> groups = new TreeMap<>();
        for (JsonNode networkInterface : state.path("interfaces")) {
            if (networkInterface.at("/Attachment/InstanceId").asText().equals(instance)) {
                Set<String> ids = new HashSet<>();
                networkInterface
                        .path("Groups")
                        .forEach(group -> ids.add(group.path("GroupId").asText()));
                groups.put(networkInterface.path("NetworkInterfaceId").asText(), ids);
            }
        }
        return groups;
    }

    private static String groupId(JsonNode state, String name) {
        for (JsonNode group : state.path("groups")) {
            if (group.path("GroupName").asText().equals(name)) {
                return group.path("GroupId").asText();
            }
        }
        throw new AssertionError("no security group " + name);
    }

    private void onlyTheNodeAndItsPodWereChanged(JsonNode accountBefore) throws Exception {
        Set<String> interfaces = groups(accountBefore, instance).keySet();
        for (AwsStandIn.Request write : aws.writes()) {
            String target = write.parameters().get("NetworkInterfaceId");
            assertTrue(target == null || interfaces.contains(target), write.toString());
            assertEquals(
                    write.service().equals("iam") ? ROLE : null,
                    write.parameters().get("RoleName"),
                    write.toString());
            assertFalse(write.parameters().containsValue(otherInstance), write.toString());
        }
        for (String write : writesToTheCluster()) {
            assertTrue(
                    write.matches("(create|delete) .*/namespaces/shop/networkpolicies.*|patch .*/shop/pods/cart\\b.*"),
                    write);
        }
    }

    private void releaseRestores(JsonNode accountBefore, JsonNode clusterBefore) throws Exception {
        server.act(incidents(RULE).get(SHADOW).path("id").asText(), "release");
        JsonNode incident = await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .until(
                        () -> incidents(RULE).get(SHADOW),
                        found -> Set.of("released", "skipped", "cancelled", "excluded", "expired")
                                .containsAll(states(found).values()));
        Map<String, String> states = states(incident);
        for (String step : List.of(
                "ec2:isolate instance " + instance,
                "iam:revoke-sessions pod shop/cart",
                "k8s:isolate-pod pod shop/cart")) {
            assertEquals("released", states.get(step), incident.toPrettyString());
        }
        assertEquals(accountBefore, withoutQuarantineGroup(aws.state()));
        assertEquals(clusterBefore, cluster());
        assertNotEquals(List.of(), aws.writes());
        onlyTheNodeAndItsPodWereChanged(accountBefore);
    }

    /** The quarantine group stays for the next isolation. It has no rules. */
    private static JsonNode withoutQuarantineGroup(JsonNode state) {
        String id = groupId(state, QUARANTINE);
        for (JsonNode rule : state.path("rules")) {
            assertNotEquals(id, rule.path("GroupId").asText(), rule.toString());
        }
        for (var groups = state.path("groups").elements(); groups.hasNext(); ) {
            if (groups.next().path("GroupId").asText().equals(id)) {
                groups.remove();
            }
        }
        return state;
    }
}
