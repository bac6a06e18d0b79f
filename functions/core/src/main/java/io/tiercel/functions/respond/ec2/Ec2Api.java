package io.tiercel.functions.respond.ec2;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The part of EC2 that actions need. Reads and writes throw {@link io.tiercel.functions.respond.action.ActionException}; a read
 * of what is not there is empty instead.
 */
public interface Ec2Api {
    /**
     * An instance.
     *
     * @param id its id
     * @param arn its ARN
     * @param state e.g. {@code running}
     * @param spot whether it is a Spot instance
     * @param profileArn ARN of its instance profile; null if it has none
     * @param tags by key
     * @param volumes its EBS volumes
     * @param metadata its metadata service
     */
    record Instance(
            String id,
            String arn,
            String state,
            boolean spot,
            @Nullable String profileArn,
            Map<String, String> tags,
            List<Volume> volumes,
            Metadata metadata) {}

    /** An attached EBS volume. */
    record Volume(String id, String device, boolean deletedOnTermination) {}

    /** Options of the metadata service: {@code enabled} or {@code disabled}; {@code optional} or {@code required}; 1 to 64. */
    record Metadata(String endpoint, String tokens, int hopLimit) {}

    /**
     * A network interface.
     *
     * @param id its id
     * @param vpc its VPC
     * @param type e.g. {@code interface}, {@code trunk}, {@code branch}
     * @param groups ids of its security groups
     * @param addresses its private addresses, IPv4 and IPv6
     */
    record Interface(String id, String vpc, String type, List<String> groups, List<String> addresses) {}

    /**
     * A rule of a security group.
     *
     * @param id its id
     * @param egress whether it is about outgoing traffic
     * @param protocol {@code -1} for all
     * @param peer a range in CIDR form, or the id of a group or prefix list
     */
    record Rule(String id, boolean egress, String protocol, String peer) {}

    /** A snapshot: its volume and its state, e.g. {@code completed}. */
    record Snapshot(String id, String volume, String state) {}

    Optional<Instance> instance(String instanceId);

    /** Whether the API refuses to terminate, or to stop, the instance: {@code disableApiTermination}, {@code disableApiStop}. */
    boolean protectedFrom(String instanceId, Protection protection);

    /** What an instance can be protected from. */
    enum Protection {
        TERMINATION("DisableApiTermination"),
        STOP("DisableApiStop");

        private final String attribute;

        Protection(String attribute) {
            this.attribute = attribute;
        }

        /** EC2's name of the attribute. */
        public String attribute() {
            return attribute;
        }
    }

    /** Interfaces attached to an instance; the branch interfaces of pods are not among them. */
    List<Interface> attachedTo(String instanceId);

    /** Branch interfaces of pods, which are associated with a trunk interface and attached to no instance. */
    List<Interface> branchesOf(String trunkInterfaceId);

    Optional<Interface> networkInterface(String interfaceId);

    /** Id of the group of that name in a VPC. */
    Optional<String> group(String vpc, String name);

    List<Rule> rules(String groupId);

    /** Snapshots of our own account that have the tag. */
    List<Snapshot> snapshots(String tag, String value);

    /** Instances that have an instance profile. */
    List<String> instancesWith(String profileArn);

    /** Makes a call; the id of what it has made, or an empty text. */
    String write(Write write);

    /** Makes the same call as a dry run: {@code would succeed}, or why it would not. */
    String dryRun(Write write);

    /** A call that changes something. */
    sealed interface Write {
        /** Puts an interface into exactly these groups. */
        record SetGroups(String interfaceId, List<String> groups) implements Write {}

        record CreateGroup(String vpc, String name, String description, Map<String, String> tags) implements Write {}

        record RevokeRules(String groupId, boolean egress, List<String> ruleIds) implements Write {}

        /** Allows all traffic from or to a range. */
        record AllowAll(String groupId, boolean egress, String cidr) implements Write {}

        record SetProtection(String instanceId, Protection protection, boolean on) implements Write {}

        record SetDeletedOnTermination(String instanceId, String device, boolean deleted) implements Write {}

        record CreateSnapshot(String volume, String description, Map<String, String> tags) implements Write {}

        record StopInstance(String instanceId) implements Write {}

        record StartInstance(String instanceId) implements Write {}

        record SetMetadata(String instanceId, Metadata metadata) implements Write {}

        /** The call and its arguments in a line. */
        default String text() {
            String text = toString();
            return "ec2 " + text.substring(0, Math.min(text.length(), 300));
        }
    }
}
