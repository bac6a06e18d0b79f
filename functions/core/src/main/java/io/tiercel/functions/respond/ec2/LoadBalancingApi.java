package io.tiercel.functions.respond.ec2;

import java.util.List;

/** The Elastic Load Balancing operations that actions need. Fails as {@link Ec2Api} does. */
public interface LoadBalancingApi {
    /** The registration of an instance as a target. */
    record Registration(String targetGroupArn, int port) {}

    /** Returns the registrations of an instance, except those that are being deregistered. */
    List<Registration> registrations(String instanceId);

    /** Makes a call. */
    void write(Write write);

    /** A call that changes the target. */
    sealed interface Write {
        record Register(String instanceId, Registration registration) implements Write {}

        record Deregister(String instanceId, Registration registration) implements Write {}

        /** Returns the call and its arguments on one line, for the audit log. */
        default String description() {
            return "elasticloadbalancing " + this;
        }
    }
}
