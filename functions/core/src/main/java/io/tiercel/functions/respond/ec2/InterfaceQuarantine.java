package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import io.tiercel.functions.respond.ec2.InterfaceState.Written;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Moves one network interface into the quarantine security group of its VPC. Every method is idempotent and reads the
 * interface first, so that an interrupted step continues where it stopped.
 */
final class InterfaceQuarantine {
    private static final int HOP_ATTEMPTS = 2;

    private final Ec2Api ec2;
    private final InterfaceMoves moves;
    private final OpenHop hop;
    final ContainmentGroups groups;

    InterfaceQuarantine(Ec2Api ec2, RepeatedCalls repeated, InterfaceMoves moves) {
        this.ec2 = ec2;
        this.moves = moves;
        this.hop = new OpenHop(ec2, repeated);
        this.groups = new ContainmentGroups(ec2, repeated);
    }

    /** How an isolation ended. */
    enum Isolation {
        /** The interface is in quarantine, and passed through the untrack group. */
        UNTRACKED,
        /** The interface is in quarantine. Its tracked connections may stay open. */
        TRACKED,
        /** The interface no longer exists. */
        GONE
    }

    /**
     * Moves an interface that was left in the untrack group into quarantine, before any other work.
     *
     * @throws ActionException if the interface may still be open
     */
    void closeOpen(ActionContext context, HeldParts parts, InterfaceState state) {
        String untrack = state.written().through();
        String quarantine = state.written().quarantine();
        if (untrack == null || quarantine == null) {
            return;
        }
        NetworkInterface now = moves.read(context.deadline(), state.id()).orElse(null);
        if (now == null || !now.groups().contains(untrack)) {
            state.closed(parts);
        } else {
            close(context, parts, state, untrack, quarantine);
        }
    }

    private Isolation close(
            ActionContext context, HeldParts parts, InterfaceState state, String untrack, String quarantine) {
        String id = state.id();
        Deadline deadline = context.deadline();
        InterfaceState open = state.record(parts, Written.passing(untrack, quarantine));
        ActionException failure = null;
        try {
            context.calls()
                    .run(
                            "ec2 move " + id + " out of " + untrack + " into " + quarantine,
                            () -> hop.close(deadline, id, state.prior().groups(), quarantine));
        } catch (ActionException e) {
            failure = e;
        }
        return settle(deadline, parts, open, new Passage(untrack, quarantine, true), failure);
    }

    /** @param passed whether the interface is known to have been in the untrack group */
    private record Passage(String untrack, String quarantine, boolean passed) {}

    /** Reads an interface after a move out of the untrack group, and records that it is closed once a read has shown it. */
    private Isolation settle(
            Deadline deadline,
            HeldParts parts,
            InterfaceState open,
            Passage passage,
            @Nullable ActionException failure) {
        NetworkInterface now = moves.readUntil(
                        deadline,
                        open.id(),
                        found -> failure == null
                                ? InterfaceMoves.hasOnly(found, passage.quarantine())
                                : !found.groups().contains(passage.untrack()))
                .orElse(null);
        if (now == null) {
            open.closed(parts);
            return Isolation.GONE;
        }
        if (now.groups().contains(passage.untrack())) {
            throw failure == null
                    ? ActionException.retryable("EC2 reports that it is still open to all traffic", null)
                    : ActionException.retryable(failure.getMessage(), failure);
        }
        if (InterfaceMoves.hasOnly(now, passage.quarantine())) {
            boolean untracked = passage.passed() && failure == null;
            open.record(parts, Written.isolated(passage.quarantine(), untracked));
            return untracked ? Isolation.UNTRACKED : Isolation.TRACKED;
        }
        open.record(parts, open.written().withGroups(now.groups()).closed());
        throw failure == null ? InterfaceMoves.reported(now) : failure;
    }

