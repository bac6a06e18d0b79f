package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.ClusterSource;
import io.tiercel.functions.enrich.EnrichedFields;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.EnrichmentSources;
import io.tiercel.functions.enrich.LabelRules;
import io.tiercel.functions.enrich.NodeFacts;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.enrich.TargetLookup;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.planning.IncidentPlanContext;
import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.kubernetes.BranchInterfaces;
import io.tiercel.functions.respond.kubernetes.FakeKubernetesApi;
import io.tiercel.functions.respond.kubernetes.IsolatePod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Selector;
import io.tiercel.functions.respond.kubernetes.LabelPod;
import io.tiercel.functions.respond.plan.PlanContext;
import io.tiercel.functions.respond.plan.PlanStore;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.plan.RunLimits;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.stage.AlertReceipt;
import io.tiercel.functions.stage.DeduplicateStage;
import io.tiercel.functions.stage.EnrichStage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Pods whose owners make them as large as Kubernetes permits, and incidents of very many pods, in the stores of one database. */
public abstract class HostileInputContract extends StoreContract {
    private static final String NODE = "node-1";
    private static final Sender SENDER = Sender.ofNode(NODE);
    private static final int LABEL_BYTES = 60 * 1024;
    private static final int ANNOTATION_BYTES = 256 * 1024;
    private static final String POLICIES = """
            - guards: {cap: {max: 100, within: 1h}}
            - policy: Isolate
              desc: D
              match: {priority: debug}
              mode: auto
              cap: {max: 100, within: 1h}
              actions: [k8s:isolate-pod, k8s:label]
            """;

    private final FakeKubernetesApi kubernetes = new FakeKubernetesApi();
    private final Deque<String> requests = new ArrayDeque<>();

    /** Whether texts that the owners of pods choose are as long as possible. */
    private boolean longTexts;

    /** Every pod runs on one node; its labels are those in the cluster. */
    private final ClusterSource cluster = new ClusterSource() {
        @Override
        public PodFacts pod(String namespace, String name) {
            Pod pod = kubernetes.pods.get(namespace + "/" + name);
            Map<String, String> labels = pod == null ? Map.of() : pod.labels();
            return new PodFacts(
                    namespace,
                    name,
                    "uid-of-" + name,
                    NODE,
                    null,
                    false,
                    "default",
                    text("\u0000{\"\uD83D\uDE00"),
                    "irsa",
                    List.of(new PodFacts.Owner(text("\"};"), text("\u202E"))),
                    List.of(text("image"), "\uD83D"),
                    List.of(),
                    labels);
        }

        @Override
        public NodeFacts node(String name) {
            return new NodeFacts(name, "uid", null, null, null, null, false, Map.of());
        }
    };

    private final Enricher enricher = new Enricher(
            "prod",
            AttackTechniques.load(),
            new EnrichmentSources(null, cluster, Map.of(), null, LabelRules.NONE, Duration.ofSeconds(5)),
            () -> now);
    private final EnrichStage enrichStage = new EnrichStage(enricher, IncidentRules.defaults());

    private String text(String text) {
        return longTexts ? text.repeat(5_000) : text;
    }

    private AlertReceipt send(String pod) {
        ObjectNode alert = AlertText.shellInPod().put("id", "a/" + pod).put("hostname", NODE);
        alert = AlertText.with(alert, "k8s.pod.name", pod);
        alert = AlertText.with(alert, "k8s.pod.uid", "uid-of-" + pod);
        alert = AlertText.with(alert, "proc.cmdline", text("x \"\u0000\uD83D\uDE00"));
        DeduplicateStage deduplicate = new DeduplicateStage(
                stores.incidents(),
                new AffectedTargets(stores.state()),
                IncidentRules.defaults(),
                stores.audit(),
                request -> {},
                (incident, change) -> {},
                () -> now);
        return ((EnrichStage.Result.Enriched) enrichStage.enrich(alert, SENDER))
                .alerts().stream()
                        // As it arrives over a queue.
                        .map(enriched -> deduplicate.count(throughQueue(enriched)))
                        .toList()
                        .getLast();
    }

    private static EnrichedAlert throughQueue(EnrichedAlert alert) {
        return EnrichedAlert.parse(Json.read(
                alert.toJson(), ObjectNode.class, (message, cause) -> new IllegalStateException(message, cause)));
    }

    private PlannedResponder responder() {
        Map<ActionKind, ActionHandler> handlers = Map.of(
                ActionKind.ISOLATE_POD, new IsolatePod(kubernetes, BranchInterfaces.NONE),
                ActionKind.LABEL_POD, new LabelPod(kubernetes));
        TargetLookup lookup = enricher;
        return new PlannedResponder(
                () -> Policies.parse("test.yaml", POLICIES),
                new IncidentPlanContext(stores.incidents(), new AffectedTargets(stores.state())),
                lookup,
                stores.state(),
                handlers,
                () -> false,
                stores.audit(),
                new PlannedResponder.PlanListener() {
                    @Override
                    public void responseRequested(String incidentId) {
                        requests.add(incidentId);
                    }

                    @Override
                    public void planChanged(String incidentId) {}
                },
                () -> now,
                RunLimits.SERVER);
    }

