package io.tiercel.functions.respond.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.kubernetes.HeldSteps.HeldStep;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Node;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Selector;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Workload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests what steps of several incidents on one pod, node or workload do, and that no content of a pod keeps it from being isolated. */
@Tag("unit")
class SharedTargetTest {
    private static final String POD = "shop/cart-5f7";
    private static final String UID = "uid-of-cart-5f7";
    private static final Target TARGET = Target.pod("shop", "cart-5f7", UID);

    private final FakeKubernetesApi cluster = new FakeKubernetesApi();
    private final HeldSteps steps = new HeldSteps();

    SharedTargetTest() {
        cluster.pods.put(POD, FakeKubernetesApi.pod("cart-5f7", Map.of("app", "cart", "tier", "web")));
        cluster.services.add(new Selector("Service", "cart", Map.of("app", "cart"), List.of()));
        cluster.nodes.put("node-7", new Node("node-7", "node-uid", false, new TreeMap<>()));
        cluster.deployCart("workload-uid", 3, Map.of("app", "cart"));
    }

    private HeldStep isolate(String incident) {
        return new HeldStep(
                incident, new IsolatePod(cluster, BranchInterfaces.NONE), ActionKind.ISOLATE_POD, TARGET, Map.of());
    }

    private HeldStep label(String incident, String key, String value) {
        return new HeldStep(
                incident, new LabelPod(cluster), ActionKind.LABEL_POD, TARGET, Map.of("key", key, "value", value));
    }

    private HeldStep scale(String incident, int replicas) {
        return new HeldStep(
                incident,
                new ScaleWorkload(cluster),
                ActionKind.SCALE_WORKLOAD,
                TARGET,
                Map.of("replicas", Integer.toString(replicas)));
    }

    private HeldStep cordon(String incident) {
        return new HeldStep(
                incident,
                new CordonNode(cluster),
                ActionKind.CORDON_NODE,
                new Target(Target.Kind.NODE, "node-7"),
                Map.of());
    }

    private Pod pod() {
        return Objects.requireNonNull(cluster.pods.get(POD));
    }

    private Map<String, String> labels() {
        return pod().labels();
    }

    private void assertIsolated(Map<String, String> labels) {
        Map<String, String> expected = new TreeMap<>(labels);
        expected.put(IsolatePod.ISOLATED_LABEL, UID);
        assertEquals(expected, labels());
        assertTrue(cluster.policies.containsKey("tiercel-isolate-" + UID));
    }

    @Test
    void the_last_release_restores_the_labels_that_the_first_step_found() {
        steps.apply(isolate("a"));
        steps.apply(label("a", "tiercel.io/suspect", "true"));
        steps.apply(isolate("b"));
        assertIsolated(Map.of("tier", "web", "tiercel.io/suspect", "true"));
        assertEquals(List.of("keeps the pod isolated: another step isolates it"), steps.previewRelease(isolate("a")));
        ActionResult first = steps.release(isolate("a"));
        assertEquals(List.of("the pod stays isolated: another step isolates it"), first.notes());
        assertIsolated(Map.of("tier", "web", "tiercel.io/suspect", "true"));
        steps.release(isolate("b"));
        assertEquals(Map.of("app", "cart", "tier", "web", "tiercel.io/suspect", "true"), labels());
        assertEquals(Map.of(), cluster.policies);
        steps.release(label("a", "tiercel.io/suspect", "true"));
        assertEquals(Map.of("app", "cart", "tier", "web"), labels());
        assertEquals(Map.of("owner", "team-a"), pod().annotations());
    }

    @Test
    void isolation_wins_over_a_step_that_sets_the_same_label() {
        steps.apply(label("a", "app", "suspect"));
        steps.apply(isolate("b"));
        assertEquals("suspect", labels().get("app"), "nothing selects the pod by this value");
        cluster.services.add(new Selector("Service", "forensics", Map.of("app", "suspect"), List.of()));
        ActionResult again = steps.apply(label("c", "app", "suspect"));
        assertTrue(again.notes().getFirst().contains("is not set as long as the pod is isolated"), again.toString());
        assertIsolated(Map.of("tier", "web"));
        int writes = cluster.writes.size();
        steps.release(label("a", "app", "suspect"));
        assertEquals(writes, cluster.writes.size(), "there is nothing to write");
        steps.release(isolate("b"));
        assertEquals(Map.of("app", "suspect", "tier", "web"), labels());
        ActionResult last = steps.release(label("c", "app", "suspect"));
        assertEquals(List.of("the label app is cart again"), last.notes());
        assertEquals(Map.of("app", "cart", "tier", "web"), labels());
    }

