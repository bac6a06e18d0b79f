package io.tiercel.functions.kubernetes;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Owner;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import io.tiercel.functions.respond.kubernetes.PodSelector.Match;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests with the shipped role that a real API server checks uids, and that policies of network plugins are read. */
@Tag("cluster")
class RealClusterPreconditionsTest {
    private static final String NAMESPACE = "shop";
    private static final String OTHER_UID = "00000000-0000-4000-8000-000000000000";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static RealCluster real;
    private static KubernetesClient client;
    private static KubernetesApiClient cluster;

    @BeforeAll
    static void start() throws Exception {
        real = RealCluster.startOrSkip();
        client = real.prepareResponder(NAMESPACE);
        cluster = new KubernetesApiClient(client);
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        if (real != null) {
            if (client != null) {
                client.close();
            }
            real.close();
        }
    }

    private static void assertPrecondition(Write write) {
        String dryRun = cluster.dryRun(write);
        assertTrue(dryRun.startsWith("would be denied"), dryRun);
        assertThrows(ActionException.class, () -> cluster.write(write), write.description());
    }

    @Test
    void an_object_with_another_uid_is_not_changed() {
        real.admin
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName("cart-0")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("main")
                        .withImage("none:local")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        assertPrecondition(
                new Write.SetMetadata(NAMESPACE, "cart-0", OTHER_UID, null, Map.of("example.com/x", "y"), Map.of()));
        assertPrecondition(new Write.DeletePod(NAMESPACE, "cart-0", OTHER_UID, 0));
        String node = real.admin
                .resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName("node-7")
                        .endMetadata()
                        .build())
                .create()
                .getMetadata()
                .getUid();
        assertPrecondition(new Write.SetUnschedulable("node-7", OTHER_UID, true));
        assertEquals("would succeed", cluster.dryRun(new Write.SetUnschedulable("node-7", node, true)));
        String workload = real.admin
                .resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName("api")
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(2)
                        .withNewSelector()
                        .addToMatchLabels("app", "api")
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels("app", "api")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("main")
                        .withImage("none:local")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .create()
                .getMetadata()
                .getUid();
        assertPrecondition(new Write.Scale("Deployment", NAMESPACE, "api", OTHER_UID, 0));
        assertEquals("would succeed", cluster.dryRun(new Write.Scale("Deployment", NAMESPACE, "api", workload, 0)));
        assertEquals(
                Optional.of(workload),
                cluster.workload("Deployment", NAMESPACE, "api").map(found -> found.uid()));
        assertTrue(cluster.pod(NAMESPACE, "cart-0").isPresent());
        assertTrue(cluster.controller(NAMESPACE, new Owner("ReplicaSet", "missing", OTHER_UID))
                .isEmpty());
    }

    private static void assertDenied(String reason, Runnable call) {
        KubernetesClientException denied = assertThrows(KubernetesClientException.class, call::run);
        assertTrue(String.valueOf(denied.getMessage()).contains(reason), denied.getMessage());
    }

    /** The role permits patches of whole objects, so a policy limits them to the fields that the actions write. */
    @Test
    void the_responder_changes_no_other_fields() {
        Resource<Pod> pod = client.pods().inNamespace(NAMESPACE).withName("bounded");
        Resource<Node> node = client.nodes().withName("bounded");
        real.admin
                .load(new ByteArrayInputStream("""
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: bounded, namespace: shop, labels: {team: shop}}
                        spec: {containers: [{name: main, image: none:local}]}
                        ---
                        apiVersion: v1
                        kind: Node
                        metadata: {name: bounded, labels: {zone: a}}
                        spec: {podCIDR: 10.0.0.0/24, podCIDRs: [10.0.0.0/24]}
                        ---
                        apiVersion: networking.k8s.io/v1
                        kind: NetworkPolicy
                        metadata: {name: front, namespace: shop}
                        spec: {podSelector: {}}
                        """.getBytes(StandardCharsets.UTF_8)))
                .create();
        PatchContext merge = PatchContext.of(PatchType.JSON_MERGE);
        PatchContext strategic = PatchContext.of(PatchType.STRATEGIC_MERGE);
        String onlyLabels = "may change only the labels and annotations of a pod";
        // A patch that succeeds before the policy is in force must not make the next one change nothing, which is
        // permitted.
        AtomicInteger attempts = new AtomicInteger();
        Supplier<String> image = () -> "{\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":\"evil:%d\"}]}}"
                .formatted(attempts.incrementAndGet());
        await("the policy is in force")
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertDenied(onlyLabels, () -> pod.patch(strategic, image.get())));
        assertDenied(onlyLabels, () -> pod.patch(merge, "{\"spec\":{\"activeDeadlineSeconds\":1}}"));
        String owners = "may not change owners and finalizers";
        assertDenied(owners, () -> pod.patch(merge, "{\"metadata\":{\"finalizers\":[\"example.com/keep\"]}}"));
        assertDenied(owners, () -> pod.patch(merge, """
                        {"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"bounded","uid":"%s"}]}}
                        """.formatted(OTHER_UID)));
        String onlyUnschedulable = "may change only the field unschedulable of a node";
        for (String change : List.of(
                "{\"spec\":{\"taints\":[{\"key\":\"a\",\"effect\":\"NoExecute\"}]}}",
                "{\"spec\":{\"unschedulable\":true,\"providerID\":\"aws:///a/i-0123456789abcdef0\"}}",
                "{\"metadata\":{\"labels\":{\"zone\":\"b\"}}}",
                "{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}")) {
            assertDenied(onlyUnschedulable, () -> node.patch(merge, change));
        }
        assertDenied(owners, () -> node.patch(merge, "{\"metadata\":{\"finalizers\":[\"example.com/keep\"]}}"));
        assertDenied(
                "only the policies of isolated pods",
                () -> client.network()
                        .v1()
                        .networkPolicies()
                        .inNamespace(NAMESPACE)
                        .withName("front")
                        .delete());
        ActionException created = assertThrows(
                ActionException.class,
                () -> cluster.write(new Write.CreateDenyPolicy(NAMESPACE, "other", "app", "cart")));
        assertTrue(created.getMessage().contains("only the policies of isolated pods"), created.getMessage());

        assertDenied(
                "only policies that deny all traffic",
                () -> client.load(new ByteArrayInputStream("""
                        apiVersion: networking.k8s.io/v1
                        kind: NetworkPolicy
                        metadata: {name: tiercel-isolate-2, namespace: shop}
                        spec: {podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}]}
                        """.getBytes(StandardCharsets.UTF_8)))
                        .create());

        pod.patch(merge, "{\"metadata\":{\"labels\":{\"team\":null},\"annotations\":{\"a\":\"b\"}}}");
        node.patch(merge, "{\"spec\":{\"unschedulable\":true}}");
        cluster.write(new Write.CreateDenyPolicy(NAMESPACE, "tiercel-isolate-1", "tiercel.io/isolated", "1"));
        cluster.write(new Write.DeletePolicy(NAMESPACE, "tiercel-isolate-1"));
        // The policy concerns nobody else.
        real.admin.nodes().withName("bounded").patch(merge, "{\"metadata\":{\"labels\":{\"zone\":\"b\"}}}");
    }

    private static void define(String group, String version, String kind, String plural, String scope) {
        String definition = """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: %2$s.%1$s}
                spec:
                  group: %1$s
                  scope: %5$s
                  names: {kind: %3$s, plural: %2$s}
                  versions:
                    - name: %4$s
                      served: true
                      storage: true
                      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                """.formatted(group, plural, kind, version, scope);
        load(definition);
        await().atMost(TIMEOUT)
                .until(() -> real.admin.getApiResources(group + "/" + version) != null
                        && real.admin.getApiResources(group + "/" + version).getResources().stream()
                                .anyMatch(resource -> resource.getName().equals(plural)));
    }

    private static void load(String yaml) {
        real.admin
                .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .create();
    }

    @Test
    void policies_of_network_plugins_are_read_when_the_cluster_serves_them() {
        assertEquals(List.of(), cluster.pluginPolicies(NAMESPACE));
        define("cilium.io", "v2", "CiliumNetworkPolicy", "ciliumnetworkpolicies", "Namespaced");
        define("crd.projectcalico.org", "v1", "NetworkPolicy", "networkpolicies", "Namespaced");
        define("crd.projectcalico.org", "v1", "GlobalNetworkPolicy", "globalnetworkpolicies", "Cluster");
        load("""
                apiVersion: cilium.io/v2
                kind: CiliumNetworkPolicy
                metadata: {name: dns, namespace: shop}
                spec: {endpointSelector: {matchLabels: {app: cart}}, egress: [{toEntities: [world]}]}
                ---
                apiVersion: crd.projectcalico.org/v1
                kind: NetworkPolicy
                metadata: {name: other, namespace: tiercel}
                spec: {selector: all(), egress: [{action: Allow}]}
                ---
                apiVersion: crd.projectcalico.org/v1
                kind: GlobalNetworkPolicy
                metadata: {name: monitoring}
                spec: {selector: "has(app)", ingress: [{action: Allow}]}
                """);
        assertEquals(
                Map.of("CiliumNetworkPolicy dns", Match.YES, "Calico GlobalNetworkPolicy monitoring", Match.YES),
                cluster.pluginPolicies(NAMESPACE).stream()
                        .collect(Collectors.toMap(
                                policy -> policy.kind() + " " + policy.name(),
                                policy -> policy.selector().matches(Map.of("app", "cart")))));
        try (KubernetesClient unprivileged = real.as(NAMESPACE, "default")) {
            assertTrue(new KubernetesApiClient(unprivileged)
                    .pluginPolicies(NAMESPACE).stream()
                            .allMatch(policy -> policy.selector().matches(Map.of()) == Match.UNKNOWN));
        }
    }
}
