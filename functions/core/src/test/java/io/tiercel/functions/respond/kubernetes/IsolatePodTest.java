package io.tiercel.functions.respond.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.PartKeys;
import io.tiercel.functions.respond.action.SoleHolder;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Controller;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.NetworkPlugins;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Node;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Owner;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.PluginPolicy;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Selector;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Workload;
import io.tiercel.functions.respond.kubernetes.PodSelector.Comparison;
import io.tiercel.functions.respond.kubernetes.PodSelector.Not;
import io.tiercel.functions.respond.kubernetes.PodSelector.Operator;
import io.tiercel.functions.respond.plan.ActionContexts;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests what the results of the Kubernetes actions say, and that an action changes only the pod with the target's uid. */
@Tag("unit")
class IsolatePodTest {
    private static final String UID = "uid-of-cart-5f7";
    private static final Owner OWNER = FakeKubernetesApi.CART_SET;

    private final FakeKubernetesApi cluster = new FakeKubernetesApi();

    IsolatePodTest() {
        cluster.pods.put("shop/cart-5f7", FakeKubernetesApi.pod("cart-5f7", Map.of("app", "cart")));
        cluster.services.add(new Selector("Service", "cart", Map.of("app", "cart"), List.of()));
        cluster.nodes.put("node-7", new Node("node-7", "node-uid", false, new TreeMap<>()));
        cluster.deployCart("workload-uid", 3, Map.of("app", "cart"));
    }

    private static ActionContext context(ActionKind kind, @Nullable String uid) {
        return ActionContexts.of(kind, Target.pod("shop", "cart-5f7", uid), Map.of(), null);
    }

    /** The branch interfaces of the pod, which isolate with the given problems. */
    private record Branches(List<String> problems) implements BranchInterfaces {
        @Override
        public List<CapturedPart> capture(ActionContext context, Pod pod) {
            return List.of(new CapturedPart(PartKeys.interfaceGroups("eni-1"), "{}", CapturedPart.NO_PARAMETERS, null));
        }

        @Override
        public List<String> preview(ActionContext context, Pod pod) {
            return List.of();
        }

        @Override
        public void closeOpen(ActionContext context, HeldParts parts) {}

        @Override
        public Result isolate(ActionContext context, @Nullable Pod pod, HeldParts parts) {
            return new Result(problems, List.of(), true, problems.isEmpty());
        }

        @Override
        public Result release(ActionContext context, HeldParts parts) {
            return new Result(List.of(), List.of(), false, false);
        }

        @Override
        public List<String> previewRelease(HeldParts parts) {
            return List.of();
        }
    }

    private ActionResult isolate(BranchInterfaces branches) {
        IsolatePod isolate = new IsolatePod(cluster, branches);
        ActionContext context = context(ActionKind.ISOLATE_POD, UID);
        return isolate.apply(context, SoleHolder.of(isolate.capture(context)));
    }

    @Test
    void open_connections_make_the_result_partial_unless_the_interfaces_of_the_pod_are_in_quarantine() {
        ActionResult partial = isolate(BranchInterfaces.NONE);
        assertEquals(ActionResult.Status.PARTIAL, partial.status());
        assertTrue(partial.notes().getFirst().startsWith("connections that were already open may stay open"));
        assertEquals(ActionResult.Status.DONE, isolate(new Branches(List.of())).status());
        ActionResult failed = isolate(new Branches(List.of("eni-1 is not isolated")));
        assertEquals(ActionResult.Status.PARTIAL, failed.status());
        assertTrue(failed.notes().get(1).startsWith("connections that were already open"), failed.toString());
    }

    @Test
    void traffic_that_leaves_through_the_interface_of_the_node_makes_the_result_partial() {
        cluster.plugins = new NetworkPlugins(List.of("aws-node"), false);
        ActionResult result = isolate(new Branches(List.of()));
        assertEquals(ActionResult.Status.PARTIAL, result.status());
        assertTrue(result.notes().getFirst().contains("outside the VPC"), result.toString());
    }

