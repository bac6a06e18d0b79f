package io.tiercel.functions.respond.overlap;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Everything in account and cluster that a release must restore, as texts by object. */
final class WorldState {
    private WorldState() {}

    static Map<String, String> of(OverlapWorld world) {
        Map<String, String> state = new TreeMap<>();
        world.ec2.interfaces.forEach((id, found) -> state.put(id, "groups " + new TreeSet<>(found.groups())));
        world.ec2.instances.forEach((id, found) -> state.put(id, found.toString()));
        world.ec2.groups.forEach((name, id) -> {
            if (!name.endsWith("/tiercel-quarantine")) {
                state.put("group " + name, id + " " + world.ec2.rules.get(id));
            }
        });
        state.put("protections", new TreeSet<>(world.ec2.protections).toString());
        world.kubernetes.pods.forEach((name, pod) -> {
            state.put(name, pod.uid());
            state.put(name + " labels", labels(pod.labels()));
            state.put(name + " annotations", labels(pod.annotations()));
        });
        state.put("policies", world.kubernetes.policies.keySet().toString());
        world.kubernetes.nodes.forEach((name, node) -> state.put("node " + name, "" + node.unschedulable()));
        world.kubernetes.workloads.forEach((name, workload) -> state.put("workload " + name, "" + workload.replicas()));
        state.put("role", world.roles.policies.toString());
        state.put("scaling groups", world.scalingGroups.memberships.toString());
        state.put("target groups", world.targetGroups.ports.toString());
        return state;
    }

    private static String labels(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .sorted()
                .collect(Collectors.joining(" "));
    }
}
