package io.tiercel.functions.kubernetes;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionParameters;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.AuditedCalls;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.functions.respond.action.SoleHolder;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.kubernetes.BranchInterfaces;
import io.tiercel.functions.respond.kubernetes.CordonNode;
import io.tiercel.functions.respond.kubernetes.DeletePod;
import io.tiercel.functions.respond.kubernetes.HeldSteps;
import io.tiercel.functions.respond.kubernetes.IsolatePod;
import io.tiercel.functions.respond.kubernetes.LabelPod;
import io.tiercel.functions.respond.kubernetes.ScaleWorkload;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the Kubernetes actions against a real API server, with a service account that has the shipped role only. */
@Tag("cluster")
class RealClusterTest {
    private static final String NAMESPACE = "shop";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static RealCluster real;
    private static KubernetesClient client;
    private static KubernetesApiClient cluster;

    @BeforeAll
    static void start() throws Exception {
        real = RealCluster.startOrSkip();
        client = real.prepareResponder(NAMESPACE);
        cluster = new KubernetesApiClient(client);
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        if (real != null) {
            if (client != null) {
                client.close();
            }
            real.close();
        }
    }

    private static ActionContext context(ActionKind kind, Target target, String step, Map<String, String> params) {
        return new ActionContext(
                "4f2a",
                step,
                target,
                ActionParameters.withDefaults(kind, params),
                "{}",
                null,
                new AuditedCalls() {
                    @Override
                    public <T> T call(String description, Supplier<T> call) {
                        return call.get();
                    }
                },
                Deadline.after(Duration.ofMinutes(1), InstantSource.system()),
                _ -> null,
                false);
    }

