package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.ec2.Ec2Api.Interface;
import io.tiercel.functions.respond.ec2.Ec2Api.Rule;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Moves network interfaces into a group without any rule, one per VPC, and back.
 *
 * <p>A security group does not end connections that are tracked already. An interface whose only group allows everything has
 * no tracked connections, except through what AWS always tracks (NAT gateways, load balancers, transit gateways); so on the
 * way it passes through such a group, as AWS's own runbook AWSSupport-ContainEC2Instance does. Should the second move fail, it
 * is put back at once: wide open is worse than as it was.
 */
final class InterfaceQuarantine {
    static final String CLOSED = "tiercel-quarantine";
    static final String OPEN = "tiercel-untrack";

    private static final Map<String, String> TAGS = Map.of("tiercel", "containment");
    private static final List<String> EVERYWHERE = List.of("0.0.0.0/0", "::/0");

    private final Ec2Api ec2;

    InterfaceQuarantine(Ec2Api ec2) {
        this.ec2 = ec2;
    }

    Optional<String> closed(String vpc) {
        return ec2.group(vpc, CLOSED);
    }

    /** The group without rules of a VPC, made if it is missing; whatever rules somebody gave it are taken away. */
    String closedGroup(ActionContext work, String vpc) {
        String group = group(work, vpc, CLOSED, "Tiercel: no traffic at all, for contained interfaces");
        for (boolean egress : new boolean[] {false, true}) {
            List<String> rules = ruleIds(group, egress);
            if (!rules.isEmpty()) {
                write(work, new Write.RevokeRules(group, egress, rules));
            }
        }
        List<Rule> left = ec2.rules(group);
        if (!left.isEmpty()) {
            throw ActionException.because("the quarantine group " + group + " still has rules: " + left);
        }
        return group;
    }

    private List<String> ruleIds(String group, boolean egress) {
        return ec2.rules(group).stream()
                .filter(rule -> rule.egress() == egress)
                .map(Rule::id)
                .toList();
    }

    /** The group that allows everything, made if it is missing. */
    String openGroup(ActionContext work, String vpc) {
        String group = group(work, vpc, OPEN, "Tiercel: all traffic, for the moment before quarantine");
        List<Rule> rules = ec2.rules(group);
        for (boolean egress : new boolean[] {false, true}) {
            for (String range : EVERYWHERE) {
                if (rules.stream().noneMatch(rule -> allows(rule, egress, range))) {
                    write(work, new Write.AllowAll(group, egress, range));
                }
            }
        }
        return group;
    }

    private static boolean allows(Rule rule, boolean egress, String range) {
        return rule.egress() == egress
                && rule.protocol().equals("-1")
                && rule.peer().equals(range);
    }

    private String group(ActionContext work, String vpc, String name, String description) {
        Optional<String> present = ec2.group(vpc, name);
        if (present.isPresent()) {
            return present.get();
        }
        try {
            return write(work, new Write.CreateGroup(vpc, name, description, TAGS));
        } catch (ActionException e) {
            // Somebody else may have been faster.
            return ec2.group(vpc, name).orElseThrow(() -> e);
        }
    }

    /**
     * Moves an interface into quarantine; does only what is not done yet.
     *
     * @param prior as it was before the first call
     * @param open the group to pass through; null to go there at once
     * @return what is wrong; null if it is there
     */
    @Nullable
    String isolate(ActionContext work, Interface prior, String closed, @Nullable String open) {
        try {
            Interface now = ec2.networkInterface(prior.id()).orElse(null);
            if (now == null || only(now, closed)) {
                return null;
            }
            if (open != null && !only(now, open)) {
                write(work, new Write.SetGroups(prior.id(), List.of(open)));
            }
        } catch (ActionException e) {
            return prior.id() + " is not isolated: " + e.getMessage();
        }
        try {
            write(work, new Write.SetGroups(prior.id(), List.of(closed)));
        } catch (ActionException e) {
            return prior.id() + " is not isolated: " + e.getMessage() + putBack(work, prior, open);
        }
        return ec2.networkInterface(prior.id())
                        .filter(now -> !only(now, closed))
                        .isEmpty()
                ? null
                : prior.id() + " is not isolated: its groups are not those that were set";
    }

    private String putBack(ActionContext work, Interface prior, @Nullable String open) {
        if (open == null) {
            return "";
        }
        try {
            write(work, new Write.SetGroups(prior.id(), prior.groups()));
            return "; it has its own groups again";
        } catch (ActionException e) {
            return "; and it could not be put back, so that it is OPEN TO ALL TRAFFIC: " + e.getMessage();
        }
    }

    /**
     * Gives an interface its groups back, if it has none but ours.
     *
     * @return what is wrong; null if it is as it was, or gone
     */
    @Nullable
    String release(ActionContext work, Interface prior) {
        try {
            Interface now = ec2.networkInterface(prior.id()).orElse(null);
            if (now == null || same(now, prior)) {
                return null;
            }
            boolean ours = List.of(CLOSED, OPEN).stream()
                    .anyMatch(name -> ec2.group(prior.vpc(), name)
                            .filter(group -> only(now, group))
                            .isPresent());
            if (!ours) {
                return prior.id() + " is left as it is: somebody has given it the groups " + now.groups();
            }
            write(work, new Write.SetGroups(prior.id(), prior.groups()));
            return ec2.networkInterface(prior.id())
                            .filter(after -> !same(after, prior))
                            .isEmpty()
                    ? null
                    : prior.id() + " does not have the groups that it was given back";
        } catch (ActionException e) {
            if (e.kind() == ActionException.Kind.PASSING) {
                throw e;
            }
            return prior.id() + " has not its groups " + prior.groups() + " again: " + e.getMessage();
        }
    }

    static boolean only(Interface networkInterface, String group) {
        return Set.copyOf(networkInterface.groups()).equals(Set.of(group));
    }

    private static boolean same(Interface one, Interface other) {
        return Set.copyOf(one.groups()).equals(Set.copyOf(other.groups()));
    }

    String write(ActionContext work, Write write) {
        return work.calls().call(write.text(), () -> ec2.write(write));
    }

    /** What trying to move an interface says. */
    List<String> preview(List<Interface> interfaces) {
        return interfaces.stream()
                .map(one -> {
                    List<String> groups = closed(one.vpc()).map(List::of).orElse(one.groups());
                    return one.id() + ": ModifyNetworkInterfaceAttribute "
                            + ec2.dryRun(new Write.SetGroups(one.id(), groups));
                })
                .toList();
    }

    /** What trying to make the group says, if it would have to be made. */
    Optional<String> previewGroup(String vpc) {
        return closed(vpc).isPresent()
                ? Optional.empty()
                : Optional.of("the quarantine group of " + vpc + " is missing: CreateSecurityGroup "
                        + ec2.dryRun(new Write.CreateGroup(vpc, CLOSED, "Tiercel", TAGS)));
    }
}
