package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.ClusterSource;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.EnrichmentSources;
import io.tiercel.functions.enrich.InstanceFacts;
import io.tiercel.functions.enrich.LabelRules;
import io.tiercel.functions.enrich.NodeFacts;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.enrich.TargetConfirmations;
import io.tiercel.functions.enrich.TestInstances;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentQuery;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.SensorHealth;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.notification.RecordingChannel;
import io.tiercel.functions.notification.TestOutbox;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.planning.IncidentPlanContext;
import io.tiercel.functions.respond.plan.PlanContext;
import io.tiercel.functions.stage.AlertReceipt;
import io.tiercel.functions.stage.DeduplicateStage;
import io.tiercel.functions.stage.EnrichStage;
import io.tiercel.functions.stage.IncidentCloser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Alerts of verified and of other senders in the same stores: nothing that an unverified sender sends suppresses, replaces or
 * crowds out what a verified one reports.
 */
public abstract class SenderContract extends StoreContract {
    private static final Sender NODE_1 = Sender.ofNode("node-1");
    private static final Sender NODE_2 = Sender.ofNode("node-2");
    private static final String INSTANCE_1 = "i-00000000000000001";

    private final List<String> responseRequests = Collections.synchronizedList(new ArrayList<>());

    /** Every pod runs on node-1 with the uid {@code uid-NAME}. */
    private final ClusterSource cluster = new ClusterSource() {
        @Override
        public PodFacts pod(String namespace, String name) {
            return new PodFacts(
                    namespace,
                    name,
                    "uid-" + name,
                    "node-1",
                    null,
                    false,
                    "default",
                    null,
                    null,
                    List.of(),
                    List.of(),
                    List.of(),
                    Map.of());
        }

        @Override
        public NodeFacts node(String name) {
            String instance = "i-0000000000000000" + name.charAt(name.length() - 1);
            return new NodeFacts(name, "uid", "aws:///eu-west-1a/" + instance, instance, null, null, false, Map.of());
        }
    };

    private static InstanceFacts instance(String id) {
        return TestInstances.running(id);
    }

    private final EnrichStage enrichStage = new EnrichStage(
            new Enricher(
                    "prod",
                    AttackTechniques.load(),
                    new EnrichmentSources(
                            SenderContract::instance, cluster, Map.of(), null, LabelRules.NONE, Duration.ofSeconds(5)),
                    () -> now),
            IncidentRules.defaults());

    private DeduplicateStage deduplicateStage() {
        return new DeduplicateStage(
                stores.incidents(),
                new AffectedTargets(stores.state()),
                IncidentRules.defaults(),
                stores.audit(),
                request -> responseRequests.add(request.change()),
                (incident, change) -> {},
                () -> now);
    }

    private static ObjectNode alert(String id, String host, String pod) {
        ObjectNode alert = AlertText.shellInPod().put("id", id).put("hostname", host);
        alert = AlertText.with(alert, "k8s.pod.name", pod);
        return AlertText.with(alert, "k8s.pod.uid", "uid-" + pod);
    }

    private EnrichStage.Result.Enriched enrich(ObjectNode alert, Sender sender) {
        return (EnrichStage.Result.Enriched) enrichStage.enrich(alert, sender);
    }

    /** Enriches and counts an alert as the functions do, and returns the receipt of the alert itself. */
    private AlertReceipt send(ObjectNode alert, Sender sender) {
        return enrich(alert, sender).alerts().stream()
                .map(deduplicateStage()::count)
                .toList()
                .getLast();
    }

    private Incident incident(AlertReceipt receipt) {
        return stores.incidents().find(String.valueOf(receipt.incidentId())).orElseThrow();
    }

    private static String instanceId(Enrichment enrichment) {
        InstanceFacts instance = enrichment.instance();
        return instance == null ? "none" : instance.id();
    }

    private PlanContext planContext(AlertReceipt receipt) {
        PlanContext context = new IncidentPlanContext(stores.incidents(), new AffectedTargets(stores.state()))
                .find(String.valueOf(receipt.incidentId()));
        assertNotNull(context);
        return context;
    }

    private List<String> targets(AlertReceipt receipt) {
        return planContext(receipt).targets().stream()
                .map(target -> target.enrichment().host().pod() + " "
                        + TargetConfirmations.of(target.enrichment()).pod().status())
                .toList();
    }