    @Test
    void of_two_values_of_a_label_the_first_wins_in_any_order() {
        steps.apply(label("a", "suspect", "y"));
        ActionResult second = steps.apply(label("b", "suspect", "z"));
        assertEquals(List.of("the label suspect is y, which another step sets"), second.notes());
        steps.apply(label("c", "suspect", "x"));
        assertEquals("x", labels().get("suspect"));
        steps.release(label("a", "suspect", "y"));
        assertEquals("x", labels().get("suspect"));
        steps.release(label("c", "suspect", "x"));
        assertEquals("z", labels().get("suspect"));
        steps.release(label("b", "suspect", "z"));
        assertFalse(labels().containsKey("suspect"));
    }

    @Test
    void what_other_clients_have_changed_is_left_or_restored() {
        steps.apply(isolate("a"));
        Map<String, @Nullable String> changes = new HashMap<>(Map.of("app", "forensics"));
        changes.put("tier", null);
        cluster.changeLabels(POD, changes);
        steps.apply(isolate("b"));
        assertIsolated(Map.of());
        steps.release(isolate("b"));
        ActionResult left = steps.release(isolate("a"));
        assertEquals(ActionResult.Status.PARTIAL, left.status());
        assertEquals(
                "label app not restored to cart: it was changed to forensics",
                left.notes().getFirst());
        assertEquals(Map.of("app", "forensics"), labels());

        steps.apply(isolate("c"));
        cluster.changeLabels(POD, Map.of(IsolatePod.ISOLATED_LABEL, "opened"));
        cluster.policies.clear();
        steps.apply(isolate("c"));
        assertIsolated(Map.of("app", "forensics"));
        cluster.changeLabels(POD, Map.of(IsolatePod.ISOLATED_LABEL, "opened"));
        steps.restoreDrift = true;
        assertEquals(ActionResult.Status.DONE, steps.release(isolate("c")).status());
        assertEquals(Map.of("app", "forensics"), labels());
    }

    @Test
    void an_isolated_pod_that_no_step_holds_is_not_captured() {
        HeldSteps lost = new HeldSteps();
        lost.apply(isolate("a"));
        ActionException refused = assertThrows(ActionException.class, () -> steps.apply(isolate("b")));
        assertTrue(refused.getMessage().startsWith("the pod is isolated already, but no step holds it"));
        assertThrows(ActionException.class, () -> steps.apply(label("b", "x", "y")));
    }

    @Test
    void labels_and_annotations_of_the_workload_are_never_taken_for_ours() {
        cluster.changeLabels(POD, Map.of(IsolatePod.ISOLATED_LABEL, "true"));
        cluster.annotate(POD, IsolatePod.REMOVED_LABELS_ANNOTATION, "{\"app\":\"\u0000\uD83D\uDE00");
        Map<String, String> before = labels();
        Map<String, String> annotations = pod().annotations();
        steps.apply(isolate("a"));
        assertIsolated(Map.of("tier", "web"));
        steps.release(isolate("a"));
        assertEquals(before, labels());
        assertEquals(annotations, pod().annotations());

        // Another client that knows the uid sets the label, but there is no policy.
        cluster.changeLabels(POD, Map.of(IsolatePod.ISOLATED_LABEL, UID));
        steps.apply(isolate("b"));
        assertIsolated(Map.of("tier", "web"));
        steps.release(isolate("b"));
        assertEquals(Map.of("app", "cart", "tier", "web"), labels());
    }

    @Test
    void a_policy_of_our_name_with_other_rules_is_replaced() {
        cluster.policies.put(
                "tiercel-isolate-" + UID,
                new Selector("NetworkPolicy", "tiercel-isolate-" + UID, Map.of("app", "cart"), List.of()));
        steps.apply(isolate("a"));
        assertIsolated(Map.of("tier", "web"));
        assertTrue(cluster.isInPlace(PodPart.denyPolicy("shop", UID)));
    }

