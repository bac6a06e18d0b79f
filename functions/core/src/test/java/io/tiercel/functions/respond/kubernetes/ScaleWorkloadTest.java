package io.tiercel.functions.respond.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.plan.ActionHandlers;
import io.tiercel.functions.respond.plan.CrashPoint;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.plan.ResponderFixture;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests {@code k8s:scale} in plans. The cluster has controllers that give up an isolated pod. */
@Tag("unit")
class ScaleWorkloadTest {
    private static final String POD = "shop/cart-5f7";
    private static final String AUTOMATIC = policy("[k8s:isolate-pod, k8s:scale: {approval: by-mode}]");

    private final FakeKubernetesApi cluster = new FakeKubernetesApi();

    @BeforeEach
    void deploy() {
        cluster.pods.put(POD, FakeKubernetesApi.pod("cart-5f7", Map.of("app", "cart")));
        cluster.services.add(new KubernetesApi.Selector("Service", "cart", Map.of("app", "cart"), List.of()));
        cluster.deployCart("workload-uid", 3, Map.of("app", "cart"));
    }

    private static String policy(String actions) {
        return "- policy: P\n  desc: D\n  match: {priority: debug}\n  mode: auto\n  actions: " + actions + "\n";
    }

    private PlannedResponder process(ResponderFixture fixture) {
        return fixture.process(
                new ActionHandlers().kubernetes(cluster, BranchInterfaces.NONE).all(), CrashPoint.none());
    }

    private int replicas() {
        return Objects.requireNonNull(cluster.workloads.get("cart")).replicas();
    }

    private KubernetesApi.Pod pod() {
        return Objects.requireNonNull(cluster.pods.get(POD));
    }

    @Test
    void an_isolated_pod_still_has_the_workload_that_controlled_it() {
        ResponderFixture fixture = new ResponderFixture(AUTOMATIC);
        process(fixture).respond("a1");
        assertNull(pod().controller(), "the controller gives up the isolated pod");
        assertEquals(0, replicas(), fixture.notes("a1"));
        // The rule of a second incident matches after the pod was isolated.
        fixture.setPolicies(policy("[k8s:scale: {approval: by-mode, replicas: 1}]"));
        process(fixture).respond("a2");
        assertEquals(List.of("applied"), fixture.states("a2"), fixture.notes("a2"));
        fixture.open = false;
        for (String incident : List.of("a1", "a2")) {
            process(fixture).release(incident, "ann");
        }
        fixture.handleRequests(process(fixture));
        assertEquals(3, replicas(), fixture.notes("a1"));
        assertEquals(FakeKubernetesApi.CART_SET, pod().controller());
    }

    @Test
    void scaling_requires_approval_unless_the_policy_says_otherwise() {
        ResponderFixture fixture = new ResponderFixture(policy("[k8s:isolate-pod, k8s:scale]"));
        process(fixture).respond("a1");
        assertTrue(fixture.states("a1").contains("waiting"), fixture.notes("a1"));
        assertTrue(fixture.notes("a1").contains("reaches beyond the affected target"), fixture.notes("a1"));
        assertEquals(3, replicas());
        fixture.advance(Duration.ofMinutes(5));
        process(fixture).approve("a1", fixture.planId("a1"), "ann");
        fixture.handleRequests(process(fixture));
        assertEquals(0, replicas(), fixture.notes("a1"));
    }

    @Test
    void an_isolated_pod_gets_no_new_workload() {
        ResponderFixture fixture = new ResponderFixture(policy("[k8s:isolate-pod]"));
        process(fixture).respond("a1");
        // A person with access to the pod makes another controller adopt it.
        cluster.replicaSets.put(
                "other-1",
                new FakeKubernetesApi.ReplicaSet("other-1", "other-uid", Map.of("app", "other"), "victim-uid"));
        cluster.workloads.put("victim", new KubernetesApi.Workload("Deployment", "shop", "victim", "victim-uid", 9));
        cluster.changeLabels(POD, Map.of("app", "other"));
        assertEquals("other-1", Objects.requireNonNull(pod().controller()).name());
        fixture.setPolicies(AUTOMATIC);
        process(fixture).respond("a2");
        assertEquals(9, Objects.requireNonNull(cluster.workloads.get("victim")).replicas());
        assertEquals(0, replicas(), fixture.notes("a2"));
    }
}
