package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldPart;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.PartKeys;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network interface that a step holds.
 *
 * @param part the part
 * @param prior the groups before the first write
 * @param written the last write; {@link Written#NOTHING} before the first one
 */
record InterfaceState(HeldPart part, Prior prior, Written written) {
    /**
     * The state before the first write.
     *
     * @param vpc the id of the VPC
     * @param groups the ids of the security groups
     */
    record Prior(String vpc, List<String> groups) {}

    /**
     * What the last write was about to set.
     *
     * @param groups the groups to end in; empty before the first write
     * @param quarantine the quarantine group; null before the first isolation
     * @param through the untrack group, in which the interface may be; null if it is certainly not in it
     * @param untracked whether the interface is known to have passed through the untrack group
     */
    record Written(
            List<String> groups,
            @Nullable String quarantine,
            @Nullable String through,
            boolean untracked) {
        static final Written NOTHING = new Written(List.of(), null, null, false);

        /** Returns an isolation without the untrack group, or after it. */
        static Written isolated(String quarantine, boolean untracked) {
            return new Written(List.of(quarantine), quarantine, null, untracked);
        }

        /** Returns an isolation during which the interface may be in the untrack group. */
        static Written passing(String untrack, String quarantine) {
            return new Written(List.of(quarantine), quarantine, untrack, false);
        }

        /** Returns this write with other groups to end in. */
        Written withGroups(List<String> other) {
            return new Written(other, quarantine, through, false);
        }

        /** Returns this write for an interface that is not in the untrack group. */
        Written closed() {
            return new Written(groups, quarantine, null, untracked);
        }
    }

    /** Reads a part. */
    static InterfaceState of(HeldPart part) {
        String written = part.written();
        return new InterfaceState(
                part,
                part.prior(Prior.class),
                written == null ? Written.NOTHING : CapturedState.parse(written, Written.class));
    }

    /** Returns the interfaces among the parts of a step, as they are stored now. */
    static List<InterfaceState> all(HeldParts parts) {
        return parts.all().stream()
                .filter(part -> PartKeys.isInterfaceGroups(part.key()))
                .map(InterfaceState::of)
                .toList();
    }

    /** Returns the id of the interface. */
    String id() {
        return PartKeys.interfaceId(part.key());
    }

    /** Returns whether the interface was left in the untrack group, as far as is recorded. */
    boolean mayBeOpen() {
        return written.through() != null;
    }

    /** Stores what a write is about to set; the part is exposed if the write passes through the untrack group. */
    InterfaceState record(HeldParts parts, Written next) {
        if (next.equals(written)) {
            return this;
        }
        parts.record(part.key(), Json.write(next), next.through() != null);
        return new InterfaceState(part, prior, next);
    }

    /** Stores that the interface is not in the untrack group, which a read has shown. */
    InterfaceState closed(HeldParts parts) {
        return record(parts, written.closed());
    }

    /** Returns whether another client has changed the groups since the last write. */
    boolean changedSince(NetworkInterface now) {
        Set<String> groups = Set.copyOf(now.groups());
        return !written.groups().isEmpty()
                && !groups.equals(Set.copyOf(prior.groups()))
                && !groups.equals(Set.copyOf(written.groups()));
    }
}