    private void respond(PlannedResponder responder, String incident) {
        requests.add(incident);
        while (!requests.isEmpty()) {
            responder.respond(requests.remove());
        }
    }

    private List<PlanStep> steps(String incident) {
        return new PlanStore(stores.state()).plan(incident).orElseThrow().steps();
    }

    /** Adds a pod with 60 KB of labels, all of which a Service selects, and 256 KB of annotations. */
    private void addPod(String name) {
        Map<String, String> labels = new TreeMap<>();
        int bytes = 0;
        for (int i = 0; bytes < LABEL_BYTES; i++) {
            String key = "%s.example.com/%s-%d".formatted("d".repeat(200), "Key_" + name, i);
            labels.put(key, "v".repeat(63));
            bytes += key.length() + 63;
        }
        kubernetes.pods.put("shop/" + name, FakeKubernetesApi.pod(name, labels));
        kubernetes.annotate("shop/" + name, "a", "{\"\u00e9".repeat(ANNOTATION_BYTES / 4 - 10));
        kubernetes.services.add(new Selector("Service", name, labels, List.of()));
    }

    @Test
    void seven_pods_with_large_labels_and_annotations_are_isolated_and_released() {
        List<String> pods = IntStream.range(0, 7).mapToObj(i -> "cart-" + i).toList();
        pods.forEach(this::addPod);
        longTexts = true;
        Map<String, Map<String, String>> before = labels();
        List<AlertReceipt> receipts = pods.stream().map(this::send).toList();
        String id = String.valueOf(receipts.getFirst().incidentId());
        assertTrue(receipts.stream().allMatch(receipt -> id.equals(receipt.incidentId())), receipts.toString());
        Incident incident = stores.incidents().find(id).orElseThrow();
        assertEquals(7, incident.verifiedCount());
        assertEquals(
                List.of("pod.label", "pod.images", "pod.owner", "pod"),
                EnrichedFields.of(incident.enrichment()).get("enrich.truncated"));

        PlannedResponder responder = responder();
        respond(responder, id);
        assertEquals(14, steps(id).size());
        assertTrue(
                steps(id).stream()
                        .allMatch(step ->
                                List.of(StepState.APPLIED, StepState.PARTIAL).contains(step.state())),
                steps(id).toString());
        for (String pod : pods) {
            Map<String, String> labels =
                    Objects.requireNonNull(kubernetes.pods.get("shop/" + pod)).labels();
            assertEquals("uid-of-" + pod, labels.get(IsolatePod.ISOLATED_LABEL));
            assertTrue(kubernetes.services.stream()
                    .noneMatch(service ->
                            labels.entrySet().containsAll(service.labels().entrySet())));
        }
        assertEquals(7, kubernetes.policies.size());

        responder.release(id, "ann");
        respond(responder, id);
        assertTrue(
                steps(id).stream().allMatch(step -> step.state() == StepState.RELEASED),
                steps(id).toString());
        assertEquals(before, labels());
        assertEquals(Map.of(), kubernetes.policies);
    }

    private Map<String, Map<String, String>> labels() {
        Map<String, Map<String, String>> labels = new TreeMap<>();
        kubernetes.pods.forEach((name, pod) -> labels.put(name, pod.labels()));
        return labels;
    }

    @Test
    void every_alert_of_ten_thousand_pods_is_counted_and_the_first_ten_are_isolated() throws Exception {
        int places = stores.slow() ? 300 : 10_000;
        List<Callable<AlertReceipt>> deliveries = new ArrayList<>();
        for (int i = 0; i < places; i++) {
            String pod = "cart-" + i;
            kubernetes.pods.put("shop/" + pod, FakeKubernetesApi.pod(pod, Map.of("app", "cart")));
            deliveries.add(() -> send(pod));
        }
        List<AlertReceipt> receipts = runConcurrently(deliveries);
        String id = String.valueOf(receipts.getFirst().incidentId());
        assertTrue(receipts.stream().allMatch(receipt -> id.equals(receipt.incidentId())));
        assertEquals(places, stores.incidents().find(id).orElseThrow().verifiedCount());

        PlanContext context = new IncidentPlanContext(stores.incidents(), new AffectedTargets(stores.state())).find(id);
        assertNotNull(context);
        assertEquals(AffectedTargets.MAX_TARGETS, context.targets().size());
        assertTrue(context.hasMoreTargets());
        PlannedResponder responder = responder();
        respond(responder, id);
        assertEquals(AffectedTargets.MAX_TARGETS, kubernetes.policies.size());
        assertTrue(
                steps(id).getLast().notes().stream().anyMatch(note -> note.contains("more")),
                steps(id).toString());
        responder.release(id, "ann");
        respond(responder, id);
        assertEquals(Map.of(), kubernetes.policies);
    }
}