    private static Pod pod(String name, Map<String, String> labels) {
        return real.admin
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(name)
                        .withLabels(labels)
                        .addToAnnotations("owner", "team-a")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("main")
                        .withImage("none:local")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    private static Pod currentPod(String name) {
        return real.admin.pods().inNamespace(NAMESPACE).withName(name).get();
    }

    private static Map<String, String> labels(String name) {
        Map<String, String> labels = currentPod(name).getMetadata().getLabels();
        return labels == null ? Map.of() : new TreeMap<>(labels);
    }

    @Test
    void releasing_restores_pods_with_random_labels() {
        Random random = new Random(42);
        service("random", Map.of("app", "a"));
        service("both", Map.of("app", "a", "tier", "b"));
        ActionHandler isolate = new IsolatePod(cluster, BranchInterfaces.NONE);
        for (int i = 0; i < 10; i++) {
            Map<String, String> labels = new TreeMap<>();
            for (String key : List.of("app", "tier", "version", "example.com/team")) {
                if (random.nextBoolean()) {
                    labels.put(key, random.nextBoolean() ? "a" : "b");
                }
            }
            String name = "random-" + i;
            pod(name, labels);
            Map<String, String> annotations = currentPod(name).getMetadata().getAnnotations();
            ActionContext context = context(ActionKind.ISOLATE_POD, Target.pod(NAMESPACE, name), "4f2a-" + i, Map.of());
            SoleHolder captured = SoleHolder.of(isolate.capture(context));
            for (int attempt = 0; attempt < 2; attempt++) {
                ActionResult result = isolate.apply(context, captured);
                assertEquals(ActionResult.Status.PARTIAL, result.status(), result.toString());
                assertTrue(result.notes().getFirst().contains("no network plugin that is known"), result.toString());
                assertTrue(result.notes().get(1).startsWith("connections that were already open"), result.toString());
            }
            assertEquals(currentPod(name).getMetadata().getUid(), labels(name).get(IsolatePod.ISOLATED_LABEL));
            assertNotEquals("a", labels(name).get("app"), "no Service selects the pod");
            assertEquals(
                    ActionResult.Status.DONE, isolate.release(context, captured).status());
            assertEquals(labels, labels(name));
            assertEquals(annotations, currentPod(name).getMetadata().getAnnotations());
            assertEquals(
                    ActionResult.Status.DONE, isolate.release(context, captured).status(), "a second release succeeds");
            real.admin.pods().inNamespace(NAMESPACE).withName(name).delete();
        }
        assertEquals(
                List.of(),
                real
                        .admin
                        .network()
                        .v1()
                        .networkPolicies()
                        .inNamespace(NAMESPACE)
                        .withLabel("app.kubernetes.io/managed-by", "tiercel")
                        .list()
                        .getItems()
                        .stream()
                        .map(policy -> policy.getMetadata().getName())
                        .toList());
        real.admin.services().inNamespace(NAMESPACE).delete();
    }

    private static void service(String name, Map<String, String> selector) {
        real.admin
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withSelector(selector)
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
    }

    private static List<Pod> replicas(String app) {
        return real.admin.pods().inNamespace(NAMESPACE).withLabel("app", app).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    private static void deploy(String name, int replicas) {
        real.admin
                .resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(replicas)
                        .withNewSelector()
                        .addToMatchLabels("app", name)
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels("app", name)
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("main")
                        .withImage("none:local")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
        await().atMost(TIMEOUT).until(() -> replicas(name).size() == replicas);
    }

    @Test
    void an_isolated_replica_is_replaced() {
        deploy("cart", 5);
        service("cart", Map.of("app", "cart"));
        real.admin
                .resource(new NetworkPolicyBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName("cart-allow")
                        .endMetadata()
                        .withNewSpec()
                        .withNewPodSelector()
                        .addToMatchLabels("app", "cart")
                        .endPodSelector()
                        .addNewIngress()
                        .endIngress()
                        .endSpec()
                        .build())
                .create();
        real.admin.resource(policyPlugin()).create();
        String suspect = replicas("cart").getFirst().getMetadata().getName();
        String uid = currentPod(suspect).getMetadata().getUid();
        Map<String, String> before = labels(suspect);
        ActionContext context = context(ActionKind.ISOLATE_POD, Target.pod(NAMESPACE, suspect), "4f2b-0", Map.of());
        ActionHandler isolate = new IsolatePod(cluster, BranchInterfaces.NONE);
        String preview = String.join("\n", isolate.preview(context));
        assertTrue(preview.contains("create NetworkPolicy tiercel-isolate-" + uid + ": would succeed"), preview);
        assertTrue(preview.contains("removes the labels [app]: would succeed"), preview);
        assertEquals(before, labels(suspect));

        SoleHolder captured = SoleHolder.of(isolate.capture(context));
        ActionResult result = isolate.apply(context, captured);
        assertEquals(ActionResult.Status.PARTIAL, result.status(), result.toString());
        assertTrue(
                result.notes().getFirst().startsWith("connections that were already open")
                        && result.notes().get(1).startsWith("removed the labels"),
                "open connections are the only problem: " + result);
        await().atMost(TIMEOUT).until(() -> replicas("cart").size() == 5);
        assertTrue(replicas("cart").stream()
                .noneMatch(pod -> pod.getMetadata().getName().equals(suspect)));
        assertEquals(
                "{\"app\":\"cart\"}",
                currentPod(suspect).getMetadata().getAnnotations().get(IsolatePod.REMOVED_LABELS_ANNOTATION));
        String surplus = "takes the pod back and then has 6 pods for 5 replicas: it deletes 1 of them";
        String releasePreview = String.join("\n", isolate.previewRelease(context, captured));
        assertTrue(releasePreview.contains(surplus), releasePreview);
        ActionResult released = isolate.release(context, captured);
        assertEquals(ActionResult.Status.DONE, released.status());
        assertTrue(String.join("\n", released.notes()).contains(surplus), released.toString());
        await("the deletion of one surplus pod")
                .atMost(TIMEOUT)
                .until(() -> replicas("cart").size() == 5);
        real.admin
                .apps()
                .daemonSets()
                .inNamespace("kube-system")
                .withName("calico-node")
                .delete();
        real.admin.services().inNamespace(NAMESPACE).withName("cart").delete();
        real.admin
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(NAMESPACE)
                .withName("cart-allow")
                .delete();
    }

    private static DaemonSet policyPlugin() {
        return new DaemonSetBuilder()
                .withNewMetadata()
                .withNamespace("kube-system")
                .withName("calico-node")
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .addToMatchLabels("k8s-app", "calico-node")
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("k8s-app", "calico-node")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("none:local")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    @Test
    void a_workload_is_scaled_and_a_pod_is_labeled_and_deleted() {
        deploy("api", 2);
        Target target =
                Target.pod(NAMESPACE, replicas("api").getFirst().getMetadata().getName());
        ActionContext label =
                context(ActionKind.LABEL_POD, target, "4f2c-0", Map.of("key", "example.com/suspect", "value", "yes"));
        ActionHandler labeler = new LabelPod(cluster);
        assertTrue(labeler.preview(label).getFirst().endsWith("would succeed"));
        SoleHolder labeled = SoleHolder.of(labeler.capture(label));
        assertEquals(ActionResult.Status.DONE, labeler.apply(label, labeled).status());
        assertEquals("yes", labels(target.podName()).get("example.com/suspect"));
        assertEquals(ActionResult.Status.DONE, labeler.release(label, labeled).status());
        assertNull(labels(target.podName()).get("example.com/suspect"));

        ActionContext scale = context(ActionKind.SCALE_WORKLOAD, target, "4f2c-1", Map.of());
        ActionHandler scaler = new ScaleWorkload(cluster);
        assertEquals(List.of("scale Deployment api from 2 to 0: would succeed"), scaler.preview(scale));
        SoleHolder scaled = SoleHolder.of(scaler.capture(scale));
        assertEquals(ActionResult.Status.DONE, scaler.apply(scale, scaled).status());
        await().atMost(TIMEOUT).until(() -> replicas("api").isEmpty());
        assertEquals(ActionResult.Status.DONE, scaler.release(scale, scaled).status());
        await().atMost(TIMEOUT).until(() -> replicas("api").size() == 2);

        String uid = pod("alone", Map.of()).getMetadata().getUid();
        ActionContext delete = context(ActionKind.DELETE_POD, Target.pod(NAMESPACE, "alone", uid), "4f2c-2", Map.of());
        ActionHandler deleter = new DeletePod(cluster);
        assertTrue(deleter.preview(delete).getFirst().endsWith("would succeed"));
        SoleHolder deleted = SoleHolder.of(deleter.capture(delete));
        assertEquals(ActionResult.Status.DONE, deleter.apply(delete, deleted).status());
        await().atMost(TIMEOUT).until(() -> currentPod("alone") == null);
        assertNotEquals(uid, pod("alone", Map.of()).getMetadata().getUid());
        assertEquals(ActionResult.Status.DONE, deleter.apply(delete, deleted).status());
        assertNull(
                currentPod("alone").getMetadata().getDeletionTimestamp(),
                "a new pod with the same name is not deleted");
    }

    @Test
    void an_isolated_pod_still_has_the_workload_that_controlled_it() {
        deploy("owned", 2);
        service("owned", Map.of("app", "owned"));
        String suspect = replicas("owned").getFirst().getMetadata().getName();
        HeldSteps steps = new HeldSteps();
        HeldSteps.HeldStep isolate = new HeldSteps.HeldStep(
                "4f2f",
                new IsolatePod(cluster, BranchInterfaces.NONE),
                ActionKind.ISOLATE_POD,
                Target.pod(NAMESPACE, suspect),
                Map.of());
        HeldSteps.HeldStep scale = new HeldSteps.HeldStep(
                "4f2f", new ScaleWorkload(cluster), ActionKind.SCALE_WORKLOAD, isolate.target(), Map.of());
        steps.apply(isolate);
        await("the controller gives up the pod")
                .atMost(TIMEOUT)
                .until(() ->
                        currentPod(suspect).getMetadata().getOwnerReferences().isEmpty());
        assertEquals(ActionResult.Status.DONE, steps.apply(scale).status());
        await().atMost(TIMEOUT).until(() -> replicas("owned").isEmpty());
        assertEquals(ActionResult.Status.DONE, steps.release(scale).status());
        steps.release(isolate);
        await().atMost(TIMEOUT).until(() -> replicas("owned").size() == 2);
        real.admin.services().inNamespace(NAMESPACE).withName("owned").delete();
    }

    @Test
    void a_workload_that_a_pod_only_claims_is_not_scaled() {
        deploy("victim", 1);
        String uid = real.admin
                .apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName("victim")
                .get()
                .getMetadata()
                .getUid();
        real.admin
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName("victim-0")
                        .addToLabels("team", "attacker")
                        .addNewOwnerReference()
                        .withApiVersion("apps/v1")
                        .withKind("Deployment")
                        .withName("victim")
                        .withUid(uid)
                        .withController(true)
                        .endOwnerReference()
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("main")
                        .withImage("none:local")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        ActionContext scale = context(ActionKind.SCALE_WORKLOAD, Target.pod(NAMESPACE, "victim-0"), "4f30-0", Map.of());
        ActionException refused = assertThrows(ActionException.class, () -> new ScaleWorkload(cluster).capture(scale));
        assertEquals(ActionException.Kind.NOT_APPLICABLE, refused.kind());
    }

    @Test
    void a_node_is_cordoned_and_uncordoned() {
        real.admin
                .resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName("node-7")
                        .endMetadata()
                        .build())
                .create();
        ActionContext context =
                context(ActionKind.CORDON_NODE, new Target(Target.Kind.NODE, "node-7"), "4f2d-0", Map.of());
        ActionHandler cordon = new CordonNode(cluster);
        assertTrue(
                cordon.preview(context).getFirst().endsWith("would succeed"),
                cordon.preview(context).toString());
        SoleHolder captured = SoleHolder.of(cordon.capture(context));
        assertEquals(ActionResult.Status.DONE, cordon.apply(context, captured).status());
        assertTrue(real.admin.nodes().withName("node-7").get().getSpec().getUnschedulable());
        assertEquals(ActionResult.Status.DONE, cordon.release(context, captured).status());
        assertNull(real.admin.nodes().withName("node-7").get().getSpec().getUnschedulable());
    }

    @Test
    void a_missing_permission_is_a_permanent_failure() {
        pod("secret", Map.of());
        try (KubernetesClient unprivileged = real.as(NAMESPACE, "default")) {
            ActionContext context =
                    context(ActionKind.ISOLATE_POD, Target.pod(NAMESPACE, "secret"), "4f2e-0", Map.of());
            ActionException exception = assertThrows(
                    ActionException.class,
                    () -> new IsolatePod(new KubernetesApiClient(unprivileged), BranchInterfaces.NONE)
                            .capture(context));
            assertEquals(ActionException.Kind.PERMANENT, exception.kind());
            assertTrue(exception.getMessage().contains("HTTP 403"), exception.getMessage());
        }
        assertTrue(cluster.pod(NAMESPACE, "missing").isEmpty());
    }
}
