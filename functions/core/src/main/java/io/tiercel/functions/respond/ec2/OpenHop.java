package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The moves of a network interface into the untrack group, which allows all traffic, and out of it. Between them there is nothing
 * but calls of EC2: no read, no audit entry, no write to the state store.
 *
 * <p>A security group does not end connections that are already tracked. An interface whose only group allows all traffic has no
 * tracked connections, except those that AWS always tracks (NAT gateways, load balancers, transit gateways). The AWS runbook
 * AWSSupport-ContainEC2Instance therefore moves interfaces through such a group too.
 */
final class OpenHop {
    /** The time that must remain before a hop begins: for the two moves, and for putting the interface back. */
    static final Duration MIN_TIME = Duration.ofSeconds(20);

    /**
     * The time before the deadline in which a hop puts the interface back instead of completing the isolation. It is longer than
     * one call, which may take 10 seconds.
     */
    private static final Duration PUT_BACK_TIME = Duration.ofSeconds(15);

    /** The attempts to begin. They are few, because an attempt that timed out may have opened the interface. */
    private static final int OPEN_ATTEMPTS = 3;

    /** The attempts to complete the isolation, if the deadline does not end them. They wait for two minutes at most. */
    private static final int CLOSE_ATTEMPTS = 60;

    /**
     * The attempts to put the interface back, or to isolate it after all, if the deadline does not end them. One is always made.
     * More after the deadline could collide with another process, because the lock of the part expires.
     */
    private static final int PUT_BACK_ATTEMPTS = 30;

    private final Ec2Api ec2;
    private final RepeatedCalls repeated;

    OpenHop(Ec2Api ec2, RepeatedCalls repeated) {
        this.ec2 = ec2;
        this.repeated = repeated;
    }

    /** How a hop ended. */
    enum Result {
        /** The interface passed through the untrack group and is in quarantine. */
        PASSED,
        /** The interface is in quarantine. Whether it passed through the untrack group is unknown. */
        MOVED,
        /** The untrack group does not exist, so the interface was not moved. */
        NO_UNTRACK_GROUP
    }

    /**
     * Moves an interface through the untrack group into the quarantine group. If the first move fails, the interface is moved
     * into quarantine all the same.
     *
     * @param before the groups to put back if the second move fails
     * @throws ActionException if the interface is not in quarantine. It has its groups back, or is open to all traffic
     */
    Result pass(Deadline deadline, String interfaceId, List<String> before, String untrack, String quarantine) {
        boolean passed = false;
        boolean mayBeOpen = false;
        for (int attempt = 1; !passed && attempt <= OPEN_ATTEMPTS; attempt++) {
            ActionException failure = set(interfaceId, List.of(untrack));
            passed = failure == null;
            if (failure != null) {
                boolean last = attempt == OPEN_ATTEMPTS || deadline.remaining().compareTo(PUT_BACK_TIME) < 0;
                mayBeOpen |= failure.kind() != ActionException.Kind.NOT_FOUND;
                if (last && !mayBeOpen) {
                    return Result.NO_UNTRACK_GROUP;
                }
                if (failure.kind() == ActionException.Kind.PERMANENT || last) {
                    break;
                }
                repeated.waitAfter(attempt);
            }
        }
        close(deadline, interfaceId, before, quarantine);
        return passed ? Result.PASSED : Result.MOVED;
    }

    /**
     * Moves an interface that may be in the untrack group into the quarantine group. Repeats the call until shortly before the
     * deadline. Then it puts the interface back, or still isolates it, whichever succeeds first.
     *
     * @throws ActionException if the interface is not in quarantine
     */
    void close(Deadline deadline, String interfaceId, List<String> before, String quarantine) {
        ActionException failure = null;
        for (int attempt = 1; attempt <= CLOSE_ATTEMPTS; attempt++) {
            failure = set(interfaceId, List.of(quarantine));
            if (failure == null) {
                return;
            }
            boolean hopeless = failure.kind() == ActionException.Kind.PERMANENT
                    || (failure.kind() == ActionException.Kind.NOT_FOUND && attempt >= RepeatedCalls.ATTEMPTS);
            if (hopeless || deadline.remaining().compareTo(PUT_BACK_TIME) < 0) {
                break;
            }
            repeated.waitAfter(attempt);
        }
        putBack(deadline, interfaceId, before, quarantine, failure);
    }

    private void putBack(
            Deadline deadline,
            String interfaceId,
            List<String> before,
            String quarantine,
            @Nullable ActionException failure) {
        String cause = failure == null ? "" : failure.getMessage();
        for (int attempt = 1; attempt <= PUT_BACK_ATTEMPTS; attempt++) {
            if (set(interfaceId, before) == null) {
                String message = "the move into quarantine failed: " + cause + "; its security groups " + before
                        + " are restored";
                throw failure != null && failure.kind() == ActionException.Kind.PERMANENT
                        ? ActionException.permanent(message)
                        : ActionException.retryable(message, failure);
            }
            if (set(interfaceId, List.of(quarantine)) == null) {
                return;
            }
            if (deadline.passed()) {
                break;
            }
            repeated.waitAfter(attempt);
        }
        throw ActionException.retryable(
                "the move into quarantine failed: " + cause
                        + "; restoring its security groups failed too, so it is OPEN TO ALL TRAFFIC until the next"
                        + " attempt",
                failure);
    }

    /** Replaces the groups of an interface. Returns the failure; null if the call succeeded. */
    private @Nullable ActionException set(String interfaceId, List<String> groups) {
        try {
            ec2.write(new Write.SetSecurityGroups(interfaceId, groups));
            return null;
        } catch (ActionException e) {
            return e;
        } catch (RuntimeException e) {
            // Nothing may leave the critical section before the interface is closed.
            return ActionException.retryable("unexpected " + e.getClass().getSimpleName(), e);
        }
    }
}
