package io.tiercel.bench.functions;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stub of a cluster's API server with the requests that {@code k8s:isolate-pod} and lookups of pods and nodes make. Every pod and node
 * that is asked for exists. It answers each request after {@link #LATENCY_MILLIS}.
 */
final class ClusterStub implements AutoCloseable {
    /** The time that a real API server needs for a small request. */
    static final int LATENCY_MILLIS = 5;

    private static final String PODS = "/api/v1/namespaces/shop/pods/";
    private static final String POLICIES = "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies";
    private static final String NODES = "/api/v1/nodes/";

    /** Separates the node and the number in the name of a pod. */
    private static final String POD = "-pod-";

    private final Map<String, String> instances;
    private final Map<String, JsonObject> pods = new HashMap<>();
    private final Map<String, JsonObject> policies = new HashMap<>();
    private final StubServer server = new StubServer(LATENCY_MILLIS, this::respond);
    private int version = 1;

    /** @param instances the EC2 instance of each node */
    ClusterStub(Map<String, String> instances) {
        this.instances = instances;
    }

    /** Returns the name of a pod on a node. */
    static String podName(String node, int number) {
        return node + POD + number;
    }

    static String podUid(String name) {
        return "uid-of-" + name;
    }

    /** Writes the file that {@code KUBECONFIG} names. */
    Path writeConfig(Path folder) throws IOException {
        return Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: stub, cluster: {server: "http://127.0.0.1:%d"}}]
                contexts: [{name: stub, context: {cluster: stub, user: stub}}]
                users: [{name: stub, user: {token: none}}]
                current-context: stub
                """.formatted(server.port()));
    }

    private void respond(HttpServerRequest request, Buffer body) {
        JsonObject document = switch (request.method().name()) {
            case "GET" -> get(request.path());
            case "POST" -> createPolicy(body.toJsonObject());
            case "PATCH" -> patchPod(request.path(), body.toJsonObject());
            default -> null;
        };
        request.response()
                .setStatusCode(document == null ? 404 : 200)
                .putHeader("Content-Type", "application/json")
                .end((document == null ? object("Status").put("code", 404) : document).toBuffer());
    }

    private @Nullable JsonObject get(String path) {
        if (path.startsWith(PODS)) {
            return podAt(path);
        }
        if (path.startsWith(NODES)) {
            String name = path.substring(NODES.length());
            return object("Node")
                    .put("metadata", new JsonObject().put("name", name).put("uid", "uid-of-" + name))
                    .put("spec", new JsonObject().put("providerID", "aws:///eu-west-1a/" + instances.get(name)));
        }
        if (path.startsWith(POLICIES + "/")) {
            return policies.get(path.substring(POLICIES.length() + 1));
        }
        return switch (path) {
            case POLICIES -> list("NetworkPolicyList", policies.values().toArray());
            case "/api/v1/namespaces/shop/services" -> list("ServiceList");
            case "/apis/apps/v1/daemonsets" ->
                list("DaemonSetList", object("DaemonSet").put("metadata", new JsonObject().put("name", "kube-router")));
            default -> null;
        };
    }

    private static JsonObject object(String kind) {
        return new JsonObject().put("kind", kind).put("apiVersion", "v1");
    }

    private static JsonObject list(String kind, Object... items) {
        return object(kind).put("metadata", new JsonObject()).put("items", JsonArray.of(items));
    }

    private JsonObject podAt(String path) {
        return pods.computeIfAbsent(path.substring(PODS.length()), ClusterStub::pod);
    }

    private static JsonObject pod(String name) {
        return object("Pod")
                .put(
                        "metadata",
                        new JsonObject()
                                .put("namespace", "shop")
                                .put("name", name)
                                .put("uid", podUid(name))
                                .put("resourceVersion", "1")
                                .put("labels", new JsonObject().put("app", name)))
                .put(
                        "spec",
                        new JsonObject()
                                .put("nodeName", name.substring(0, name.indexOf(POD)))
                                .put("containers", new JsonArray()));
    }

    private JsonObject createPolicy(JsonObject policy) {
        policies.put(policy.getJsonObject("metadata").getString("name"), policy);
        return policy;
    }

    /** Applies a JSON merge patch to the labels and annotations of a pod. */
    private JsonObject patchPod(String path, JsonObject patch) {
        JsonObject pod = podAt(path);
        JsonObject metadata = pod.getJsonObject("metadata");
        for (String part : new String[] {"labels", "annotations"}) {
            JsonObject values = metadata.getJsonObject(part, new JsonObject());
            patch.getJsonObject("metadata")
                    .getJsonObject(part, new JsonObject())
                    .forEach(change -> {
                        if (change.getValue() == null) {
                            values.remove(change.getKey());
                        } else {
                            values.put(change.getKey(), change.getValue());
                        }
                    });
            metadata.put(part, values);
        }
        version++;
        metadata.put("resourceVersion", Integer.toString(version));
        return pod;
    }

    @Override
    public void close() {
        server.close();
    }
}
