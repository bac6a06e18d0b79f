package io.tiercel.functions.respond.ec2;

import static io.tiercel.functions.respond.ec2.InterfaceMoves.hasGroups;
import static io.tiercel.functions.respond.ec2.InterfaceMoves.hasOnly;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.ec2.InterfaceState.Written;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ends the holds of network interfaces. */
final class InterfaceRelease {
    private final InterfaceMoves moves;

    InterfaceRelease(InterfaceMoves moves) {
        this.moves = moves;
    }

    /**
     * Ends a step's hold of an interface. Restores the prior groups unless other steps hold it too.
     *
     * @param own the groups of Tiercel in the VPC
     * @param notes receives messages for operators
     * @return the problem; null if the interface is restored, still held or gone
     * @throws ActionException of kind {@code RETRYABLE} if a repetition may restore it
     */
    @Nullable
    String release(ActionContext context, HeldParts parts, InterfaceState state, Set<String> own, List<String> notes) {
        NetworkInterface now = moves.read(context.deadline(), state.id()).orElse(null);
        if (now == null) {
            state.closed(parts);
            return null;
        }
        String untrack = state.written().through();
        boolean open = untrack != null && now.groups().contains(untrack);
        if (!state.part().isLastHold()) {
            if (open) {
                throw ActionException.retryable("it is still open to all traffic", null);
            }
            keep(context, parts, state.closed(parts), now, notes);
            return null;
        }
        List<String> prior = state.prior().groups();
        boolean untouched = state.written().equals(Written.NOTHING);
        if (untouched || hasGroups(now, prior)) {
            state.closed(parts);
            return null;
        }
        List<String> foreign = now.groups().stream()
                .filter(group -> !own.contains(group) && !group.equals(untrack))
                .toList();
        boolean drifted = !foreign.isEmpty();
        if (drifted && !context.restoreDrift()) {
            if (open) {
                moves.move(context, parts, state.record(parts, state.written().withGroups(foreign)), foreign);
            }
            return now.id() + " not restored: another client has changed its security groups to " + now.groups();
        }
        try {
            moves.move(context, parts, state.record(parts, state.written().withGroups(prior)), prior);
        } catch (ActionException e) {
            if (open || e.kind() == ActionException.Kind.RETRYABLE) {
                throw ActionException.retryable(e.getMessage(), e);
            }
            return now.id() + " not restored to the security groups " + prior + ": "
                    + (e.kind() == ActionException.Kind.NOT_FOUND
                            ? "they no longer exist, so it stays in quarantine"
                            : e.getMessage());
        }
        if (drifted) {
            notes.add("restored " + now.id() + ", whose security groups another client had changed to " + now.groups());
        }
        return null;
    }

    /** Leaves an interface in quarantine because other steps hold it. */
    private void keep(
            ActionContext context, HeldParts parts, InterfaceState state, NetworkInterface now, List<String> notes) {
        String quarantine = state.written().quarantine();
        boolean putBack = hasGroups(now, state.written().groups());
        if (quarantine == null || hasOnly(now, quarantine) || putBack) {
            return;
        }
        notes.add("another client has changed the security groups of " + now.id() + " to " + now.groups()
                + (context.restoreDrift() ? ", and it is moved into quarantine again" : ""));
        if (context.restoreDrift()) {
            moves.move(context, parts, state.record(parts, Written.isolated(quarantine, false)), List.of(quarantine));
        }
    }
}
