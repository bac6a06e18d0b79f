package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.PartKeys;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.ec2.InterfaceQuarantine.Isolation;
import io.tiercel.functions.respond.ec2.InterfaceState.Prior;
import io.tiercel.functions.retry.Pause;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The network interfaces that a step holds, isolated and released together. The failure of one interface or VPC does not keep the
 * others from isolation.
 */
final class HeldInterfaces {
    private static final String CUT_NOTE = " passed through " + ContainmentGroups.UNTRACK_GROUP
            + ", which ended the tracking of their open connections";
    private static final String TRACKED_NOTE =
            " moved directly: connections that are tracked already stay open until they are idle; cut_tracked: always"
                    + " ends them, but opens the interface to all traffic for a moment";

    private final InterfaceQuarantine quarantine;
    private final InterfaceRelease releases;

    HeldInterfaces(Ec2Api ec2, Pause pause) {
        RepeatedCalls repeated = new RepeatedCalls(pause);
        InterfaceMoves moves = new InterfaceMoves(ec2, repeated);
        this.quarantine = new InterfaceQuarantine(ec2, repeated, moves);
        this.releases = new InterfaceRelease(moves);
    }

    /**
     * What happened to the interfaces of a step.
     *
     * @param problems one message for each interface that is not in the wanted state
     * @param succeeded the number of interfaces that are in the wanted state or no longer exist
     * @param untracked whether there are interfaces, and all of them passed through the untrack group
     * @param notes further messages for operators
     */
    record Outcome(List<String> problems, int succeeded, boolean untracked, List<String> notes) {}

    /** Returns a part for each interface. */
    List<CapturedPart> capture(ActionContext context, List<NetworkInterface> interfaces) {
        Map<String, Set<String>> own = new HashMap<>();
        List<CapturedPart> parts = new ArrayList<>();
        for (NetworkInterface found : interfaces) {
            Set<String> groups =
                    own.computeIfAbsent(found.vpc(), vpc -> quarantine.groups.find(context.deadline(), vpc));
            parts.add(CapturedPart.of(PartKeys.interfaceGroups(found.id()), new Prior(found.vpc(), found.groups()))
                    .ours(
                            found.groups().stream().noneMatch(groups::contains)
                                    ? null
                                    : found.id() + " is in a security group of Tiercel (" + found.groups()
                                            + ") although no incident isolates it; give it its own security groups"));
        }
        return List.copyOf(parts);
    }

    /** Returns the results of dry runs that isolate interfaces. */
    List<String> preview(ActionContext context, List<NetworkInterface> interfaces) {
        List<String> notes = new ArrayList<>();
        new TreeSet<>(interfaces.stream().map(NetworkInterface::vpc).toList())
                .forEach(vpc -> quarantine
                        .groups
                        .previewQuarantineGroup(context.deadline(), vpc)
                        .ifPresent(notes::add));
        interfaces.forEach(found -> notes.add(quarantine.preview(context, found)));
        return notes;
    }

    /** Moves interfaces that an interrupted attempt left open into quarantine. What fails is repeated later. */
    void closeOpen(ActionContext context, HeldParts parts) {
        // For what fails here, the hold still says that the interface is exposed. Isolating or releasing it tries
        // again.
        Failures repeatedLater = new Failures();
        for (InterfaceState state : InterfaceState.all(parts)) {
            repeatedLater.run(state.id(), () -> quarantine.closeOpen(context, parts, state));
        }
    }