    private static Map<String, String> manyLabels(int count) {
        Map<String, String> labels = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            labels.put("%s/%s%05d".formatted("d".repeat(250), "k".repeat(50), i), "v".repeat(60));
        }
        return labels;
    }

    @Test
    void any_number_of_labels_by_which_services_select_a_pod_is_removed_and_restored() {
        Map<String, String> labels = manyLabels(3_000);
        labels.put("app", "cart");
        cluster.pods.put(POD, FakeKubernetesApi.pod("cart-5f7", labels));
        cluster.services.add(new Selector("Service", "all", labels, List.of()));
        ActionResult first = steps.apply(isolate("a"));
        assertTrue(first.notes().stream().anyMatch(note -> note.contains("it has no room for them")), first.toString());
        assertIsolated(Map.of());
        steps.apply(label("b", "suspect", "true"));
        assertIsolated(Map.of("suspect", "true"));
        cluster.changeLabels(POD, Map.of("app", "forensics"));
        steps.apply(isolate("b"));
        assertIsolated(Map.of("suspect", "true"));
        steps.release(isolate("a"));
        steps.release(isolate("b"));
        labels.put("app", "forensics");
        labels.put("suspect", "true");
        assertEquals(labels, labels());
        steps.release(label("b", "suspect", "true"));
        labels.remove("suspect");
        assertEquals(labels, labels());
    }

    @Test
    void a_pod_whose_annotations_are_full_is_isolated_without_ours() {
        cluster.annotate(POD, "big", "\u00e9".repeat(RemovedLabelsAnnotation.MAX_ANNOTATIONS / 2 - 20));
        Map<String, String> annotations = pod().annotations();
        ActionResult result = steps.apply(isolate("a"));
        assertTrue(
                result.notes().stream().anyMatch(note -> note.contains("it has no room for them")), result.toString());
        assertIsolated(Map.of("tier", "web"));
        assertEquals(annotations, pod().annotations());
        steps.release(isolate("a"));
        assertEquals(Map.of("app", "cart", "tier", "web"), labels());
        assertEquals(annotations, pod().annotations());
    }

    @Test
    void a_pod_that_is_too_large_for_another_label_loses_all_labels() {
        Map<String, String> labels = manyLabels(4_297);
        cluster.pods.put(POD, FakeKubernetesApi.pod("cart-5f7", labels));
        cluster.annotate(POD, "rest", "r".repeat(120));
        steps.apply(isolate("a"));
        assertIsolated(Map.of());
        steps.release(isolate("a"));
        assertEquals(labels, labels());
    }

    @Test
    void if_not_all_services_are_read_every_label_is_removed() {
        cluster.incomplete = true;
        ActionResult result = steps.apply(isolate("a"));
        assertTrue(
                result.notes().stream().anyMatch(note -> note.contains("more Services and NetworkPolicies")),
                result.toString());
        assertIsolated(Map.of());
        ActionResult labeled = steps.apply(label("b", "suspect", "true"));
        assertTrue(
                labeled.notes().getFirst().contains("is not set as long as the pod is isolated"), labeled.toString());
        assertIsolated(Map.of());
        steps.release(isolate("a"));
        assertEquals(Map.of("app", "cart", "suspect", "true", "tier", "web"), labels());
    }

    @Test
    void a_change_between_a_read_and_a_write_is_not_lost() {
        AtomicBoolean changed = new AtomicBoolean();
        cluster.faults = call -> {
            if (call.equals("SetMetadata") && !changed.getAndSet(true)) {
                cluster.changeLabels(POD, Map.of("app", "forensics"));
            }
            return FakeKubernetesApi.Fault.NONE;
        };
        steps.apply(isolate("a"));
        steps.release(isolate("a"));
        assertEquals(Map.of("app", "forensics", "tier", "web"), labels());
    }

    @Test
    void a_client_that_keeps_changing_the_pod_cannot_keep_it_from_being_isolated() {
        cluster.before = () -> cluster.annotate(POD, "counter", Long.toString(System.nanoTime()));
        steps.apply(isolate("a"));
        assertIsolated(Map.of("tier", "web"));
    }

    @Test
    void a_workload_has_the_lowest_number_of_replicas_that_a_step_wants() {
        steps.apply(scale("a", 1));
        steps.apply(scale("b", 2));
        assertEquals(1, replicas());
        steps.apply(scale("c", 0));
        assertEquals(0, replicas());
        steps.release(scale("c", 0));
        assertEquals(1, replicas());
        assertEquals(List.of("scales Deployment cart from 1 to 2"), steps.previewRelease(scale("a", 1)));
        steps.release(scale("a", 1));
        assertEquals(2, replicas());
        cluster.workloads.put("cart", new Workload("Deployment", "shop", "cart", "workload-uid", 7));
        ActionResult drifted = steps.release(scale("b", 2));
        assertEquals(List.of("Deployment cart not restored to 3: it was scaled to 7"), drifted.notes());
        steps.restoreDrift = true;
        steps.release(scale("b", 2));
        assertEquals(3, replicas());
    }

    private int replicas() {
        return Objects.requireNonNull(cluster.workloads.get("cart")).replicas();
    }

    @Test
    void a_node_stays_cordoned_until_the_last_release() {
        steps.apply(cordon("a"));
        steps.apply(cordon("b"));
        steps.release(cordon("a"));
        assertTrue(Objects.requireNonNull(cluster.nodes.get("node-7")).unschedulable());
        steps.release(cordon("b"));
        assertFalse(Objects.requireNonNull(cluster.nodes.get("node-7")).unschedulable());
    }
}