    @Test
    void policies_of_network_plugins_that_still_select_the_pod_are_named() {
        cluster.pluginPolicies.add(new PluginPolicy("CiliumNetworkPolicy", "all", PodSelector.all()));
        cluster.pluginPolicies.add(new PluginPolicy(
                "Calico NetworkPolicy", "not-web", new Not(new Comparison("app", Operator.EQUALS, List.of("web")))));
        cluster.pluginPolicies.add(new PluginPolicy(
                "CiliumNetworkPolicy", "cart", new Comparison("app", Operator.EQUALS, List.of("cart"))));
        cluster.pluginPolicies.add(
                new PluginPolicy("GlobalNetworkPolicy", "team", new PodSelector.Unknown("by namespace")));
        ActionResult result = isolate(new Branches(List.of()));
        assertEquals(ActionResult.Status.PARTIAL, result.status());
        assertEquals(
                List.of(
                        "CiliumNetworkPolicy all still selects the pod, and its rules allow traffic",
                        "Calico NetworkPolicy not-web still selects the pod, and its rules allow traffic",
                        "GlobalNetworkPolicy team was not evaluated and may allow traffic: by namespace"),
                result.notes().subList(0, 3));
    }

    @Test
    void many_policies_are_counted() {
        IntStream.range(0, 500)
                .forEach(i -> cluster.pluginPolicies.add(
                        new PluginPolicy("CiliumNetworkPolicy", "p" + i, PodSelector.all())));
        ActionResult result = isolate(new Branches(List.of()));
        assertTrue(result.notes().contains("492 more policies of the network plugin allow traffic"), result.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3|3|takes the pod back and then has 4 pods for 3 replicas: it deletes 1 of them, possibly this one",
                "0|0|takes the pod back and then has 1 pod for 0 replicas: it deletes 1 of them, including this one",
                "3|2|which has 2 of 3 pods, takes the pod back"
            })
    void a_release_says_before_and_after_what_the_controller_does(int desired, int current, String effect) {
        cluster.controllers.put(OWNER, new Controller(OWNER.kind(), OWNER.name(), desired, current));
        IsolatePod isolate = new IsolatePod(cluster, BranchInterfaces.NONE);
        ActionContext context = context(ActionKind.ISOLATE_POD, UID);
        SoleHolder prior = SoleHolder.of(isolate.capture(context));
        isolate.apply(context, prior);
        String preview = String.join("\n", isolate.previewRelease(context, prior));
        assertTrue(preview.contains("labels [app] back"), preview);
        assertTrue(preview.contains(effect), preview);
        assertEquals(UID, labels().get(IsolatePod.ISOLATED_LABEL), "a preview changes nothing");
        ActionResult released = isolate.release(context, prior);
        assertEquals(ActionResult.Status.DONE, released.status());
        assertEquals("the pod has its labels [app] again", released.notes().getFirst());
        assertTrue(released.notes().get(1).contains(effect), released.toString());
        assertEquals(Map.of("app", "cart"), labels());
    }

    private Map<String, String> labels() {
        Pod pod = cluster.pods.get("shop/cart-5f7");
        return pod == null ? Map.of() : pod.labels();
    }

    @Test
    void a_daemon_set_and_an_unknown_controller_may_delete_a_pod() {
        assertTrue(PodAdoption.effect(
                        new Owner("DaemonSet", "agent", "agent-uid"), new Controller("DaemonSet", "agent", 1, 1))
                .contains("all but the oldest"));
        assertTrue(PodAdoption.effect(new Owner("Job", "report", "report-uid"), null)
                .contains("may delete a surplus pod"));
    }