    @Test
    void an_id_that_somebody_else_claimed_makes_no_genuine_alert_a_duplicate() {
        String id = "node-1/5a1c0f3e-0d5c-4d8e-9b39-0f1d5a2f7c11/42";
        ObjectNode genuine = alert(id, "node-1", "cart-1");
        assertEquals("opened", send(genuine, Sender.NONE).outcome());
        // What a scoped id looks like in the store is no secret.
        assertEquals(
                "counted",
                send(genuine.deepCopy().put("id", "service-account:node-1\n" + id), Sender.NONE)
                        .outcome());
        assertEquals("counted", send(genuine, NODE_2).outcome());
        assertEquals("counted", send(genuine, Sender.ofHost("node-1")).outcome());
        assertEquals("counted", send(genuine, NODE_1).outcome());
        for (Sender again : List.of(NODE_1, NODE_2, Sender.NONE, Sender.ofNode("node-1"))) {
            assertEquals("duplicate", send(genuine, again).outcome(), again.text());
        }
        assertEquals(5, incident(send(genuine, NODE_1)).count());
        assertEquals(3, incident(send(genuine, NODE_1)).verifiedCount());
    }

    @Test
    void verified_and_forged_alerts_are_counted_exactly_in_any_order() throws Exception {
        int each = stores.slow() ? 12 : 60;
        List<Callable<AlertReceipt>> deliveries = new ArrayList<>();
        for (Sender sender : List.of(NODE_1, NODE_2, Sender.NONE)) {
            for (int i = 0; i < each; i++) {
                ObjectNode alert = alert("id/" + i, sender.node() == null ? "node-1" : sender.node(), "cart-1");
                deliveries.add(() -> send(alert, sender));
                deliveries.add(() -> send(alert, sender));
            }
        }
        long seed = new Random().nextLong();
        Collections.shuffle(deliveries, new Random(seed));
        List<AlertReceipt> receipts = runConcurrently(deliveries);
        String cause = String.valueOf(enrich(alert("x", "node-1", "cart-1"), NODE_1)
                .alert()
                .fingerprint()
                .incidentId());
        Incident incident = stores.incidents().find(cause).orElseThrow();
        assertEquals(3L * each, incident.count(), "seed " + seed);
        assertEquals(2L * each, incident.verifiedCount(), "seed " + seed);
        assertEquals(
                3L * each,
                receipts.stream()
                        .filter(receipt -> receipt.outcome().equals("duplicate"))
                        .count(),
                "seed " + seed);
        assertTrue(incident.enrichment().sender().verified(), "seed " + seed);
    }

    @Test
    void the_first_verified_alert_becomes_the_evidence_of_an_incident_that_a_forged_one_opened() {
        for (int i = 0; i < Incident.SAMPLE_LIMIT + 2; i++) {
            send(alert("forged/" + i, "node-9", "cart-9").put("priority", "Error"), Sender.NONE);
        }
        AlertReceipt receipt = send(alert("genuine/1", "node-1", "cart-1"), NODE_1);
        assertEquals("counted", receipt.outcome());
        send(alert("genuine/2", "node-1", "cart-2"), NODE_1);
        Incident incident = incident(receipt);
        assertEquals(2, incident.verifiedCount());
        assertEquals(14, incident.count());
        assertEquals(NODE_1, incident.enrichment().sender());
        assertEquals("cart-1", incident.enrichment().host().pod());
        assertEquals(Incident.SAMPLE_LIMIT + 2, incident.sample().size());
        assertTrue(incident.sample().get(0).contains("genuine/1"));
        assertTrue(incident.sample().get(1).contains("genuine/2"));
        assertTrue(incident.sample().get(2).contains("forged/0"));
        for (int i = 3; i < Incident.SAMPLE_LIMIT + 3; i++) {
            send(alert("genuine/" + i, "node-1", "cart-1"), NODE_1);
        }
        assertEquals(2 * Incident.SAMPLE_LIMIT, incident(receipt).sample().size());
        assertEquals(incident.enrichment(), incident(receipt).enrichment());
    }

