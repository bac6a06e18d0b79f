package io.tiercel.functions.respond.ec2;

import java.util.List;
import java.util.Optional;

/** What an instance belongs to: its Auto Scaling group and the target groups of load balancers. Fails as {@link Ec2Api} does. */
public interface Fleet {
    /** An instance's place in its Auto Scaling group. */
    record Membership(String group, boolean protectedFromScaleIn) {}

    /** A registration as target: the target group's ARN and the port. */
    record Registration(String targetGroup, int port) {}

    /** The group that an instance is in service for; empty if none, also while it is being detached. */
    Optional<Membership> membership(String instanceId);

    /** Where an instance is registered and not being deregistered. */
    List<Registration> registrations(String instanceId);

    /** Makes a call. */
    void write(Write write);

    /** A call that changes something. */
    sealed interface Write {
        /** Takes the instance out of its group, which starts another in its place. */
        record Detach(String instanceId, String group) implements Write {}

        /** Puts it into the group, whose desired capacity grows by one. */
        record Attach(String instanceId, String group) implements Write {}

        record Protect(String instanceId, String group, boolean on) implements Write {}

        record Deregister(String instanceId, Registration registration) implements Write {}

        record Register(String instanceId, Registration registration) implements Write {}

        /** The call and its arguments in a line. */
        default String text() {
            return "fleet " + this;
        }
    }
}
