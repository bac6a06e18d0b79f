package io.tiercel.functions.respond.overlap;

import io.tiercel.functions.respond.ec2.AutoScalingApi.Membership;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import io.tiercel.functions.respond.ec2.Ec2Api.MetadataOptions;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.ec2.Ec2Api.SecurityGroupRule;
import io.tiercel.functions.respond.ec2.Ec2Api.Volume;
import io.tiercel.functions.respond.ec2.FakeEc2Api;
import io.tiercel.functions.respond.kubernetes.FakeKubernetesApi;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Controller;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Node;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Selector;
import io.tiercel.functions.respond.plan.AffectedTargetFacts;
import io.tiercel.functions.respond.plan.ResponderFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The state of account and cluster before any response: two instances, three pods, one node and one workload. */
final class WorldSetup {
    static final String OTHER_INSTANCE = "i-0123456789abcdef1";
    static final String TRUNK = "eni-00000000000000001";
    static final String SECOND_INTERFACE = "eni-00000000000000002";
    static final String BRANCH = "eni-0000000000000000b";
    static final String BRANCH_ADDRESS = "10.0.0.99";
    static final String POD_ENI = "[{\"eniId\":\"" + BRANCH + "\",\"ifAddress\":\"02:00:00:00:00:01\",\"privateIp\":\""
            + BRANCH_ADDRESS + "\",\"vlanId\":1,\"subnetCidr\":\"10.0.0.0/24\"}]";

    private static final String VPC = "vpc-a";

    private WorldSetup() {}

    /** Returns the instance that runs a pod. */
    static String instanceOf(int pod) {
        return pod == 2 ? OTHER_INSTANCE : ResponderFixture.INSTANCE;
    }

    static void fill(OverlapWorld world) {
        addGroups(world.ec2, world.scenario.openGroups());
        for (String id : List.of(ResponderFixture.INSTANCE, OTHER_INSTANCE)) {
            world.ec2.addInstance(instance(id));
            world.scalingGroups.memberships.put(id, new Membership("web", false));
            world.targetGroups.ports.put(id, new TreeSet<>(Set.of(80, 443)));
        }
        world.ec2.attach(
                ResponderFixture.INSTANCE,
                new NetworkInterface(TRUNK, VPC, "trunk", List.of("sg-web", "sg-db"), List.of("10.0.0.1")));
        world.ec2.attach(
                ResponderFixture.INSTANCE,
                new NetworkInterface(SECOND_INTERFACE, VPC, "interface", List.of("sg-db"), List.of("10.0.0.2")));
        world.ec2.addBranchInterface(
                TRUNK, new NetworkInterface(BRANCH, VPC, "branch", List.of("sg-web"), List.of(BRANCH_ADDRESS)));
        world.ec2.attach(
                OTHER_INSTANCE,
                new NetworkInterface(
                        "eni-00000000000000003", "vpc-b", "interface", List.of("sg-other"), List.of("10.1.0.1")));
        addCluster(world.kubernetes);
    }

    private static Instance instance(String id) {
        return new Instance(
                id,
                "arn:aws:ec2:eu-west-1:123456789012:instance/" + id,
                "running",
                false,
                FakeRoles.PROFILE,
                Map.of("Name", "web"),
                List.of(new Volume("vol-1-" + id, "/dev/xvda", true), new Volume("vol-2-" + id, "/dev/xvdb", false)),
                new MetadataOptions("enabled", "optional", 2));
    }

    private static void addGroups(FakeEc2Api ec2, boolean open) {
        for (String group : List.of("vpc-a/sg-web", "vpc-a/sg-db", "vpc-b/sg-other")) {
            String id = group.substring(group.indexOf('/') + 1);
            ec2.groups.put(group.replace("sg-", "group-"), id);
            List<SecurityGroupRule> rules = new ArrayList<>();
            rules.add(new SecurityGroupRule("r-" + id, false, open ? "-1" : "tcp", open ? "0.0.0.0/0" : "10.0.0.0/8"));
            rules.add(new SecurityGroupRule("e-" + id, true, "-1", "0.0.0.0/0"));
            ec2.rules.put(id, rules);
        }
    }

    private static void addCluster(FakeKubernetesApi kubernetes) {
        for (int i = 0; i < OverlapWorld.PODS.size(); i++) {
            String name = OverlapWorld.PODS.get(i);
            Pod pod = FakeKubernetesApi.pod(name, Map.of("app", "cart", "tier", "front", "rank", "r" + i));
            if (i == 0) {
                Map<String, String> annotations = new TreeMap<>(pod.annotations());
                annotations.put("vpc.amazonaws.com/pod-eni", POD_ENI);
                pod = new Pod(
                        pod.namespace(),
                        name,
                        pod.uid(),
                        pod.resourceVersion(),
                        pod.labels(),
                        new TreeMap<>(annotations),
                        AffectedTargetFacts.NODE,
                        BRANCH_ADDRESS,
                        false,
                        false,
                        pod.controller());
            }
            kubernetes.pods.put("shop/" + name, pod);
        }
        kubernetes.services.add(new Selector("Service", "cart", Map.of("app", "cart"), List.of()));
        kubernetes.policies.put("front", new Selector("NetworkPolicy", "front", Map.of("tier", "front"), List.of()));
        kubernetes.nodes.put(
                AffectedTargetFacts.NODE,
                new Node(AffectedTargetFacts.NODE, "uid-of-node", false, new TreeMap<>(Map.of("zone", "a"))));
        kubernetes.deployCart("uid-of-cart", OverlapWorld.PODS.size(), Map.of("app", "cart"));
        kubernetes.controllers.clear();
        kubernetes.controllers.put(FakeKubernetesApi.CART_SET, new Controller("ReplicaSet", "cart-5f", 3, 3));
    }
}
