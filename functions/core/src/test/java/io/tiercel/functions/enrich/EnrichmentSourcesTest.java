package io.tiercel.functions.enrich;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class EnrichmentSourcesTest {
    private static final String ID = "i-0123456789abcdef0";
    private static final String OTHER = "i-0123456789abcdef1";

    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger questions = new AtomicInteger();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private String nodeIs = ID;

    @AfterEach
    void end() {
        end.countDown();
    }

    private final ClusterSource cluster = new ClusterSource() {
        @Override
        public PodFacts pod(String namespace, String name) {
            questions.incrementAndGet();
            return new PodFacts(
                    namespace,
                    name,
                    "uid",
                    "node-7",
                    null,
                    false,
                    "cart",
                    "arn:aws:iam::123456789012:role/cart",
                    "irsa",
                    List.of(new PodFacts.Owner("ReplicaSet", "cart-5f"), new PodFacts.Owner("Deployment", "cart")),
                    List.of("shop/cart:1"),
                    List.of(),
                    Map.of("app", "cart"));
        }

        @Override
        public @Nullable NodeFacts node(String name) {
            return new NodeFacts(name, "uid", "aws:///eu-west-1a/" + nodeIs, nodeIs, null, null, false, Map.of());
        }
    };

    private static InstanceFacts instance(String id) {
        return new InstanceFacts(
                id,
                false,
                null,
                "123456789012",
                "eu-west-1a",
                "m7g.large",
                "running",
                false,
                "vpc-1",
                "subnet-1",
                "ip-10-0-0-7.eu-west-1.compute.internal",
                null,
                null,
                List.of("sg-1"),
                List.of(),
                Map.of("team", "blue"));
    }

    private Enricher enricher(@Nullable InstanceSource ec2, @Nullable ClusterSource kubernetes) {
        return new Enricher(
                "prod",
                AttackTechniques.load(),
                new EnrichmentSources(ec2, kubernetes, Map.of(), null, LabelRules.NONE, Duration.ofMillis(100)),
                () -> now);
    }

    private static ObjectNode from(String host, @Nullable String instance) {
        ObjectNode alert = AlertText.shellInPod().put("hostname", host);
        return instance == null ? alert : AlertText.with(alert, "ec2.instance.id", instance);
    }

    private Enrichment enrich(Enricher enricher, ObjectNode alert) {
        return enricher.enrich(AlertText.read(alert).alert());
    }

    @Test
    void pod_node_and_instance_are_described() {
        Enrichment known = enrich(enricher(EnrichmentSourcesTest::instance, cluster), from("node-7", ID));
        Map<String, Object> fields = EnrichedFields.of(known);
        assertEquals("Deployment", fields.get("enrich.pod.owner.kind"));
        assertEquals("cart", fields.get("enrich.pod.label[app]"));
        assertEquals("arn:aws:iam::123456789012:role/cart", fields.get("enrich.pod.role"));
        assertEquals(true, fields.get("enrich.instance.verified"));
        assertEquals("blue", fields.get("enrich.instance.tag[team]"));
        assertEquals(List.of(), known.missing());
        assertEquals(
                List.of("kubernetes pod", "kubernetes node", "ec2"),
                known.lookups().stream().map(LookupRecord::source).toList());
        fields.keySet()
                .forEach(field -> assertTrue(EnrichedFields.TYPES.containsKey(field.replaceFirst("\\[.*", "")), field));
        assertEquals(known, Json.read(Json.write(known), Enrichment.class, StoreUnavailable::new));
    }

    @Test
    void a_host_name_alone_does_not_verify_an_instance() {
        Enrichment known = enrich(enricher(EnrichmentSourcesTest::instance, cluster), from("node-7", null));
        InstanceFacts instance = known.instance();
        assertNotNull(instance);
        assertEquals(ID, instance.id());
        assertEquals(false, instance.verified());
        assertEquals("only the node name refers to this instance", instance.unverifiedReason());
    }

    @Test
    void a_contradiction_makes_an_instance_unverified() {
        nodeIs = OTHER;
        InstanceFacts other = enrich(enricher(EnrichmentSourcesTest::instance, cluster), from("node-7", ID))
                .instance();
        assertNotNull(other);
        assertEquals(false, other.verified());
        assertEquals("node node-7 is instance " + OTHER + " according to the cluster", other.unverifiedReason());
        InstanceFacts spoofed = enrich(
                        enricher(EnrichmentSourcesTest::instance, null),
                        from("ip-10-0-0-9.eu-west-1.compute.internal", ID))
                .instance();
        assertNotNull(spoofed);
        assertEquals(false, spoofed.verified());
        assertEquals("the alert's host is ip-10-0-0-9, but the instance is ip-10-0-0-7", spoofed.unverifiedReason());
    }

    @Test
    void a_slow_source_times_out_and_the_others_still_answer() {
        Enricher enricher = enricher(
                id -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return null;
                },
                cluster);
        Enrichment known = enrich(enricher, from("node-7", ID));
        assertNull(known.instance());
        assertNotNull(known.pod());
        assertEquals(List.of("ec2: timed out"), known.missing());
    }

    @Test
    void a_failing_source_is_reported_and_suspended_after_repeated_failures() {
        AtomicInteger asked = new AtomicInteger();
        Enricher enricher = enricher(
                id -> {
                    asked.incrementAndGet();
                    throw new IllegalStateException("AccessDenied\nand more");
                },
                null);
        for (int i = 0; i < 10; i++) {
            Enrichment known = enrich(enricher, from("node-7", "i-0123456789abcde0" + i));
            assertEquals(
                    List.of("ec2: failed: "
                            + (i < CachedLookup.MAX_CONSECUTIVE_FAILURES
                                    ? "AccessDenied"
                                    : "suspended after repeated failures")),
                    known.missing());
        }
        assertEquals(CachedLookup.MAX_CONSECUTIVE_FAILURES, asked.get());
        now = now.plus(CachedLookup.FAILURE_TTL);
        enrich(enricher, from("node-7", ID));
        assertEquals(CachedLookup.MAX_CONSECUTIVE_FAILURES + 1, asked.get());
    }

    @Test
    void many_alerts_of_one_pod_cause_one_look_up_per_minute() {
        Enricher enricher = enricher(null, cluster);
        for (int i = 0; i < 1_000; i++) {
            enrich(enricher, from("node-7", null));
        }
        assertEquals(1, questions.get());
        now = now.plus(CachedLookup.TTL);
        enrich(enricher, from("node-7", null));
        assertEquals(2, questions.get());
    }

    @Test
    void invalid_names_are_not_looked_up() {
        Enricher enricher = enricher(EnrichmentSourcesTest::instance, cluster);
        ObjectNode alert = AlertText.with(from("../../api", "i-1; rm"), "k8s.pod.name", "x/../y");
        Enrichment known = enrich(enricher, alert);
        assertEquals(List.of(), known.lookups());
        assertEquals(0, questions.get());
    }
}
