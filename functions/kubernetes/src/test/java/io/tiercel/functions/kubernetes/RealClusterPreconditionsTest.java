package io.tiercel.functions.kubernetes;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
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
