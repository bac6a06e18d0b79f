package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.ec2.Ec2Api.SecurityGroup;
import io.tiercel.functions.respond.ec2.Ec2Api.SecurityGroupRule;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The two security groups of Tiercel in a VPC: the quarantine group, which has no rules, and the untrack group, which allows all
 * traffic. The untrack group exists only while interfaces pass through it.
 */
final class ContainmentGroups {
    static final String QUARANTINE_GROUP = "tiercel-quarantine";
    static final String UNTRACK_GROUP = "tiercel-untrack";

    private static final Map<String, String> TAGS = Map.of("tiercel", "containment");
    private static final String ALL_IPV4 = "0.0.0.0/0";
    private static final String ALL_IPV6 = "::/0";
    private static final List<String> ALL_RANGES = List.of(ALL_IPV4, ALL_IPV6);

    /** How often a group is read until it has no rules. */
    private static final int MAX_READS = 6;

    /** How often a group is looked for after its creation was refused, for example because it exists. */
    private static final int MAX_READS_AFTER_REFUSAL = 3;

    /** How many security groups of an interface are examined. AWS allows at most 16. */
    private static final int MAX_GROUPS = 16;

    private final Ec2Api ec2;
    private final RepeatedCalls repeated;

    ContainmentGroups(Ec2Api ec2, RepeatedCalls repeated) {
        this.ec2 = ec2;
        this.repeated = repeated;
    }

    /** Returns the id of a group of Tiercel; empty if the VPC has none. */
    Optional<String> find(Deadline deadline, String vpc, String name) {
        return repeated.call(deadline, () -> ec2.securityGroup(vpc, name)).map(SecurityGroup::id);
    }

    /** Returns the ids of the groups of Tiercel in a VPC. */
    Set<String> find(Deadline deadline, String vpc) {
        Set<String> ids = new HashSet<>();
        Stream.of(QUARANTINE_GROUP, UNTRACK_GROUP)
                .forEach(name -> find(deadline, vpc, name).ifPresent(ids::add));
        return ids;
    }

    /**
     * Returns the quarantine group of a VPC. Creates it if it does not exist and removes all its rules.
     *
     * @throws ActionException of kind {@code RETRYABLE} if it still has rules
     */
    String ensureQuarantineGroup(ActionContext context, String vpc) {
        Ensured group = ensure(context, vpc, QUARANTINE_GROUP, "Tiercel: denies all traffic of isolated interfaces");
        if (group.isNew()) {
            // EC2 gives every new group rules that allow all outbound traffic, and may list them late.
            for (String range : ALL_RANGES) {
                write(context, new Write.RevokeAllowAll(group.id(), true, range));
            }
        }
        removeRules(context, group);
        return group.id();
    }

    private void removeRules(ActionContext context, Ensured group) {
        int emptyReads = 0;
        for (int reads = 1; reads <= MAX_READS; reads++) {
            List<SecurityGroupRule> rules = rules(context.deadline(), group.id());
            if (rules.isEmpty()) {
                emptyReads++;
                if (!group.isNew() || emptyReads == 2) {
                    return;
                }
            } else {
                emptyReads = 0;
                revoke(context, group.id(), rules);
            }
            repeated.waitAfter(reads);
        }
        throw ActionException.retryable("the quarantine group " + group.id() + " still has rules", null);
    }

    private List<SecurityGroupRule> rules(Deadline deadline, String group) {
        return repeated.call(deadline, () -> ec2.securityGroupRules(group));
    }

    private void revoke(ActionContext context, String group, List<SecurityGroupRule> rules) {
        for (boolean egress : new boolean[] {false, true}) {
            List<String> ids = rules.stream()
                    .filter(rule -> rule.egress() == egress)
                    .map(SecurityGroupRule::id)
                    .toList();
            if (!ids.isEmpty()) {
                Write revoke = new Write.RevokeRules(group, egress, ids);
                try {
                    context.calls()
                            .call(
                                    revoke.description(),
                                    () -> repeated.call(context.deadline(), () -> ec2.write(revoke)));
                } catch (ActionException e) {
                    // Another process may have removed them since they were listed. The next read shows it.
                    if (e.kind() != ActionException.Kind.NOT_FOUND) {
                        throw e;
                    }
                }
            }
        }
    }

    /**
     * Removes the rules that a quarantine group in use has received since it was prepared.
     *
     * @throws ActionException if it still has rules
     */
    void verifyNoRules(ActionContext context, String group) {
        removeRules(context, new Ensured(group, false));
    }

    /** Returns the group of a VPC that allows all traffic. Creates it if it does not exist and adds missing rules. */
    String ensureUntrackGroup(ActionContext context, String vpc) {
        Ensured group =
                ensure(context, vpc, UNTRACK_GROUP, "Tiercel: allows all traffic for a moment before isolation");
        List<SecurityGroupRule> rules = rules(context.deadline(), group.id());
        for (boolean egress : new boolean[] {false, true}) {
            for (String range : ALL_RANGES) {
                if (rules.stream().noneMatch(rule -> allowsAll(rule, egress, range))) {
                    write(context, new Write.AllowAll(group.id(), egress, range));
                }
            }
        }
        return group.id();
    }

