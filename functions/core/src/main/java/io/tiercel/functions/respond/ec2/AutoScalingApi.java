package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionException;
import java.util.Optional;

/** The Auto Scaling operations that actions need. Fails as {@link Ec2Api} does. */
public interface AutoScalingApi {
    /** The membership of an instance in an Auto Scaling group. */
    record Membership(String group, boolean protectedFromScaleIn) {}

    /** The desired capacity of an Auto Scaling group, and its maximum size, which the desired capacity cannot exceed. */
    record Capacity(int desired, int maximum) {
        boolean isFull() {
            return desired >= maximum;
        }
    }

    /**
     * Returns the capacity of a group.
     *
     * @throws ActionException of kind {@code NOT_FOUND} if the group does not exist
     */
    Capacity capacity(String group);

    /** Returns the group of an instance; empty if it has none or is being detached. */
    Optional<Membership> membership(String instanceId);

    /** Makes a call. */
    void write(Write write);

    /** A call that changes the target. */
    sealed interface Write {
        /** Detaches the instance. The group starts a replacement. */
        record Detach(String instanceId, String group) implements Write {}

        /** Attaches the instance. The desired capacity of the group grows by one, which fails at the maximum size. */
        record Attach(String instanceId, String group) implements Write {}

        record SetScaleInProtection(String instanceId, String group, boolean on) implements Write {}

        /** Returns the call and its arguments on one line, for the audit log. */
        default String description() {
            return "autoscaling " + this;
        }
    }
}
