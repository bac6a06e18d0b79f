package io.tiercel.functions.respond.ec2;

import java.util.Optional;

/** The Auto Scaling operations that actions need. Fails as {@link Ec2Api} does. */
public interface AutoScalingApi {
    /** The membership of an instance in an Auto Scaling group. */
    record Membership(String group, boolean protectedFromScaleIn) {}

    /** Returns the group of an instance; empty if it has none or is being detached. */
    Optional<Membership> membership(String instanceId);

    /** Makes a call. */
    void write(Write write);

    /** A call that changes the target. */
    sealed interface Write {
        /** Detaches the instance. The group starts a replacement. */
        record Detach(String instanceId, String group) implements Write {}

        /** Attaches the instance. The desired capacity of the group grows by one. */
        record Attach(String instanceId, String group) implements Write {}

        record SetScaleInProtection(String instanceId, String group, boolean on) implements Write {}

        /** Returns the call and its arguments on one line, for the audit log. */
        default String description() {
            return "autoscaling " + this;
        }
    }
}
