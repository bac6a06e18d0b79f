package io.tiercel.functions.respond.overlap;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.ec2.AutoScalingApi;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The memberships of instances in Auto Scaling groups. */
final class FakeScalingGroups implements AutoScalingApi {
    final Map<String, Membership> memberships = new TreeMap<>();

    @Override
    public Capacity capacity(String group) {
        return new Capacity(memberships.size(), Integer.MAX_VALUE);
    }

    @Override
    public Optional<Membership> membership(String instanceId) {
        return Optional.ofNullable(memberships.get(instanceId));
    }

    @Override
    public void write(Write write) {
        switch (write) {
            case Write.Detach detach -> {
                if (memberships.remove(detach.instanceId()) == null) {
                    throw ActionException.permanent("the instance is not part of the group");
                }
            }
            case Write.Attach attach -> {
                if (memberships.putIfAbsent(attach.instanceId(), new Membership(attach.group(), false)) != null) {
                    throw ActionException.permanent("the instance is already part of a group");
                }
            }
            case Write.SetScaleInProtection set -> {
                if (!memberships.containsKey(set.instanceId())) {
                    throw ActionException.permanent("the instance is not part of the group");
                }
                memberships.put(set.instanceId(), new Membership(set.group(), set.on()));
            }
        }
    }
}
