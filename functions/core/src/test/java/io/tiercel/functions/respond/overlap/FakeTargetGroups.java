package io.tiercel.functions.respond.overlap;

import io.tiercel.functions.respond.ec2.LoadBalancingApi;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The registrations of instances in target groups. */
final class FakeTargetGroups implements LoadBalancingApi {
    /** Ports by instance. */
    final Map<String, Set<Integer>> ports = new TreeMap<>();

    private static final String GROUP = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/1";

    @Override
    public List<Registration> registrations(String instanceId) {
        return ports.getOrDefault(instanceId, Set.of()).stream()
                .map(port -> new Registration(GROUP, port))
                .toList();
    }

    @Override
    public void write(Write write) {
        switch (write) {
            case Write.Register register ->
                ports.computeIfAbsent(register.instanceId(), _ -> new TreeSet<>())
                        .add(register.registration().port());
            case Write.Deregister deregister ->
                ports.getOrDefault(deregister.instanceId(), Set.of())
                        .remove(deregister.registration().port());
        }
    }
}
