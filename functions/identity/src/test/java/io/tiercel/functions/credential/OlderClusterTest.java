package io.tiercel.functions.credential;

import static io.tiercel.functions.credential.TestClaims.ISSUED;
import static io.tiercel.functions.credential.TestClaims.NODE;
import static io.tiercel.functions.credential.TestClaims.POD;
import static io.tiercel.functions.credential.TestClaims.POD_UID;
import static io.tiercel.functions.credential.TestClaims.withoutNode;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.tiercel.functions.enrich.ClusterSource;
import io.tiercel.functions.enrich.NodeFacts;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.identity.ClusterKeySource;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.identity.SenderCredentials;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests tokens without the name of the node, and keys from the API server. */
@Tag("unit")
class OlderClusterTest {
    private final TestClock clock = new TestClock();
    private final AtomicInteger lookups = new AtomicInteger();
    private Supplier<@Nullable PodFacts> pod = () -> pod(POD_UID, NODE, "tiercel-sensor");
    private String discovery =
            "{\"issuer\":\"" + TestClaims.ISSUER + "\",\"jwks_uri\":\"https://10.0.0.1:6443/openid/v1/jwks\"}";
    private String keySet = TestKey.keySet(TestKey.RSA);
    private final SenderIdentity identity = identity(Map.of(IdentitySettings.KEYS, "kubernetes"));

    private SenderIdentity identity(Map<String, String> settings) {
        return SenderIdentity.create(
                IdentitySettings.parse(
                        name -> Optional.ofNullable(settings.get(name)), (variable, location) -> location),
                new ClusterSource() {
                    @Override
                    public @Nullable PodFacts pod(String namespace, String name) {
                        assertEquals("tiercel/" + POD, namespace + "/" + name);
                        lookups.incrementAndGet();
                        return pod.get();
                    }

                    @Override
                    public @Nullable NodeFacts node(String name) {
                        throw new AssertionError("nothing looks up nodes");
                    }
                },
                new ClusterKeySource() {
                    @Override
                    public String discoveryDocument() {
                        return discovery;
                    }

                    @Override
                    public String keySet() {
                        return keySet;
                    }
                },
                clock);
    }

    private static PodFacts pod(String uid, @Nullable String node, String serviceAccount) {
        return new PodFacts(
                "tiercel",
                POD,
                uid,
                node,
                "10.0.0.7",
                true,
                serviceAccount,
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                Map.of());
    }

    private Sender verify(SenderIdentity by, String token) {
        return by.verify(new SenderCredentials(token, null, List.of()), ISSUED);
    }

    private void assertReason(String reason) {
        assertEquals(
                Sender.unverified(Sender.Kind.SERVICE_ACCOUNT, reason),
                verify(identity, TestKey.RSA.token(withoutNode())));
    }

    @Test
    void the_node_is_that_of_the_pod_in_the_cluster() {
        String token = TestKey.RSA.token(withoutNode());
        for (int i = 0; i < 20; i++) {
            assertEquals(Sender.ofNode(NODE), verify(identity, token));
        }
        assertEquals(1, lookups.get());
    }

    @Test
    void a_node_in_the_token_needs_no_lookup() {
        assertEquals(Sender.ofNode(NODE), verify(identity, TestKey.RSA.token(TestClaims.valid())));
        assertEquals(0, lookups.get());
    }

    @Test
    void a_later_pod_with_the_same_name_is_another_pod() {
        pod = () -> pod("another-uid", NODE, "tiercel-sensor");
        assertReason("the token is of another pod with the same name");
    }

    @Test
    void a_pod_that_cannot_be_the_sender_is_rejected() {
        pod = () -> null;
        assertReason("the token's pod does not exist");
        clock.advance(PodNodes.FAILURE_TTL);
        pod = () -> pod(POD_UID, NODE, "default");
        assertReason("the token's pod has another service account");
        clock.advance(PodNodes.FAILURE_TTL);
        pod = () -> pod(POD_UID, null, "tiercel-sensor");
        assertReason("the token's pod has no node");
        clock.advance(PodNodes.FAILURE_TTL);
        pod = () -> pod(POD_UID, "Not A Node", "tiercel-sensor");
        assertReason("the token's node has no valid name");
    }

    @Test
    void failures_are_remembered_for_some_seconds() {
        pod = () -> {
            throw new IllegalStateException("https://10.0.0.1:6443 secret");
        };
        for (int i = 0; i < 20; i++) {
            assertReason("the lookup of the token's pod failed");
        }
        assertEquals(1, lookups.get());
        pod = () -> pod(POD_UID, NODE, "tiercel-sensor");
        clock.advance(PodNodes.FAILURE_TTL);
        assertEquals(Sender.ofNode(NODE), verify(identity, TestKey.RSA.token(withoutNode())));
    }

    @Test
    void a_cluster_that_does_not_respond_delays_senders_for_a_limited_time() {
        CountDownLatch never = new CountDownLatch(1);
        pod = () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return null;
        };
        try {
            assertTimeout(
                    PodNodes.TIMEOUT.plusSeconds(1),
                    () -> assertReason("the cluster did not return the token's pod within 2 seconds"));
        } finally {
            never.countDown();
        }
    }

    @Test
    void forged_tokens_cause_no_lookup() {
        String header = "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}";
        for (int i = 0; i < 20; i++) {
            assertEquals(
                    "the token's signature is not valid",
                    verify(identity, TestKey.OTHER_RSA.token(header, withoutNode()))
                            .reason());
        }
        assertEquals(0, lookups.get());
    }

    @Test
    void a_configured_issuer_replaces_the_reported_one() {
        discovery = "not asked for";
        SenderIdentity configured =
                identity(Map.of(IdentitySettings.KEYS, "kubernetes", IdentitySettings.ISSUER, "https://other.example"));
        assertEquals(
                "the token is of another issuer",
                verify(configured, TestKey.RSA.token(TestClaims.valid())).reason());
    }

    @Test
    void documents_of_the_api_server_that_are_wrong_are_named() {
        discovery = "{}";
        assertReason("the issuer's keys are not available: the API server's discovery document names no issuer");
        discovery = "{\"issuer\":\"" + TestClaims.ISSUER + "\"}";
        keySet = "x".repeat(70_000);
        clock.advance(Duration.ofMinutes(1));
        assertReason("the issuer's keys are not available: the key set has more than 65536 bytes");
    }
}
