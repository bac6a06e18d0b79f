package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldPart;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.ec2.AutoScalingApi.Capacity;
import io.tiercel.functions.respond.ec2.AutoScalingApi.Membership;
import io.tiercel.functions.respond.ec2.AutoScalingApi.Write;
import java.util.Locale;
import java.util.Optional;

/** The membership of a preserved instance in its Auto Scaling group, which may terminate the instance. */
final class GroupMembership {
    private final AutoScalingApi autoScaling;

    GroupMembership(AutoScalingApi autoScaling) {
        this.autoScaling = autoScaling;
    }

    /** What a step wants, from the least to the most strict. */
    enum ScalingGroup {
        LEAVE,
        PROTECT,
        DETACH;

        /** Returns the value of the parameter {@code scaling_group}. */
        static ScalingGroup of(String parameter) {
            return valueOf(parameter.toUpperCase(Locale.ROOT));
        }

        private String parameter() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What this action has changed and not undone yet.
     *
     * @param detached whether it has detached the instance
     * @param secured whether it has protected the instance from scale-in
     */
    private record Written(boolean detached, boolean secured) {}

    private static Written written(HeldPart part) {
        String written = part.written();
        return written == null ? new Written(false, false) : CapturedState.parse(written, Written.class);
    }

    private static void record(HeldParts parts, Written next) {
        HeldPart part = parts.only();
        if (part.written() == null || !next.equals(written(part))) {
            parts.record(part.key(), Json.write(next), false);
        }
    }

    /** Stores that the action is about to change the instance. */
    static void begin(HeldParts parts) {
        record(parts, written(parts.only()));
    }

    private Optional<Membership> membership(ActionContext context, Membership prior) {
        return autoScaling
                .membership(context.target().name())
                .filter(now -> now.group().equals(prior.group()));
    }

    /** Takes the instance out of its group, or protects it, and returns a message for operators. */
    String leave(ActionContext context, HeldParts parts, Membership prior, ScalingGroup wanted) {
        String id = context.target().name();
        Written before = written(parts.only());
        Membership now = membership(context, prior).orElse(null);
        return switch (wanted) {
            case DETACH -> {
                record(parts, new Written(before.detached() || now != null, before.secured()));
                if (now != null) {
                    write(context, new Write.Detach(id, prior.group()));
                }
                yield "detached from Auto Scaling group " + prior.group()
                        + ", which starts a replacement; a release makes" + " its desired capacity one higher";
            }
            case PROTECT -> {
                boolean protects = now != null && !now.protectedFromScaleIn();
                record(parts, new Written(before.detached(), before.secured() || protects));
                if (protects) {
                    write(context, new Write.SetScaleInProtection(id, prior.group(), true));
                }
                yield "protected from scale-in only: health checks of Auto Scaling group " + prior.group()
                        + " may still replace the instance";
            }
            case LEAVE -> "still in Auto Scaling group " + prior.group() + ", which may terminate the instance";
        };
    }

    /**
     * Returns the instance to its group as far as the remaining steps allow.
     *
     * @param remaining the strictest request of the other steps; {@link ScalingGroup#LEAVE} if there are none
     * @return a message for operators; empty if nothing changed
     * @throws ActionException if the instance was moved into another group, or if its group is full
     */
    Optional<String> rejoin(ActionContext context, HeldParts parts, Membership prior, ScalingGroup remaining) {
        String id = context.target().name();
        Written written = written(parts.only());
        Membership now = autoScaling.membership(id).orElse(null);
        if (now != null && !now.group().equals(prior.group())) {
            throw ActionException.permanent("not restored: the instance was moved into " + now.group());
        }
        if (now == null) {
            if (!written.detached()) {
                return Optional.empty();
            }
            if (remaining != ScalingGroup.LEAVE) {
                return Optional.of("stays detached from Auto Scaling group " + prior.group()
                        + " until the last step that protects it is released");
            }
            if (autoScaling.capacity(prior.group()).isFull()) {
                throw ActionException.permanent(
                        "not attached again: the group has its maximum size, and the instance runs"
                                + " outside of it. Raise the maximum size or lower the desired capacity, then release the step again");
            }
            write(context, new Write.Attach(id, prior.group()));
            if (prior.protectedFromScaleIn()) {
                write(context, new Write.SetScaleInProtection(id, prior.group(), true));
            }
            record(parts, new Written(false, false));
            return Optional.of("attached to Auto Scaling group " + prior.group()
                    + " again, whose desired capacity is now one higher because of the replacement");
        }
        if (remaining == ScalingGroup.PROTECT && !now.protectedFromScaleIn()) {
            record(parts, new Written(written.detached(), true));
            write(context, new Write.SetScaleInProtection(id, prior.group(), true));
        }
        if (now.protectedFromScaleIn() != prior.protectedFromScaleIn()
                && (written.secured() || written.detached())
                && remaining == ScalingGroup.LEAVE) {
            write(context, new Write.SetScaleInProtection(id, prior.group(), prior.protectedFromScaleIn()));
            record(parts, new Written(false, false));
        }
        return Optional.empty();
    }

    /** Returns a message about what {@link #leave} would do, and what its release costs. */
    String previewLeave(Membership membership, ScalingGroup wanted) {
        String text =
                "Auto Scaling group " + membership.group() + ": " + wanted.parameter() + " (the API has no dry run)";
        return wanted == ScalingGroup.DETACH
                ? text + ". The group starts a replacement, so a release makes its desired capacity one higher"
                        + capacity(membership.group())
                : text;
    }

    /** Returns what {@link #rejoin} would change; empty if nothing. */
    Optional<String> previewRejoin(HeldPart part, Membership prior, ScalingGroup remaining) {
        return written(part).detached() && remaining == ScalingGroup.LEAVE
                ? Optional.of("attaches the instance to Auto Scaling group " + prior.group()
                        + " again, whose desired capacity then is one higher, because the group has started a replacement"
                        + capacity(prior.group()))
                : Optional.empty();
    }

    private String capacity(String group) {
        Capacity capacity = autoScaling.capacity(group);
        return " (now " + capacity.desired() + " of at most " + capacity.maximum()
                + (capacity.isFull() ? ": raise the maximum size before the release, which fails otherwise)" : ")");
    }

    private void write(ActionContext context, Write write) {
        context.calls().run(write.description(), () -> autoScaling.write(write));
    }
}
