package io.tiercel.functions.enrich;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.enrich.TargetConfirmation.Status;
import io.tiercel.functions.identity.Sender;
import io.tiercel.rules.alert.Alert;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which targets the enricher looks up, and that it looks them up again before anything acts on them. */
@Tag("unit")
class TargetLookupTest {
    private static final String OWN = "i-0123456789abcdef0";
    private static final String OTHER = "i-0123456789abcdef1";
    private static final Sender SENSOR = Sender.ofNode("node-7");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch testEnd = new CountDownLatch(1);
    private String podUid = "uid-1";
    private boolean podExists = true;
    private boolean failing;
    private boolean blocked;

    @AfterEach
    void releaseBlockedSource() {
        testEnd.countDown();
    }

    private final ClusterSource cluster = new ClusterSource() {
        @Override
        public @Nullable PodFacts pod(String namespace, String name) {
            ask(namespace + "/" + name);
            return podExists
                    ? new PodFacts(
                            namespace, name, podUid, "node-7", null, false, "default", null, null, List.of(), List.of(),
                            List.of(), Map.of())
                    : null;
        }

        @Override
        public NodeFacts node(String name) {
            ask(name);
            return new NodeFacts(name, "uid", "aws:///eu-west-1a/" + OWN, OWN, null, null, false, Map.of());
        }
    };

    private InstanceFacts instance(String id) {
        ask(id);
        return TestInstances.running(id);
    }