    /**
     * Isolates all interfaces.
     *
     * @throws ActionException of kind {@code RETRYABLE} if a repetition may isolate more of them
     */
    Outcome isolate(ActionContext context, HeldParts parts) {
        closeOpen(context, parts);
        List<InterfaceState> interfaces = InterfaceState.all(parts);
        Failures failures = new Failures();
        Map<String, String> groups = quarantineGroups(context, interfaces, failures);
        List<String> notes = new ArrayList<>();
        int untracked = 0;
        int tracked = 0;
        int gone = 0;
        Map<String, @Nullable String> untrackGroups = new HashMap<>();
        for (InterfaceState state : interfaces) {
            String vpc = state.prior().vpc();
            String group = groups.get(vpc);
            if (group == null) {
                continue;
            }
            try {
                context.deadline().check();
                if (!untrackGroups.containsKey(vpc)) {
                    untrackGroups.put(
                            vpc,
                            quarantine
                                    .groups
                                    .find(context.deadline(), vpc, ContainmentGroups.UNTRACK_GROUP)
                                    .orElse(null));
                }
                Isolation isolation = quarantine.isolate(context, parts, state, group, untrackGroups.get(vpc), notes);
                switch (isolation) {
                    case UNTRACKED -> untracked++;
                    case TRACKED -> tracked++;
                    case GONE -> gone++;
                }
            } catch (ActionException e) {
                failures.add(state.id() + " is not isolated", e);
            }
        }
        groups.forEach((vpc, group) -> failures.run(
                "the quarantine group of " + vpc + " may allow traffic",
                () -> quarantine.groups.verifyNoRules(context, group)));
        notes.addAll(quarantine.groups.deleteUntrackGroups(context, groups.keySet(), _ -> {
            // The release deletes it.
        }));
        failures.throwIfTransient();
        if (untracked > 0) {
            notes.add(untracked + " of " + interfaces.size() + CUT_NOTE);
        }
        if (tracked > 0) {
            notes.add(tracked + " of " + interfaces.size() + TRACKED_NOTE);
        }
        return new Outcome(
                failures.problems(),
                untracked + tracked + gone,
                untracked > 0 && untracked + gone == interfaces.size(),
                notes);
    }

    /** Prepares the quarantine groups of all VPCs before any interface is moved. A VPC whose group fails is missing. */
    private Map<String, String> quarantineGroups(
            ActionContext context, List<InterfaceState> interfaces, Failures failures) {
        Map<String, String> groups = new TreeMap<>();
        interfaces.stream()
                .collect(Collectors.groupingBy(state -> state.prior().vpc(), TreeMap::new, Collectors.toList()))
                .forEach((vpc, ofVpc) -> {
                    try {
                        groups.put(vpc, quarantine.groups.ensureQuarantineGroup(context, vpc));
                    } catch (ActionException e) {
                        ofVpc.forEach(state -> failures.add(state.id() + " is not isolated", e));
                    }
                });
        return groups;
    }

    /**
     * Releases all interfaces.
     *
     * @throws ActionException of kind {@code RETRYABLE} if a repetition may restore more of them
     */
    Outcome release(ActionContext context, HeldParts parts) {
        closeOpen(context, parts);
        List<InterfaceState> interfaces = InterfaceState.all(parts);
        Failures failures = new Failures();
        List<String> notes = new ArrayList<>();
        Map<String, Set<String>> own = new HashMap<>();
        for (InterfaceState state : interfaces) {
            failures.run(state.id() + " is not restored", () -> {
                context.deadline().check();
                Set<String> groups = own.computeIfAbsent(
                        state.prior().vpc(), vpc -> quarantine.groups.find(context.deadline(), vpc));
                String problem = releases.release(context, parts, state, groups, notes);
                if (problem != null) {
                    failures.add(problem);
                }
            });
        }
        // Nothing else would delete a group that a throttled call left behind.
        notes.addAll(quarantine.groups.deleteUntrackGroups(
                context,
                own.keySet(),
                failure -> failures.add("the group that allows all traffic is not deleted yet", failure)));
        failures.throwIfTransient();
        return new Outcome(failures.problems(), interfaces.size() - failures.count(), false, notes);
    }

    /** Returns what {@link #release} would change. */
    static List<String> previewRelease(HeldParts parts) {
        return InterfaceState.all(parts).stream()
                .map(state -> state.part().isLastHold()
                        ? "gives " + state.id() + " its security groups "
                                + state.prior().groups() + " back"
                        : "leaves " + state.id() + " in quarantine, because other steps hold it too")
                .toList();
    }
}