    @Test
    void a_forged_alert_never_takes_the_place_of_a_confirmed_target() {
        AlertReceipt receipt = send(alert("forged", "node-1", "cart-1"), Sender.NONE);
        assertEquals(List.of("cart-1 UNCONFIRMED"), targets(receipt));
        for (int i = 10; i < 30; i++) {
            send(alert("forged/" + i, "node-1", "cart-" + i), Sender.NONE);
        }
        assertEquals(AffectedTargets.MAX_TARGETS, targets(receipt).size());
        assertTrue(planContext(receipt).hasMoreTargets());
        String before = responseRequests.getLast();

        send(alert("genuine", "node-1", "cart-1"), NODE_1);
        assertNotEquals(before, responseRequests.getLast(), "the responder hears of the confirmed target");
        assertEquals(AffectedTargets.MAX_TARGETS + 1, targets(receipt).size());
        assertEquals("cart-1 CONFIRMED", targets(receipt).getFirst());
        for (int i = 0; i < AffectedTargets.MAX_TARGETS - 1; i++) {
            send(alert("genuine/" + i, "node-1", "shop-" + i), NODE_1);
        }
        assertEquals(
                AffectedTargets.MAX_TARGETS,
                targets(receipt).stream()
                        .filter(target -> target.endsWith(" CONFIRMED"))
                        .count());
    }

    @Test
    void a_target_has_one_entry_which_is_the_best_confirmed_one() {
        EnrichedAlert confirmed = enrich(alert("a", "node-1", "cart-1"), NODE_1).alert();
        EnrichedAlert timedOut = new EnrichedAlert(
                confirmed.alert(), confirmed.fingerprint(), Alerts.withoutLookups(confirmed.enrichment()));
        String incident = confirmed.fingerprint().incidentId();
        AffectedTargets targets = new AffectedTargets(stores.state());
        long first = targets.add(incident, 1, timedOut);
        long second = targets.add(incident, 1, confirmed);
        assertTrue(second > first, "a better confirmed target is a change");
        assertEquals(second, targets.add(incident, 1, timedOut));
        assertEquals(second, targets.add(incident, 1, confirmed));
        List<?> listed = targets.list(incident, 1).targets();
        assertEquals(1, listed.size());
        assertTrue(TargetConfirmations.of(
                        targets.list(incident, 1).targets().getFirst().enrichment())
                .instance()
                .confirmed());
        assertFalse(targets.list(incident, 1).more());
    }

    @Test
    void the_first_verified_alert_reopens_an_incident_that_a_person_closed() {
        AlertReceipt receipt = send(alert("forged", "node-1", "cart-1"), Sender.NONE);
        now = now.plusSeconds(60);
        IncidentCloser closer =
                new IncidentCloser(stores.incidents(), stores.audit(), (incident, change) -> {}, () -> now);
        assertEquals(IncidentCloser.Outcome.CLOSED, closer.close(String.valueOf(receipt.incidentId()), "ada"));
        send(alert("forged/2", "node-1", "cart-1"), Sender.NONE);
        assertEquals(IncidentState.CLOSED, incident(receipt).state());
        assertEquals(
                "opened", send(alert("genuine", "node-1", "cart-1"), NODE_1).outcome());
        assertEquals(IncidentState.OPEN, incident(receipt).state());
        assertEquals(2, incident(receipt).lifecycle().episode());
        assertEquals("cart-1 CONFIRMED", targets(receipt).getFirst());
    }

    @Test
    void the_first_verified_alert_is_worth_a_message() {
        String id = String.valueOf(
                send(alert("forged", "node-1", "cart-1"), Sender.NONE).incidentId());
        RecordingChannel channel = new RecordingChannel("chat");
        TestOutbox outbox = new TestOutbox(stores.incidents(), stores.notifications(), List.of(channel), () -> now);
        outbox.deliver(id);
        send(alert("forged/2", "node-1", "cart-1"), Sender.NONE);
        outbox.deliver(id);
        send(alert("genuine", "node-1", "cart-1"), NODE_1);
        outbox.deliver(id);
        send(alert("genuine/2", "node-1", "cart-1"), NODE_1);
        outbox.deliver(id);
        assertEquals(List.of(1L, 3L), channel.counts());
    }

