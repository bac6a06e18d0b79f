package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.ec2.Ec2Api.SecurityGroup;
import io.tiercel.functions.respond.ec2.Ec2Api.SecurityGroupRule;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Moves network interfaces into the quarantine security group of their VPC and back. The quarantine group has no rules.
 *
 * <p>A security group does not end connections that are already tracked. An interface whose only group allows all traffic has
 * no tracked connections, except those that AWS always tracks (NAT gateways, load balancers, transit gateways). On its way an
 * interface therefore passes through such a group, the untrack group. The AWS runbook AWSSupport-ContainEC2Instance does the
 * same. The untrack group exists only while interfaces pass through it. If the move out of the untrack group fails, the interface gets its own groups back at once. An open interface is worse
 * than its prior state.
 */
final class InterfaceQuarantine {
    static final String QUARANTINE_GROUP = "tiercel-quarantine";
    static final String UNTRACK_GROUP = "tiercel-untrack";

    private static final Map<String, String> TAGS = Map.of("tiercel", "containment");
    private static final List<String> ALL_RANGES = List.of("0.0.0.0/0", "::/0");

    private final Ec2Api ec2;

    InterfaceQuarantine(Ec2Api ec2) {
        this.ec2 = ec2;
    }

    private Optional<String> groupId(String vpc, String name) {
        return ec2.securityGroup(vpc, name).map(SecurityGroup::id);
    }

    private Optional<String> quarantineGroup(String vpc) {
        return groupId(vpc, QUARANTINE_GROUP);
    }

    /** Returns whether the quarantine group is the only group of an interface. */
    boolean isQuarantined(NetworkInterface networkInterface) {
        return quarantineGroup(networkInterface.vpc())
                .filter(group -> hasOnly(networkInterface, group))
                .isPresent();
    }

    /** Returns the quarantine group of a VPC. Creates it if it does not exist and removes all its rules. */
    String ensureQuarantineGroup(ActionContext context, String vpc) {
        String group =
                ensureGroup(context, vpc, QUARANTINE_GROUP, "Tiercel: denies all traffic of isolated interfaces");
        for (boolean egress : new boolean[] {false, true}) {
            List<String> rules = ruleIds(group, egress);
            if (!rules.isEmpty()) {
                write(context, new Write.RevokeRules(group, egress, rules));
            }
        }
        List<SecurityGroupRule> remaining = ec2.securityGroupRules(group);
        if (!remaining.isEmpty()) {
            throw ActionException.permanent("the quarantine group " + group + " still has rules: " + remaining);
        }
        return group;
    }

    private List<String> ruleIds(String group, boolean egress) {
        return ec2.securityGroupRules(group).stream()
                .filter(rule -> rule.egress() == egress)
                .map(SecurityGroupRule::id)
                .toList();
    }

    /** Returns the group of a VPC that allows all traffic. Creates it if it does not exist and adds missing rules. */
    String ensureUntrackGroup(ActionContext context, String vpc) {
        String group =
                ensureGroup(context, vpc, UNTRACK_GROUP, "Tiercel: allows all traffic for a moment before isolation");
        List<SecurityGroupRule> rules = ec2.securityGroupRules(group);
        for (boolean egress : new boolean[] {false, true}) {
            for (String range : ALL_RANGES) {
                if (rules.stream().noneMatch(rule -> allowsAll(rule, egress, range))) {
                    write(context, new Write.AllowAll(group, egress, range));
                }
            }
        }
        return group;
    }

    private static boolean allowsAll(SecurityGroupRule rule, boolean egress, String range) {
        return rule.egress() == egress
                && rule.protocol().equals("-1")
                && rule.peer().equals(range);
    }

    private String ensureGroup(ActionContext context, String vpc, String name, String description) {
        Optional<String> existing = groupId(vpc, name);
        if (existing.isPresent()) {
            return existing.get();
        }
        try {
            return write(context, new Write.CreateSecurityGroup(vpc, name, description, TAGS));
        } catch (ActionException e) {
            // Another process may have created the group at the same time.
            return groupId(vpc, name).orElseThrow(() -> e);
        }
    }

    /** Returns whether an interface exists and is not in quarantine yet. */
    boolean isOutside(NetworkInterface prior, String quarantineGroup) {
        return ec2.networkInterface(prior.id())
                .filter(now -> !hasOnly(now, quarantineGroup))
                .isPresent();
    }

    /**
     * Moves an interface into quarantine. This method is idempotent.
     *
     * @param prior the interface before the first call
     * @param untrackGroup the group to pass through; null to move directly
     * @return the problem; null if the interface is isolated
     */
    @Nullable
    String isolate(
            ActionContext context, NetworkInterface prior, String quarantineGroup, @Nullable String untrackGroup) {
        try {
            NetworkInterface now = ec2.networkInterface(prior.id()).orElse(null);
            if (now == null || hasOnly(now, quarantineGroup)) {
                return null;
            }
            if (untrackGroup != null && !hasOnly(now, untrackGroup)) {
                moveToUntrackGroup(context, prior, untrackGroup);
            }
        } catch (ActionException e) {
            return prior.id() + " is not isolated: " + e.getMessage();
        }
        try {
            write(context, new Write.SetSecurityGroups(prior.id(), List.of(quarantineGroup)));
        } catch (ActionException e) {
            return prior.id() + " is not isolated: " + e.getMessage() + rollBack(context, prior, untrackGroup);
        }
        return ec2.networkInterface(prior.id())
                        .filter(now -> !hasOnly(now, quarantineGroup))
                        .isEmpty()
                ? null
                : prior.id() + " is not isolated: EC2 reports other security groups than those that were set";
    }

