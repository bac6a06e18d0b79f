package io.tiercel.functions.kubernetes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tiercel.functions.enrich.NodeFacts;
import io.tiercel.functions.enrich.PodFacts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the source against a simulated API server, with errors that a real one rarely returns. */
@Tag("unit")
class KubernetesClusterSourceTest {
    @RegisterExtension
    static final WireMockExtension API = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private final KubernetesClient client = ApiServerStub.client(API);
    private final KubernetesClusterSource source = new KubernetesClusterSource(client);

    @BeforeEach
    void respondNotFoundByDefault() {
        ApiServerStub.respondNotFoundByDefault(API);
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static void stubResponse(String path, String json) {
        API.stubFor(get(path).willReturn(okJson(json)));
    }

    private static void pod(String env) {
        stubResponse("/api/v1/namespaces/shop/pods/cart-5f-1", """
                {"kind":"Pod","apiVersion":"v1","metadata":{"name":"cart-5f-1","namespace":"shop","uid":"u1",
                  "labels":{"app":"cart"},
                  "annotations":{"vpc.amazonaws.com/pod-eni":"[{\\"eniId\\":\\"eni-0123456789abcdef0\\"},{\\"eniId\\":\\"x; rm\\"}]"},
                  "ownerReferences":[{"kind":"ReplicaSet","name":"cart-5f","uid":"u2","apiVersion":"apps/v1","controller":true}]},
                 "spec":{"serviceAccountName":"cart","nodeName":"node-7","containers":[
                   {"name":"b","image":"shop/cart:2","env":[%s]},{"name":"a","image":"mesh/proxy:1"}]},
                 "status":{"podIP":"10.0.0.9"}}""".formatted(env));
        stubResponse("/apis/apps/v1/namespaces/shop/replicasets/cart-5f", """
                {"kind":"ReplicaSet","apiVersion":"apps/v1","metadata":{"name":"cart-5f","namespace":"shop","uid":"u2",
                  "ownerReferences":[{"kind":"Deployment","name":"cart","uid":"u3","apiVersion":"apps/v1","controller":true}]}}""");
    }

    private static void serviceAccount() {
        stubResponse("/api/v1/namespaces/shop/serviceaccounts/cart", """
                {"kind":"ServiceAccount","apiVersion":"v1","metadata":{"name":"cart","namespace":"shop",
                  "annotations":{"eks.amazonaws.com/role-arn":"arn:aws:iam::123456789012:role/cart"}}}""");
    }

    @Test
    void a_pod_has_owners_a_role_and_interfaces() {
        pod("");
        serviceAccount();
        assertEquals(
                new PodFacts(
                        "shop",
                        "cart-5f-1",
                        "u1",
                        "node-7",
                        "10.0.0.9",
                        false,
                        "cart",
                        "arn:aws:iam::123456789012:role/cart",
                        "irsa",
                        List.of(new PodFacts.Owner("ReplicaSet", "cart-5f"), new PodFacts.Owner("Deployment", "cart")),
                        List.of("mesh/proxy:1", "shop/cart:2"),
                        List.of("eni-0123456789abcdef0"),
                        Map.of("app", "cart")),
                source.pod("shop", "cart-5f-1"));
        assertNull(source.pod("shop", "other"));
    }

    @Test
    void pod_identity_is_recognized_without_its_role() {
        pod("{\"name\":\"AWS_CONTAINER_CREDENTIALS_FULL_URI\",\"value\":\"http://169.254.170.23/v1/credentials\"}");
        PodFacts pod = source.pod("shop", "cart-5f-1");
        assertNotNull(pod);
        assertEquals("pod-identity", pod.roleSource());
        assertNull(pod.role());
    }

    @Test
    void forbidden_reads_are_omitted_and_other_errors_are_thrown() {
        pod("");
        for (String forbidden : List.of("/apis/apps/v1/.*", "/api/v1/namespaces/shop/serviceaccounts/.*")) {
            API.stubFor(get(urlMatching(forbidden))
                    .atPriority(1)
                    .willReturn(aResponse().withStatus(403)));
        }
        PodFacts pod = source.pod("shop", "cart-5f-1");
        assertNotNull(pod);
        assertEquals(List.of(new PodFacts.Owner("ReplicaSet", "cart-5f")), pod.owners());
        assertNull(pod.role());
        API.stubFor(get(urlMatching("/api/v1/namespaces/shop/pods/.*"))
                .willReturn(aResponse().withStatus(500)));
        assertThrows(KubernetesClientException.class, () -> source.pod("shop", "cart-5f-1"));
    }

    @Test
    void the_provider_id_of_a_node_names_the_instance() {
        stubResponse("/api/v1/nodes/node-7", """
                {"kind":"Node","apiVersion":"v1","metadata":{"name":"node-7","uid":"n1","labels":{
                  "topology.kubernetes.io/zone":"eu-west-1a","eks.amazonaws.com/nodegroup":"workers"}},
                 "spec":{"providerID":"aws:///eu-west-1a/i-0123456789abcdef0","unschedulable":true}}""");
        NodeFacts node = source.node("node-7");
        assertNotNull(node);
        assertEquals("i-0123456789abcdef0", node.instanceId());
        assertEquals("workers", node.nodeGroup());
        assertEquals("eu-west-1a", node.zone());
        assertEquals(true, node.cordoned());
        stubResponse("/api/v1/nodes/kind", """
                {"kind":"Node","apiVersion":"v1","metadata":{"name":"kind","uid":"n2"},
                 "spec":{"providerID":"kind://docker/kind/kind-control-plane"}}""");
        NodeFacts other = source.node("kind");
        assertNotNull(other);
        assertNull(other.instanceId());
        assertNull(source.node("none"));
    }
}
