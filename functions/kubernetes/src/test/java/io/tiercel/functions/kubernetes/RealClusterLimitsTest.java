package io.tiercel.functions.kubernetes;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.kubernetes.BranchInterfaces;
import io.tiercel.functions.respond.kubernetes.HeldSteps;
import io.tiercel.functions.respond.kubernetes.HeldSteps.HeldStep;
import io.tiercel.functions.respond.kubernetes.IsolatePod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Selectors;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import io.tiercel.functions.respond.kubernetes.LabelPod;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests on a real API server that steps of several incidents share a pod, and that a pod of any size is isolated. */
@Tag("cluster")
class RealClusterLimitsTest {
    private static final String NAMESPACE = "shop";
    private static final int LABEL_BYTES = 60 * 1024;
    private static final int ANNOTATION_BYTES = 256 * 1024;

    private static RealCluster real;
    private static KubernetesClient client;
    private static KubernetesApiClient cluster;

    private final HeldSteps steps = new HeldSteps();

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

    private static Pod create(
            String name, Map<String, String> labels, Map<String, String> annotations, String environment) {
        return real.admin
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(name)
                        .withLabels(labels)
                        .withAnnotations(annotations)
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("main")
                        .withImage("none:local")
                        .addNewEnv()
                        .withName("TEXT")
                        .withValue(environment)
                        .endEnv()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    private static void createService(String name, Map<String, String> selector) {
        real.admin
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withClusterIP("None")
                        .withSelector(selector)
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
    }

    private static Pod pod(String name) {
        return real.admin.pods().inNamespace(NAMESPACE).withName(name).get();
    }

    private static Map<String, String> labels(String name) {
        return Objects.requireNonNullElse(pod(name).getMetadata().getLabels(), Map.of());
    }

    private static HeldStep isolate(String incident, Pod pod) {
        return new HeldStep(
                incident,
                new IsolatePod(cluster, BranchInterfaces.NONE),
                ActionKind.ISOLATE_POD,
                target(pod),
                Map.of());
    }

    private static HeldStep label(String incident, Pod pod) {
        return new HeldStep(
                incident,
                new LabelPod(cluster),
                ActionKind.LABEL_POD,
                target(pod),
                Map.of("key", "example.com/suspect", "value", "yes"));
    }

    private static Target target(Pod pod) {
        return Target.pod(
                NAMESPACE, pod.getMetadata().getName(), pod.getMetadata().getUid());
    }

    private static Map<String, String> manyLabels() {
        Map<String, String> labels = new TreeMap<>();
        int bytes = 0;
        for (int i = 0; bytes < LABEL_BYTES; i++) {
            String key = "%s.example.com/Key_%d".formatted(("d".repeat(50) + ".").repeat(3) + "x", i);
            labels.put(key, "v".repeat(63));
            bytes += key.length() + 63;
        }
        return labels;
    }

    @Test
    void pods_with_the_largest_labels_and_annotations_are_isolated_and_released() {
        Map<String, String> labels = manyLabels();
        createService("all", labels);
        for (int i = 0; i < 7; i++) {
            String name = "large-" + i;
            Map<String, String> annotations = Map.of("a", "{\"\u00e9\n".repeat(ANNOTATION_BYTES / 5 - 1));
            Pod pod = create(name, labels, annotations, "");
            ActionResult first = steps.apply(isolate("a", pod));
            assertTrue(
                    first.notes().stream().anyMatch(note -> note.contains("it has no room for them")),
                    first.toString());
            steps.apply(isolate("b", pod));
            steps.apply(label("b", pod));
            String uid = pod.getMetadata().getUid();
            assertEquals(Map.of(IsolatePod.ISOLATED_LABEL, uid, "example.com/suspect", "yes"), labels(name));
            steps.release(isolate("a", pod));
            assertEquals(Map.of(IsolatePod.ISOLATED_LABEL, uid, "example.com/suspect", "yes"), labels(name));
            steps.release(label("b", pod));
            assertEquals(Map.of(IsolatePod.ISOLATED_LABEL, uid), labels(name));
            assertEquals(
                    ActionResult.Status.DONE, steps.release(isolate("b", pod)).status());
            assertEquals(labels, labels(name));
            assertEquals(annotations, pod(name).getMetadata().getAnnotations());
            assertNull(real.admin
                    .network()
                    .v1()
                    .networkPolicies()
                    .inNamespace(NAMESPACE)
                    .withName("tiercel-isolate-" + uid)
                    .get());
        }
        real.admin.services().inNamespace(NAMESPACE).withName("all").delete();
    }

    @Test
    void a_write_that_makes_a_pod_too_large_is_a_fault_of_the_target() {
        Pod pod = create("huge", Map.of("app", "huge"), Map.of(), "e".repeat(1_400 * 1024));
        ActionException refused = assertThrows(
                ActionException.class,
                () -> cluster.write(new Write.SetMetadata(
                        NAMESPACE,
                        "huge",
                        pod.getMetadata().getUid(),
                        null,
                        Map.of(),
                        Map.of("example.com/a", "a".repeat(200 * 1024)))));
        assertEquals(ActionException.Kind.NOT_APPLICABLE, refused.kind(), refused.getMessage());
        refused = assertThrows(
                ActionException.class,
                () -> cluster.write(new Write.SetMetadata(
                        NAMESPACE,
                        "huge",
                        pod.getMetadata().getUid(),
                        null,
                        Map.of(),
                        Map.of("example.com/a", "a".repeat(ANNOTATION_BYTES + 1)))));
        assertEquals(ActionException.Kind.NOT_APPLICABLE, refused.kind(), refused.getMessage());
        steps.apply(isolate("a", pod));
        assertEquals(pod.getMetadata().getUid(), labels("huge").get(IsolatePod.ISOLATED_LABEL));
        steps.release(isolate("a", pod));
        assertEquals(Map.of("app", "huge"), labels("huge"));
    }

    @Test
    void a_change_of_another_client_is_not_lost() {
        Pod pod = create("versioned", Map.of("app", "a"), Map.of(), "");
        // The scheduler changes the status of the pod too.
        Write write = await().atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(ActionException.class)
                .until(
                        () -> {
                            Write current = new Write.SetMetadata(
                                    NAMESPACE,
                                    "versioned",
                                    pod.getMetadata().getUid(),
                                    pod("versioned").getMetadata().getResourceVersion(),
                                    Map.of("app", "b"),
                                    Map.of());
                            cluster.write(current);
                            return current;
                        },
                        written -> true);
        ActionException refused = assertThrows(ActionException.class, () -> cluster.write(write));
        assertEquals(ActionException.Kind.RETRYABLE, refused.kind(), refused.getMessage());
        assertTrue(refused.getMessage().contains("HTTP 409"), refused.getMessage());
    }

    @Test
    void a_policy_of_our_name_with_other_rules_is_replaced() {
        Pod pod = create("named", Map.of("app", "named"), Map.of(), "");
        String name = "tiercel-isolate-" + pod.getMetadata().getUid();
        real.admin
                .resource(new NetworkPolicyBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withNewPodSelector()
                        .endPodSelector()
                        .addNewIngress()
                        .endIngress()
                        .endSpec()
                        .build())
                .create();
        Write.CreateDenyPolicy deny = new Write.CreateDenyPolicy(
                NAMESPACE, name, IsolatePod.ISOLATED_LABEL, pod.getMetadata().getUid());
        assertFalse(cluster.isInPlace(deny));
        steps.apply(isolate("a", pod));
        assertTrue(cluster.isInPlace(deny));
        steps.release(isolate("a", pod));
        assertFalse(cluster.isInPlace(deny));
    }

    @Test
    void services_are_read_page_by_page() {
        IntStream.range(0, 510).parallel().forEach(i -> createService("page-" + i, Map.of("app", "page-" + i)));
        Selectors services = cluster.services(NAMESPACE);
        assertTrue(services.complete());
        assertEquals(
                510,
                services.all().stream()
                        .filter(service -> service.name().startsWith("page-"))
                        .count());
        real.admin.services().inNamespace(NAMESPACE).delete();
    }
}