    @Test
    void a_false_claim_is_a_doubt_and_an_incident_of_the_sensor_that_makes_it() {
        ObjectNode lie = alert("id/1", "node-1", "cart-1");
        AlertReceipt receipt = send(lie, NODE_2);
        send(lie, NODE_2);
        send(alert("id/2", "node-1", "cart-2"), NODE_2);
        send(alert("id/3", "node-1", "cart-2"), NODE_1);
        send(alert("id/4", "node-1", "cart-2"), Sender.NONE);
        assertEquals(
                List.of(
                        "the alert's host is node-1, but its sender is the sensor of node node-2",
                        "the alert's node is node-1, but its sender is the sensor of node node-2"),
                List.copyOf(incident(receipt).doubts()));
        List<Incident> raised = stores.incidents().list(new IncidentQuery(null, "Sensor claims another node", 10));
        assertEquals(1, raised.size());
        Incident claims = stores.incidents().find(raised.getFirst().id()).orElseThrow();
        assertEquals(2, claims.count(), "a repeated delivery counts once");
        assertEquals("Critical", claims.priority().label());
        assertEquals("host node-2", claims.fingerprint().workload());
        assertEquals(NODE_2, claims.enrichment().sender());
        TargetConfirmations confirmations = TargetConfirmations.of(claims.enrichment());
        assertTrue(confirmations.node().confirmed(), confirmations.toString());
        assertEquals("i-00000000000000002", instanceId(claims.enrichment()));
        assertTrue(claims.sample().getFirst().contains("the alert's host is node-1"));
    }

    @Test
    void a_crash_between_a_false_claim_and_its_alert_is_repaired_by_the_next_delivery() {
        ObjectNode lie = alert("id/1", "node-1", "cart-1");
        for (int crash = 0; crash < 2; crash++) {
            int left = crash;
            List<EnrichedAlert> published = new ArrayList<>();
            Consumer<EnrichedAlert> queue = alert -> {
                if (published.size() == left) {
                    throw new StoreUnavailable("crash", new IllegalStateException());
                }
                published.add(alert);
            };
            try {
                enrich(lie, NODE_2).alerts().forEach(queue);
            } catch (StoreUnavailable e) {
                published.addAll(enrich(lie, NODE_2).alerts());
            }
            published.forEach(deduplicateStage()::count);
        }
        assertEquals(
                List.of(1L, 1L),
                stores.incidents().list(new IncidentQuery(null, null, 10)).stream()
                        .map(Incident::count)
                        .toList());
    }

    @Test
    void the_number_of_doubts_is_limited_and_forged_ones_are_not_kept() {
        AlertReceipt receipt = send(alert("forged", "node-2", "cart-1"), Sender.NONE);
        assertEquals(List.of(), List.copyOf(incident(receipt).doubts()));
        for (int i = 0; i < 2 * Incident.MAX_DOUBTS; i++) {
            send(alert("id/" + i, "node-x" + i, "cart-1"), NODE_2);
        }
        assertEquals(Incident.MAX_DOUBTS, incident(receipt).doubts().size());
    }

    @Test
    void forged_health_messages_do_not_replace_genuine_ones() {
        ObjectNode genuine = alert("node-1/boot/7", "node-1", "cart-1")
                .put("source", "internal")
                .put("rule", "Tiercel internal: events lost");
        ObjectNode forged =
                genuine.deepCopy().put("time", "2199-01-01T00:00:00Z").put("output", "all is well");
        for (ObjectNode message : List.of(forged, genuine, forged)) {
            Sender sender = message == genuine ? NODE_1 : Sender.NONE;
            EnrichStage.Result.Health health = (EnrichStage.Result.Health) enrichStage.enrich(message, sender);
            SensorHealth queued =
                    SensorHealth.parse(AlertText.object(new SensorHealth(health.message(), health.sender()).toJson()));
            deduplicateStage().recordHealth(queued.message(), queued.sender());
        }
        assertEquals(
                1,
                stores.healthMessages().stream()
                        .filter(message -> !message.contains("all is well"))
                        .count());
    }

    @Test
    void ten_pods_of_one_sensor_and_ten_of_others_have_separate_lists() {
        List<AlertReceipt> receipts = IntStream.range(0, 40)
                .mapToObj(i -> send(
                        alert("id/" + i, "node-1", (i % 2 == 0 ? "genuine-" : "forged-") + i),
                        i % 2 == 0 ? NODE_1 : Sender.NONE))
                .toList();
        List<String> targets = targets(receipts.getFirst());
        assertEquals(2 * AffectedTargets.MAX_TARGETS, targets.size());
        assertTrue(
                targets.subList(0, 10).stream().allMatch(target -> target.startsWith("genuine-")), targets.toString());
        assertEquals(
                INSTANCE_1,
                instanceId(planContext(receipts.getFirst()).targets().getFirst().enrichment()));
    }
}