    /** Moves an interface into the untrack group. Creates the group again if another step has just deleted it. */
    private void moveToUntrackGroup(ActionContext context, NetworkInterface prior, String untrackGroup) {
        try {
            write(context, new Write.SetSecurityGroups(prior.id(), List.of(untrackGroup)));
        } catch (ActionException e) {
            if (e.kind() != ActionException.Kind.NOT_FOUND
                    || groupId(prior.vpc(), UNTRACK_GROUP)
                            .filter(untrackGroup::equals)
                            .isPresent()) {
                throw e;
            }
            String created = ensureUntrackGroup(context, prior.vpc());
            write(context, new Write.SetSecurityGroups(prior.id(), List.of(created)));
        }
    }

    /**
     * Deletes the untrack groups of some VPCs. Keeps a group that is in use, and a group that has the name but not the tag of
     * Tiercel.
     *
     * @return a message for each group that remains although no interface is known to use it
     */
    List<String> deleteUntrackGroups(ActionContext context, Set<String> vpcs) {
        List<String> notes = new ArrayList<>();
        for (String vpc : vpcs) {
            try {
                ec2.securityGroup(vpc, UNTRACK_GROUP)
                        .filter(group -> group.tags().entrySet().containsAll(TAGS.entrySet()))
                        .ifPresent(group -> write(context, new Write.DeleteSecurityGroup(group.id())));
            } catch (ActionException e) {
                if (e.kind() != ActionException.Kind.RETRYABLE) {
                    notes.add("the group " + UNTRACK_GROUP + " of " + vpc
                            + ", which allows all traffic, is not deleted: " + e.getMessage());
                }
            }
        }
        return notes;
    }

    private String rollBack(ActionContext context, NetworkInterface prior, @Nullable String untrackGroup) {
        if (untrackGroup == null) {
            return "";
        }
        try {
            write(context, new Write.SetSecurityGroups(prior.id(), prior.groups()));
            return "; its prior security groups are restored";
        } catch (ActionException e) {
            return "; restoring its security groups failed too, so it is OPEN TO ALL TRAFFIC: " + e.getMessage();
        }
    }

    /**
     * Restores the security groups of an interface if its only group is the quarantine group or the untrack group.
     *
     * @return the problem; null if the interface is restored or no longer exists
     */
    @Nullable
    String release(ActionContext context, NetworkInterface prior) {
        try {
            NetworkInterface now = ec2.networkInterface(prior.id()).orElse(null);
            if (now == null || sameGroups(now, prior)) {
                return null;
            }
            boolean inOwnGroup = List.of(QUARANTINE_GROUP, UNTRACK_GROUP).stream()
                    .anyMatch(name -> groupId(prior.vpc(), name)
                            .filter(group -> hasOnly(now, group))
                            .isPresent());
            if (!inOwnGroup) {
                return prior.id() + " not restored: its security groups were changed to " + now.groups();
            }
            write(context, new Write.SetSecurityGroups(prior.id(), prior.groups()));
            return ec2.networkInterface(prior.id())
                            .filter(after -> !sameGroups(after, prior))
                            .isEmpty()
                    ? null
                    : prior.id() + " not restored: EC2 reports other security groups than those that were set";
        } catch (ActionException e) {
            if (e.kind() == ActionException.Kind.RETRYABLE) {
                throw e;
            }
            return prior.id() + " not restored to the security groups " + prior.groups() + ": " + e.getMessage();
        }
    }

    private static boolean hasOnly(NetworkInterface networkInterface, String group) {
        return Set.copyOf(networkInterface.groups()).equals(Set.of(group));
    }

    private static boolean sameGroups(NetworkInterface a, NetworkInterface b) {
        return Set.copyOf(a.groups()).equals(Set.copyOf(b.groups()));
    }

    private String write(ActionContext context, Write write) {
        return context.calls().call(write.description(), () -> ec2.write(write));
    }

    /** Returns the results of dry runs that move interfaces. */
    List<String> preview(List<NetworkInterface> interfaces) {
        return interfaces.stream()
                .map(networkInterface -> {
                    List<String> groups = quarantineGroup(networkInterface.vpc())
                            .map(List::of)
                            .orElse(networkInterface.groups());
                    return networkInterface.id() + ": ModifyNetworkInterfaceAttribute "
                            + ec2.dryRun(new Write.SetSecurityGroups(networkInterface.id(), groups));
                })
                .toList();
    }

    /** Returns the result of a dry run that creates the quarantine group; empty if the group exists. */
    Optional<String> previewGroup(String vpc) {
        return quarantineGroup(vpc).isPresent()
                ? Optional.empty()
                : Optional.of("the quarantine group of " + vpc + " does not exist yet: CreateSecurityGroup "
                        + ec2.dryRun(new Write.CreateSecurityGroup(vpc, QUARANTINE_GROUP, "Tiercel", TAGS)));
    }
}
