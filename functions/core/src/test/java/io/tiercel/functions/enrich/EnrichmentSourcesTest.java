package io.tiercel.functions.enrich;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.alert.Alert;
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
    private static final String INSTANCE_ID = "i-0123456789abcdef0";

    private final CountDownLatch testEnd = new CountDownLatch(1);
    private final AtomicInteger podLookups = new AtomicInteger();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private String nodeInstance = INSTANCE_ID;

    @AfterEach
    void releaseBlockedSource() {
        testEnd.countDown();
    }

    private final ClusterSource cluster = new ClusterSource() {
        @Override
        public PodFacts pod(String namespace, String name) {
            podLookups.incrementAndGet();
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
            return new NodeFacts(
                    name, "uid", "aws:///eu-west-1a/" + nodeInstance, nodeInstance, null, null, false, Map.of());
        }
    };

    private static InstanceFacts instance(String id) {
        return new InstanceFacts(
                id,
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

    private static ObjectNode alertFrom(String host, @Nullable String instance) {
        ObjectNode alert = AlertText.shellInPod().put("hostname", host);
        return instance == null ? alert : AlertText.with(alert, "ec2.instance.id", instance);
    }

    private Enrichment enrich(Enricher enricher, ObjectNode alert) {
        return enricher.enrich(AlertText.read(alert).alert());
    }

    @Test
    void pod_node_and_instance_are_described() {
        Enrichment enrichment =
                enrich(enricher(EnrichmentSourcesTest::instance, cluster), alertFrom("node-7", INSTANCE_ID));
        Map<String, Object> fields = EnrichedFields.of(enrichment);
        assertEquals("Deployment", fields.get("enrich.pod.owner.kind"));
        assertEquals("cart", fields.get("enrich.pod.label[app]"));
        assertEquals("arn:aws:iam::123456789012:role/cart", fields.get("enrich.pod.role"));
        assertEquals(false, fields.get("enrich.sender.verified"));
        assertEquals(false, fields.get("enrich.instance.confirmed"));
        assertEquals("blue", fields.get("enrich.instance.tag[team]"));
        assertEquals(List.of(), enrichment.missing());
        assertEquals(
                List.of("kubernetes pod", "kubernetes node", "ec2"),
                enrichment.lookups().stream().map(LookupRecord::source).toList());
        fields.keySet()
                .forEach(field -> assertTrue(EnrichedFields.TYPES.containsKey(field.replaceFirst("\\[.*", "")), field));
        assertEquals(enrichment, Json.read(Json.write(enrichment), Enrichment.class, StoreUnavailable::new));
    }

    @Test
    void a_slow_source_times_out_without_affecting_other_sources() {
        Enricher enricher = enricher(
                id -> {
                    try {
                        testEnd.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return null;
                },
                cluster);
        Enrichment enrichment = enrich(enricher, alertFrom("node-7", INSTANCE_ID));
        assertNull(enrichment.instance());
        assertNotNull(enrichment.pod());
        assertEquals(List.of("ec2: timed out"), enrichment.missing());
    }

    @Test
    void a_failing_source_is_reported_and_suspended_after_repeated_failures() {
        AtomicInteger ec2Lookups = new AtomicInteger();
        Enricher enricher = enricher(
                id -> {
                    ec2Lookups.incrementAndGet();
                    throw new IllegalStateException("AccessDenied\nsecond line");
                },
                null);
        for (int i = 0; i < 10; i++) {
            Enrichment enrichment = enrich(enricher, alertFrom("node-7", "i-0123456789abcde0" + i));
            assertEquals(
                    List.of("ec2: failed: "
                            + (i < CachedLookup.MAX_CONSECUTIVE_FAILURES
                                    ? "AccessDenied"
                                    : "suspended after repeated failures")),
                    enrichment.missing());
        }
        assertEquals(CachedLookup.MAX_CONSECUTIVE_FAILURES, ec2Lookups.get());
        now = now.plus(CachedLookup.FAILURE_TTL);
        enrich(enricher, alertFrom("node-7", INSTANCE_ID));
        assertEquals(CachedLookup.MAX_CONSECUTIVE_FAILURES + 1, ec2Lookups.get());
    }

    @Test
    void hanging_lookups_for_unverified_senders_take_no_lookup_of_verified_ones() throws Exception {
        CountDownLatch hanging = new CountDownLatch(CachedLookup.MAX_CONCURRENT);
        Enricher enricher = enricher(
                id -> {
                    if (id.equals(INSTANCE_ID)) {
                        return instance(id);
                    }
                    hanging.countDown();
                    try {
                        testEnd.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return null;
                },
                null);
        Alert genuine = AlertText.read(alertFrom("node-7", INSTANCE_ID)).alert();
        Sender verified = Sender.ofInstance(INSTANCE_ID, "123456789012");
        for (int i = 0; i < CachedLookup.MAX_CONCURRENT; i++) {
            Alert forged = AlertText.read(alertFrom("node-7", "i-0123456789abcd" + (100 + i)))
                    .alert();
            Enrichment stored = new Enricher("prod", AttackTechniques.load()).enrich(forged);
            Thread.startVirtualThread(() -> enricher.lookUpAgain(forged, stored));
        }
        hanging.await();
        assertEquals(
                List.of(),
                enricher.lookUpAgain(genuine, new Enricher("prod", AttackTechniques.load()).enrich(genuine, verified))
                        .missing());
    }

    @Test
    void many_alerts_of_one_pod_cause_one_lookup_per_minute() {
        Enricher enricher = enricher(null, cluster);
        for (int i = 0; i < 1_000; i++) {
            enrich(enricher, alertFrom("node-7", null));
        }
        assertEquals(1, podLookups.get());
        now = now.plus(CachedLookup.TTL);
        enrich(enricher, alertFrom("node-7", null));
        assertEquals(2, podLookups.get());
    }

    @Test
    void invalid_names_are_not_looked_up() {
        Enricher enricher = enricher(EnrichmentSourcesTest::instance, cluster);
        ObjectNode alert = AlertText.with(alertFrom("../../api", "i-1; rm"), "k8s.pod.name", "x/../y");
        Enrichment enrichment = enrich(enricher, alert);
        assertEquals(List.of(), enrichment.lookups());
        assertEquals(0, podLookups.get());
    }
}
