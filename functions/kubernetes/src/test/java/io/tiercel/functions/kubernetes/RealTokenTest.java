package io.tiercel.functions.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.BoundObjectReference;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tiercel.functions.credential.IdentitySettings;
import io.tiercel.functions.credential.SenderIdentity;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.identity.SenderCredentials;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests tokens that a real API server issues, with the keys that it publishes, read by an account without any role. */
@Tag("cluster")
class RealTokenTest {
    private static final String NAMESPACE = "tiercel";
    private static final String SENSOR = "tiercel-sensor";

    private static RealCluster real;
    private static KubernetesClient reader;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        real = RealCluster.startOrSkip();
        real.admin
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        for (String account : List.of(SENSOR, "reader", "other")) {
            real.admin
                    .resource(new ServiceAccountBuilder()
                            .withNewMetadata()
                            .withNamespace(NAMESPACE)
                            .withName(account)
                            .endMetadata()
                            .build())
                    .create();
        }
        for (String node : List.of("node-a", "node-b")) {
            real.admin
                    .resource(new NodeBuilder()
                            .withNewMetadata()
                            .withName(node)
                            .endMetadata()
                            .build())
                    .create();
        }
        reader = real.as(NAMESPACE, "reader");
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        if (reader != null) {
            reader.close();
        }
        if (real != null) {
            real.close();
        }
    }

    private static SenderIdentity identity(Map<String, String> settings) {
        return SenderIdentity.create(
                IdentitySettings.parse(
                        name -> Optional.ofNullable(settings.get(name)), (variable, location) -> location),
                null,
                new KubernetesKeySource(() -> reader),
                InstantSource.system());
    }

    private static Pod pod(String name, String account, String node) {
        return real.admin
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withServiceAccountName(account)
                        .withNodeName(node)
                        .addNewContainer()
                        .withName("sensor")
                        .withImage("tiercel/sensor")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    private static String token(String account, String audience, @Nullable Pod pod) {
        BoundObjectReference bound = pod == null
                ? null
                : new BoundObjectReference(
                        "v1",
                        "Pod",
                        pod.getMetadata().getName(),
                        pod.getMetadata().getUid());
        TokenRequest request = new TokenRequestBuilder()
                .withNewSpec()
                .withAudiences(audience)
                .withExpirationSeconds(600L)
                .withBoundObjectRef(bound)
                .endSpec()
                .build();
        return real.admin
                .serviceAccounts()
                .inNamespace(NAMESPACE)
                .withName(account)
                .tokenRequest(request)
                .getStatus()
                .getToken();
    }

    private static Sender verify(SenderIdentity identity, String token) {
        return identity.verify(new SenderCredentials(token, null, List.of()), Instant.now());
    }

    @Test
    void a_sensors_token_proves_its_node() {
        SenderIdentity identity = identity(Map.of(IdentitySettings.KEYS, "kubernetes"));
        Pod onA = pod("sensor-a", SENSOR, "node-a");
        Pod onB = pod("sensor-b", SENSOR, "node-b");
        assertEquals(Sender.ofNode("node-a"), verify(identity, token(SENSOR, "tiercel", onA)));
        assertEquals(Sender.ofNode("node-b"), verify(identity, token(SENSOR, "tiercel", onB)));
        SenderIdentity.KeyStatus keys = identity.keys();
        assertTrue(keys != null && keys.count() > 0 && keys.failure() == null, String.valueOf(keys));
    }

    @Test
    void other_tokens_of_the_cluster_prove_nothing() {
        SenderIdentity identity = identity(Map.of(IdentitySettings.KEYS, "kubernetes"));
        Pod sensor = pod("sensor-c", SENSOR, "node-a");
        Pod other = pod("other", "other", "node-a");
        assertEquals(
                "the token is for another audience",
                verify(identity, token(SENSOR, "sts.amazonaws.com", sensor)).reason());
        assertEquals(
                "the token is of another service account",
                verify(identity, token("other", "tiercel", other)).reason());
        assertEquals(
                "the token is not bound to a pod",
                verify(identity, token(SENSOR, "tiercel", null)).reason());
        SenderIdentity foreign = identity(
                Map.of(IdentitySettings.KEYS, "kubernetes", IdentitySettings.ISSUER, "https://another.example"));
        assertEquals(
                "the token is of another issuer",
                verify(foreign, token(SENSOR, "tiercel", sensor)).reason());
    }
}