    @Test
    void no_action_touches_a_new_pod_of_the_same_name() {
        Map<ActionKind, ActionHandler> handlers = Map.of(
                ActionKind.ISOLATE_POD, new IsolatePod(cluster, BranchInterfaces.NONE),
                ActionKind.DELETE_POD, new DeletePod(cluster),
                ActionKind.LABEL_POD, new LabelPod(cluster),
                ActionKind.SCALE_WORKLOAD, new ScaleWorkload(cluster));
        handlers.forEach((kind, handler) -> {
            ActionContext context = context(kind, "uid-of-an-earlier-pod");
            ActionException refused = assertThrows(ActionException.class, () -> handler.capture(context));
            assertEquals(ActionException.Kind.NOT_FOUND, refused.kind());
            assertTrue(refused.getMessage().contains("another pod of the same name"), refused.getMessage());
            assertThrows(ActionException.class, () -> handler.preview(context));
        });
        // The pod is replaced between capture and apply.
        for (ActionKind kind : List.of(ActionKind.ISOLATE_POD, ActionKind.LABEL_POD, ActionKind.DELETE_POD)) {
            ActionHandler handler = handlers.get(kind);
            assertTrue(handler != null);
            ActionContext context = context(kind, kind == ActionKind.DELETE_POD ? UID : null);
            SoleHolder prior = SoleHolder.of(handler.capture(context));
            Pod old = cluster.pods.remove("shop/cart-5f7");
            cluster.pods.put("shop/cart-5f7", replacement());
            try {
                handler.apply(context, prior);
            } catch (ActionException e) {
                assertEquals(ActionException.Kind.NOT_FOUND, e.kind());
            }
            handler.release(context, prior);
            assertEquals(replacement(), cluster.pods.get("shop/cart-5f7"));
            cluster.pods.put("shop/cart-5f7", old);
        }
        assertTrue(cluster.writes.stream().allMatch(KubernetesApi.Write.DeletePolicy.class::isInstance));
    }

    private static Pod replacement() {
        Pod pod = FakeKubernetesApi.pod("cart-5f7", Map.of("app", "cart"));
        return new Pod(
                pod.namespace(),
                pod.name(),
                "uid-of-the-next-pod",
                "1",
                pod.labels(),
                pod.annotations(),
                pod.node(),
                pod.address(),
                pod.hostNetwork(),
                pod.terminating(),
                pod.controller());
    }

    @Test
    void a_new_node_and_a_new_workload_of_the_same_name_are_not_touched() {
        ActionContext node =
                ActionContexts.of(ActionKind.CORDON_NODE, new Target(Target.Kind.NODE, "node-7"), Map.of(), null);
        CordonNode cordon = new CordonNode(cluster);
        SoleHolder prior = SoleHolder.of(cordon.capture(node));
        cluster.nodes.put("node-7", new Node("node-7", "next-node-uid", false, new TreeMap<>()));
        assertThrows(ActionException.class, () -> cordon.apply(node, prior));
        assertEquals(
                List.of("the node no longer exists"),
                cordon.release(node, prior).notes());
        ScaleWorkload scale = new ScaleWorkload(cluster);
        ActionContext pod = context(ActionKind.SCALE_WORKLOAD, UID);
        SoleHolder priorScale = SoleHolder.of(scale.capture(pod));
        cluster.workloads.put("cart", new Workload("Deployment", "shop", "cart", "next-workload-uid", 3));
        assertThrows(ActionException.class, () -> scale.apply(pod, priorScale));
        assertEquals(new Workload("Deployment", "shop", "cart", "next-workload-uid", 3), cluster.workloads.get("cart"));
    }

    @Test
    void a_pod_in_the_network_of_its_node_is_refused() {
        Pod pod = FakeKubernetesApi.pod("cart-5f7", Map.of());
        cluster.pods.put(
                "shop/cart-5f7",
                new Pod(
                        pod.namespace(),
                        pod.name(),
                        pod.uid(),
                        pod.resourceVersion(),
                        pod.labels(),
                        pod.annotations(),
                        pod.node(),
                        pod.address(),
                        true,
                        false,
                        null));
        IsolatePod isolate = new IsolatePod(cluster, BranchInterfaces.NONE);
        ActionException refused =
                assertThrows(ActionException.class, () -> isolate.capture(context(ActionKind.ISOLATE_POD, UID)));
        assertEquals(ActionException.Kind.NOT_APPLICABLE, refused.kind());
    }
}