    /**
     * Moves an interface into quarantine.
     *
     * @param untrackGroup the untrack group of the VPC; null if there is none yet
     * @param notes receives messages for operators
     * @throws ActionException if the interface is not isolated
     */
    Isolation isolate(
            ActionContext context,
            HeldParts parts,
            InterfaceState state,
            String quarantine,
            @Nullable String untrackGroup,
            List<String> notes) {
        NetworkInterface now = moves.read(context.deadline(), state.id()).orElse(null);
        if (now == null) {
            state.closed(parts);
            return Isolation.GONE;
        }
        for (String open : Stream.of(state.written().through(), untrackGroup)
                .filter(Objects::nonNull)
                .toList()) {
            if (now.groups().contains(open)) {
                return close(context, parts, state, open, quarantine);
            }
        }
        InterfaceState closed = state.closed(parts);
        if (InterfaceMoves.hasOnly(now, quarantine)) {
            boolean untracked = closed.written().untracked();
            closed.record(parts, Written.isolated(quarantine, untracked));
            return untracked ? Isolation.UNTRACKED : Isolation.TRACKED;
        }
        if (closed.changedSince(now)) {
            notes.add("another client has changed the security groups of " + now.id() + " to " + now.groups()
                    + ", and it is moved into quarantine again");
        }
        if (passes(context, now)) {
            Isolation isolation = hop(context, parts, closed, now, quarantine);
            if (isolation != null) {
                return isolation;
            }
            notes.add(now.id() + " did not pass through " + ContainmentGroups.UNTRACK_GROUP
                    + ": the group cannot be used, or too little time was left");
        }
        try {
            InterfaceState moving = closed.record(parts, Written.isolated(quarantine, false));
            return moves.move(context, parts, moving, List.of(quarantine)) ? Isolation.TRACKED : Isolation.GONE;
        } catch (ActionException e) {
            // The interface exists, so it is the quarantine group that EC2 does not find yet or any more.
            throw e.kind() == ActionException.Kind.NOT_FOUND ? ActionException.retryable(e.getMessage(), e) : e;
        }
    }

    /**
     * Returns whether the step moves an interface through the untrack group. If the groups cannot be read, it moves it directly.
     */
    private boolean passes(ActionContext context, NetworkInterface now) {
        String cutTracked = context.params().string("cut_tracked");
        if (!cutTracked.equals("auto")) {
            return cutTracked.equals("always");
        }
        try {
            return groups.allowAllInbound(context.deadline(), now);
        } catch (ActionException e) {
            return false;
        }
    }

    /** Moves an interface through the untrack group; null if that group cannot be used. */
    private @Nullable Isolation hop(
            ActionContext context, HeldParts parts, InterfaceState state, NetworkInterface now, String quarantine) {
        Deadline deadline = context.deadline();
        if (deadline.remaining().compareTo(OpenHop.MIN_TIME) < 0) {
            return null;
        }
        InterfaceState latest = state;
        // Another step may delete the untrack group at any moment while no interface is in it.
        for (int attempt = 1; attempt <= HOP_ATTEMPTS; attempt++) {
            String untrack;
            try {
                untrack = groups.ensureUntrackGroup(context, now.vpc());
            } catch (ActionException e) {
                return null;
            }
            latest = latest.record(parts, Written.passing(untrack, quarantine));
            OpenHop.Result result = OpenHop.Result.MOVED;
            ActionException failure = null;
            try {
                result = context.calls()
                        .call(
                                "ec2 move " + now.id() + " from " + now.groups() + " through " + untrack + " into "
                                        + quarantine,
                                () -> hop.pass(deadline, now.id(), now.groups(), untrack, quarantine));
            } catch (ActionException e) {
                failure = e;
            }
            if (result != OpenHop.Result.NO_UNTRACK_GROUP) {
                Passage passage = new Passage(untrack, quarantine, result == OpenHop.Result.PASSED);
                return settle(deadline, parts, latest, passage, failure);
            }
            latest = latest.closed(parts);
        }
        return null;
    }

    /** Returns the result of a dry run that isolates an interface, and whether it would pass through the untrack group. */
    String preview(ActionContext context, NetworkInterface networkInterface) {
        List<String> target = groups.find(
                        context.deadline(), networkInterface.vpc(), ContainmentGroups.QUARANTINE_GROUP)
                .map(List::of)
                .orElse(networkInterface.groups());
        return networkInterface.id() + ": ModifyNetworkInterfaceAttribute "
                + ec2.dryRun(new Write.SetSecurityGroups(networkInterface.id(), target))
                + (passes(context, networkInterface)
                        ? ", passing through " + ContainmentGroups.UNTRACK_GROUP + " for a moment"
                        : "");
    }
}
