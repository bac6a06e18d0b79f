package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Reads network interfaces and changes their security groups, except for the moves of {@link OpenHop}. */
final class InterfaceMoves {
    /** How often an interface is read until it shows what was set. */
    private static final int MAX_READS = 5;

    private final Ec2Api ec2;
    private final RepeatedCalls repeated;

    InterfaceMoves(Ec2Api ec2, RepeatedCalls repeated) {
        this.ec2 = ec2;
        this.repeated = repeated;
    }

    static boolean hasOnly(NetworkInterface networkInterface, String group) {
        return Set.copyOf(networkInterface.groups()).equals(Set.of(group));
    }

    static boolean hasGroups(NetworkInterface networkInterface, List<String> groups) {
        return Set.copyOf(networkInterface.groups()).equals(Set.copyOf(groups));
    }

    /** Returns an interface; empty if it does not exist. */
    Optional<NetworkInterface> read(Deadline deadline, String id) {
        return repeated.call(deadline, () -> ec2.networkInterface(id));
    }

    /** Reads an interface until it meets a condition or was read often enough; empty if it does not exist. */
    Optional<NetworkInterface> readUntil(Deadline deadline, String id, Predicate<NetworkInterface> condition) {
        Optional<NetworkInterface> now = read(deadline, id);
        for (int reads = 1; now.isPresent() && !condition.test(now.get()) && reads < MAX_READS; reads++) {
            repeated.waitAfter(reads);
            now = read(deadline, id);
        }
        return now;
    }

    /** Returns a failure because EC2 reports other groups than those that were set. */
    static ActionException reported(NetworkInterface now) {
        return ActionException.retryable(
                "EC2 reports the security groups " + now.groups() + " and not those that were set", null);
    }

    /**
     * Replaces the groups of an interface, after the caller has recorded them.
     *
     * @return false if the interface no longer exists
     * @throws ActionException of kind {@code NOT_FOUND} if a group does not exist
     */
    boolean move(ActionContext context, HeldParts parts, InterfaceState state, List<String> target) {
        Deadline deadline = context.deadline();
        Write write = new Write.SetSecurityGroups(state.id(), target);
        try {
            context.calls()
                    .call(
                            write.description(),
                            () -> repeated.call(deadline, RepeatedCalls.TRANSIENT_OR_NEW, () -> ec2.write(write)));
        } catch (ActionException e) {
            if (e.kind() == ActionException.Kind.NOT_FOUND
                    && read(deadline, state.id()).isEmpty()) {
                state.closed(parts);
                return false;
            }
            throw e;
        }
        NetworkInterface now = readUntil(deadline, state.id(), found -> hasGroups(found, target))
                .orElse(null);
        if (now != null && !hasGroups(now, target)) {
            throw reported(now);
        }
        state.closed(parts);
        return now != null;
    }
}
