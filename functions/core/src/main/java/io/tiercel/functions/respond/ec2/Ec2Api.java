package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.rules.text.TextLimit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The EC2 operations that actions need. Reads and writes throw {@link ActionException}. A read of an object that does not
 * exist returns an empty result.
 */
public interface Ec2Api {
    /**
     * An EC2 instance.
     *
     * @param id the id
     * @param arn the ARN
     * @param state such as {@code running}
     * @param spot whether it is a Spot Instance
     * @param profileArn the ARN of the instance profile; null if it has none
     * @param tags the tags by key
     * @param volumes the attached EBS volumes
     * @param metadata the options of the metadata service
     */
    record Instance(
            String id,
            String arn,
            String state,
            boolean spot,
            @Nullable String profileArn,
            Map<String, String> tags,
            List<Volume> volumes,
            MetadataOptions metadata) {}

    /** An attached EBS volume. */
    record Volume(String id, String device, boolean deleteOnTermination) {}

    /**
     * The options of the instance metadata service.
     *
     * @param endpoint {@code enabled} or {@code disabled}
     * @param tokens {@code optional} or {@code required}
     * @param hopLimit 1 to 64
     */
    record MetadataOptions(String endpoint, String tokens, int hopLimit) {}

    /**
     * An elastic network interface.
     *
     * @param id the id
     * @param vpc the id of the VPC
     * @param type such as {@code interface}, {@code trunk} or {@code branch}
     * @param groups the ids of the security groups
     * @param addresses the private IPv4 and IPv6 addresses
     */
    record NetworkInterface(String id, String vpc, String type, List<String> groups, List<String> addresses) {}

    /**
     * A rule of a security group.
     *
     * @param id the id
     * @param egress whether it is an outbound rule
     * @param protocol {@code -1} for all protocols
     * @param peer a CIDR range, or the id of a security group or prefix list
     */
    record SecurityGroupRule(String id, boolean egress, String protocol, String peer) {}

    /** A security group, with its tags by key. */
    record SecurityGroup(String id, Map<String, String> tags) {}

    /** A snapshot of a volume; the state is such as {@code completed}. */
    record Snapshot(String id, String volume, String state) {}

    Optional<Instance> instance(String instanceId);

    /**
     * Returns the instance of a target.
     *
     * @throws ActionException of kind {@code NOT_FOUND} if the instance does not exist
     */
    default Instance requireInstance(Target target) {
        return instance(target.name()).orElseThrow(() -> ActionException.notFound(target.text() + " does not exist"));
    }

    /** Returns whether an instance is protected from API calls that terminate or stop it. */
    boolean isProtectedFrom(String instanceId, Protection protection);

    /** The operations that an instance can be protected from. */
    enum Protection {
        TERMINATION("DisableApiTermination"),
        STOP("DisableApiStop");

        private final String attribute;

        Protection(String attribute) {
            this.attribute = attribute;
        }

        /** Returns the name of the attribute in EC2. */
        public String attribute() {
            return attribute;
        }
    }

    /** Returns the interfaces that are attached to an instance. Branch interfaces of pods are not among them. */
    List<NetworkInterface> attachedInterfaces(String instanceId);

    /** Returns the branch interfaces of pods that are associated with a trunk interface. */
    List<NetworkInterface> branchInterfaces(String trunkInterfaceId);

    Optional<NetworkInterface> networkInterface(String interfaceId);

    /** Returns a security group by VPC and name. */
    Optional<SecurityGroup> securityGroup(String vpc, String name);

    List<SecurityGroupRule> securityGroupRules(String groupId);

    /** Returns the snapshots of this account that have a tag. */
    List<Snapshot> snapshots(String tag, String value);

    /** Returns the ids of the instances that have an instance profile. */
    List<String> instancesWithProfile(String profileArn);

    /** Makes a call. Returns the id of the object that the call created; empty if it created none. */
    String write(Write write);

    /** Takes a snapshot of every attached volume, or of none if the call fails, and returns the snapshots. */
    List<Snapshot> createSnapshots(Write.CreateSnapshots create);

    /** Makes the same call as a dry run. Returns {@code would succeed}, or why EC2 would refuse the call. */
    String dryRun(Write write);

    /** A call that changes the target. */
    sealed interface Write {
        /** Replaces the security groups of an interface. */
        record SetSecurityGroups(String interfaceId, List<String> groups) implements Write {}

        record CreateSecurityGroup(String vpc, String name, String description, Map<String, String> tags)
                implements Write {}

        /**
         * Deletes a security group. Does nothing if it does not exist. Fails with the kind {@code RETRYABLE} while an interface or
         * a rule uses it.
         */
        record DeleteSecurityGroup(String groupId) implements Write {}

        record RevokeRules(String groupId, boolean egress, List<String> ruleIds) implements Write {}

        /**
         * Removes the rule that allows all traffic from or to a CIDR range. A new security group has such rules before they are
         * listed. Does nothing if the group lacks this rule.
         */
        record RevokeAllowAll(String groupId, boolean egress, String cidr) implements Write {}

        /** Allows all traffic from or to a CIDR range. Does nothing if the group has this rule. */
        record AllowAll(String groupId, boolean egress, String cidr) implements Write {}

        record SetProtection(String instanceId, Protection protection, boolean on) implements Write {}

        record SetDeleteOnTermination(String instanceId, String device, boolean delete) implements Write {}

        /** Takes a snapshot of each volume that is attached to an instance. */
        record CreateSnapshots(String instanceId, String description, Map<String, String> tags) implements Write {}

        record StopInstance(String instanceId) implements Write {}

        record StartInstance(String instanceId) implements Write {}

        /** Enables or disables the metadata service. Its other options stay as they are. */
        record SetMetadataEndpoint(String instanceId, String endpoint) implements Write {}

        /** Returns the call and its arguments on one line, for the audit log. */
        default String description() {
            return "ec2 " + TextLimit.cut(toString(), 300);
        }
    }
}