    private static boolean allowsAll(SecurityGroupRule rule, boolean egress, String range) {
        return rule.egress() == egress
                && rule.protocol().equals("-1")
                && rule.peer().equals(range);
    }

    /**
     * Returns whether the security groups of an interface already allow all inbound traffic from anywhere. Then the untrack group
     * lets in nothing more.
     */
    boolean allowAllInbound(Deadline deadline, NetworkInterface networkInterface) {
        boolean ipv6 = networkInterface.addresses().stream().anyMatch(address -> address.contains(":"));
        List<SecurityGroupRule> rules = new ArrayList<>();
        networkInterface.groups().stream().limit(MAX_GROUPS).forEach(group -> rules.addAll(rules(deadline, group)));
        return (ipv6 ? ALL_RANGES : List.of(ALL_IPV4))
                .stream().allMatch(range -> rules.stream().anyMatch(rule -> allowsAll(rule, false, range)));
    }

    /** @param isNew whether this process created the group, or another one did so at the same time */
    private record Ensured(String id, boolean isNew) {}

    private Ensured ensure(ActionContext context, String vpc, String name, String description) {
        Optional<String> existing = find(context.deadline(), vpc, name);
        if (existing.isPresent()) {
            return new Ensured(existing.get(), false);
        }
        Write.CreateSecurityGroup create = new Write.CreateSecurityGroup(vpc, name, description, TAGS);
        try {
            String id = context.calls().call(create.description(), () -> ec2.write(create));
            awaitVisible(context.deadline(), vpc, name, MAX_READS);
            return new Ensured(id, true);
        } catch (ActionException e) {
            // The call may have had its effect, and another process may have created the group at the same time.
            boolean unknownEffect = e.kind() == ActionException.Kind.RETRYABLE;
            return awaitVisible(context.deadline(), vpc, name, unknownEffect ? MAX_READS : MAX_READS_AFTER_REFUSAL)
                    .map(id -> new Ensured(id, true))
                    .orElseThrow(() -> e);
        }
    }

    /** Waits until a group that was created a moment ago can be found; empty if it cannot be found. */
    private Optional<String> awaitVisible(Deadline deadline, String vpc, String name, int maxReads) {
        Optional<String> found = find(deadline, vpc, name);
        for (int reads = 1; found.isEmpty() && reads < maxReads && !deadline.passed(); reads++) {
            repeated.waitAfter(reads);
            found = find(deadline, vpc, name);
        }
        return found;
    }

    /** Changes a group that exists, although EC2 may not find it yet. */
    private void write(ActionContext context, Write write) {
        try {
            context.calls()
                    .call(
                            write.description(),
                            () -> repeated.call(
                                    context.deadline(), RepeatedCalls.TRANSIENT_OR_NEW, () -> ec2.write(write)));
        } catch (ActionException e) {
            throw e.kind() == ActionException.Kind.NOT_FOUND ? ActionException.retryable(e.getMessage(), e) : e;
        }
    }

    /**
     * Deletes the untrack groups of some VPCs. Keeps a group that is in use, and a group that has the name but not the tag of
     * Tiercel.
     *
     * @param onTransient receives each failure that a repetition may fix, also that the group is in use
     * @return a message for each group that remains although no interface is known to use it
     */
    List<String> deleteUntrackGroups(ActionContext context, Set<String> vpcs, Consumer<ActionException> onTransient) {
        List<String> notes = new ArrayList<>();
        for (String vpc : vpcs) {
            try {
                repeated.call(context.deadline(), () -> ec2.securityGroup(vpc, UNTRACK_GROUP))
                        .filter(group -> group.tags().entrySet().containsAll(TAGS.entrySet()))
                        .map(group -> new Write.DeleteSecurityGroup(group.id()))
                        .ifPresent(delete -> context.calls().call(delete.description(), () -> ec2.write(delete)));
            } catch (ActionException e) {
                if (e.kind() == ActionException.Kind.RETRYABLE) {
                    onTransient.accept(e);
                } else {
                    notes.add("the group " + UNTRACK_GROUP + " of " + vpc
                            + ", which allows all traffic, is not deleted: " + e.getMessage());
                }
            }
        }
        return notes;
    }

    /** Returns the result of a dry run that creates the quarantine group; empty if the group exists. */
    Optional<String> previewQuarantineGroup(Deadline deadline, String vpc) {
        return find(deadline, vpc, QUARANTINE_GROUP).isPresent()
                ? Optional.empty()
                : Optional.of("the quarantine group of " + vpc + " does not exist yet: CreateSecurityGroup "
                        + ec2.dryRun(new Write.CreateSecurityGroup(vpc, QUARANTINE_GROUP, "Tiercel", TAGS)));
    }
}
