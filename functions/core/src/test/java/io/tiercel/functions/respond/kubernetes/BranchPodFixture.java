package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.enrich.PodEniAnnotation;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.ec2.Ec2BranchInterfaces;
import io.tiercel.functions.respond.ec2.FakeEc2Api;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Selector;
import io.tiercel.functions.respond.plan.CrashPoint;
import io.tiercel.functions.respond.plan.PlannedResponder;
import io.tiercel.functions.respond.plan.ResponderFixture;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A pod with a branch network interface, a Service that selects it, and a policy that isolates pods. */
abstract class BranchPodFixture {
    static final String POD = "shop/cart-5f7";
    static final String UID = "uid-of-cart-5f7";
    static final String ENI = "eni-0000000000000000b";
    private static final String POLICY = """
            - policy: Isolate
              desc: D
              match: {priority: debug}
              mode: auto
              cap: {max: 99}
              actions: [k8s:isolate-pod]
            """;

    final ResponderFixture fixture = new ResponderFixture(POLICY);
    final FakeKubernetesApi cluster = new FakeKubernetesApi();
    final FakeEc2Api ec2 = new FakeEc2Api();

    BranchPodFixture() {
        startPod(UID, ENI, "10.0.0.7");
        cluster.services.add(new Selector("Service", "cart", Map.of("app", "cart"), List.of()));
    }

    /** Starts the pod, or another one of the same name. */
    final void startPod(String uid, String eni, String address) {
        Pod pod = FakeKubernetesApi.pod("cart-5f7", Map.of("app", "cart"));
        cluster.pods.put(
                POD,
                new Pod(
                        pod.namespace(),
                        pod.name(),
                        uid,
                        "1",
                        pod.labels(),
                        new TreeMap<>(Map.of(PodEniAnnotation.KEY, "[{\"eniId\":\"" + eni + "\"}]")),
                        pod.node(),
                        address,
                        false,
                        false,
                        pod.controller()));
        ec2.addBranchInterface(
                "eni-00000000000000001",
                new NetworkInterface(eni, "vpc-a", "branch", List.of("sg-cart"), List.of(address)));
    }

    final IsolatePod isolatePod() {
        return new IsolatePod(cluster, new Ec2BranchInterfaces(ec2, ec2.pause()));
    }

    final PlannedResponder process(CrashPoint crashPoint) {
        cluster.withCrashPoint(crashPoint);
        ec2.withCrashPoint(crashPoint);
        return fixture.process(Map.of(ActionKind.ISOLATE_POD, isolatePod()), crashPoint);
    }
}