    private void ask(String subject) {
        asked.add(subject);
        if (failing) {
            throw new IllegalStateException("503");
        }
        if (blocked) {
            try {
                testEnd.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final Enricher enricher = new Enricher(
            "prod",
            AttackTechniques.load(),
            new EnrichmentSources(this::instance, cluster, Map.of(), null, LabelRules.NONE, Duration.ofMillis(300)),
            () -> NOW);

    private static Alert alert(String claimed, String uid) {
        ObjectNode alert = AlertText.with(AlertText.shellInPod(), "k8s.pod.uid", uid);
        return AlertText.read(AlertText.with(alert, "ec2.instance.id", claimed)).alert();
    }

    private static @Nullable String id(Enrichment enrichment) {
        InstanceFacts instance = enrichment.instance();
        return instance == null ? null : instance.id();
    }

    @Test
    void an_instance_that_the_alert_names_never_replaces_that_of_the_node() {
        Enrichment lie = enricher.enrich(alert(OTHER, "uid-1"), SENSOR);
        assertEquals(OWN, id(lie));
        assertEquals(
                List.of("found"),
                lie.lookups().stream()
                        .filter(lookup -> lookup.subject().equals(OWN))
                        .map(LookupRecord::outcome)
                        .toList());
        assertEquals(Status.CONTRADICTED, TargetConfirmations.of(lie).instance().status());
        assertEquals(
                List.of("the alert names instance " + OTHER + ", but its sender is on " + OWN),
                TargetConfirmations.of(lie).falseClaims());
        assertTrue(TargetConfirmations.of(enricher.enrich(alert(OWN, "uid-1"), SENSOR))
                .instance()
                .confirmed());
    }

    @Test
    void an_instance_that_the_sender_proves_is_better_than_that_of_the_node() {
        Enrichment enrichment = enricher.enrich(alert(OWN, "uid-1"), Sender.ofInstance(OTHER, "123456789012"));
        assertEquals(OTHER, id(enrichment));
        assertEquals(
                Status.CONTRADICTED,
                TargetConfirmations.of(enrichment).instance().status());
    }

    @Test
    void a_new_pod_of_the_same_name_is_looked_up_although_the_old_one_is_cached() {
        assertTrue(TargetConfirmations.of(enricher.enrich(alert(OWN, "uid-1"), SENSOR))
                .pod()
                .confirmed());
        podUid = "uid-2";
        assertTrue(TargetConfirmations.of(enricher.enrich(alert(OWN, "uid-2"), SENSOR))
                .pod()
                .confirmed());
    }

    @Test
    void forged_alerts_suspend_no_source_for_verified_senders() {
        failing = true;
        for (int i = 0; i < 10; i++) {
            enricher.enrich(alert(OWN, "uid-" + (10 + i)));
        }
        failing = false;
        assertTrue(enricher.enrich(alert(OWN, "uid-99")).missing().toString().contains("suspended"));
        assertTrue(TargetConfirmations.of(enricher.enrich(alert(OWN, "uid-1"), SENSOR))
                .pod()
                .confirmed());
    }

    @Test
    void targets_are_looked_up_again_without_the_cache() {
        Enrichment stored = enricher.enrich(alert(OWN, "uid-1"), SENSOR);
        asked.clear();
        Enrichment again = enricher.lookUpAgain(alert(OWN, "uid-1"), stored);
        assertEquals(stored, again);
        assertEquals(
                List.of(OWN, "node-7", "shop/cart-5f7"), asked.stream().sorted().toList());
        podUid = "uid-2";
        Enrichment replaced = enricher.lookUpAgain(alert(OWN, "uid-1"), stored);
        assertEquals(Status.CONTRADICTED, TargetConfirmations.of(replaced).pod().status());
        assertTrue(TargetConfirmations.of(replaced).instance().confirmed());
        assertEquals(SENSOR, replaced.sender());
    }

    @Test
    void a_pod_is_looked_up_again_without_asking_for_its_instance() {
        Enrichment stored = enricher.enrich(alert(OWN, "uid-1"), SENSOR);
        asked.clear();
        assertEquals(
                TargetConfirmations.of(stored),
                TargetConfirmations.of(enricher.lookUpPodAgain(alert(OWN, "uid-1"), stored)));
        assertEquals(List.of("node-7", "shop/cart-5f7"), asked.stream().sorted().toList());
        podUid = "uid-2";
        Enrichment replaced = enricher.lookUpPodAgain(alert(OWN, "uid-1"), stored);
        assertEquals(Status.CONTRADICTED, TargetConfirmations.of(replaced).pod().status());
        assertEquals(stored.instance(), replaced.instance());
        assertEquals(
                stored.lookups().stream()
                        .filter(lookup -> lookup.source().equals(TargetFinder.INSTANCE))
                        .toList(),
                replaced.lookups().stream()
                        .filter(lookup -> lookup.source().equals(TargetFinder.INSTANCE))
                        .toList());
        failing = true;
        assertTrue(enricher.lookUpPodAgain(alert(OWN, "uid-1"), stored).clusterSilent());
    }

    @Test
    void a_target_that_timed_out_is_found_by_a_later_lookup_and_the_other_way_around() {
        blocked = true;
        Enrichment timedOut = enricher.enrich(alert(OWN, "uid-1"), SENSOR);
        TargetConfirmation unknown = TargetConfirmations.of(timedOut).pod();
        assertEquals(Status.UNCONFIRMED, unknown.status());
        assertTrue(unknown.retryable());
        blocked = false;
        Enrichment found = enricher.lookUpAgain(alert(OWN, "uid-1"), timedOut);
        assertTrue(TargetConfirmations.of(found).pod().confirmed(), found.toString());
        assertTrue(TargetConfirmations.of(found).instance().confirmed(), found.toString());
        failing = true;
        Enrichment lost = enricher.lookUpAgain(alert(OWN, "uid-1"), found);
        assertNull(lost.pod(), "a stored fact is not proof that it still holds");
        assertEquals(Status.UNCONFIRMED, TargetConfirmations.of(lost).pod().status());
        assertEquals(Status.UNCONFIRMED, TargetConfirmations.of(lost).instance().status());
    }

    @Test
    void a_repeated_lookup_is_not_suspended_by_failures() {
        failing = true;
        Enrichment stored = enricher.enrich(alert(OWN, "uid-1"), SENSOR);
        for (int i = 0; i < 10; i++) {
            stored = enricher.lookUpAgain(alert(OWN, "uid-1"), stored);
        }
        failing = false;
        assertTrue(TargetConfirmations.of(enricher.lookUpAgain(alert(OWN, "uid-1"), stored))
                .pod()
                .confirmed());
    }

    @Test
    void a_pod_that_was_deleted_stays_the_target_that_it_was() {
        Enrichment stored = enricher.enrich(alert(OWN, "uid-1"), SENSOR);
        podExists = false;
        Enrichment deleted = enricher.lookUpAgain(alert(OWN, "uid-1"), stored);
        assertNotNull(deleted.pod());
        assertTrue(TargetConfirmations.of(deleted).pod().confirmed(), "it ran there, with this uid");
        assertTrue(deleted.lookups().stream()
                .anyMatch(lookup -> lookup.source().equals(TargetFinder.POD)
                        && lookup.outcome().equals(LookupRecord.ABSENT)));
        Enrichment never = enricher.enrich(alert(OWN, "uid-9"), SENSOR);
        assertEquals(
                Status.UNCONFIRMED,
                TargetConfirmations.of(enricher.lookUpAgain(alert(OWN, "uid-9"), never))
                        .pod()
                        .status());
    }
}
