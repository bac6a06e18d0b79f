package io.tiercel.functions.respond.iam;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.ec2.Ec2Api;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Finds the role of an instance and the condition that selects its sessions. */
final class InstanceSessions {
    private static final int MAX_INSTANCES_SHOWN = 10;

    private final Ec2Api ec2;
    private final IamApi iam;
    private final InstantSource clock;

    InstanceSessions(Ec2Api ec2, IamApi iam, InstantSource clock) {
        this.ec2 = ec2;
        this.iam = iam;
        this.clock = clock;
    }

    /**
     * Returns the sessions to deny.
     *
     * @param wholeRole whether to deny all earlier sessions of the role
     */
    DeniedSessions find(ActionContext context, boolean wholeRole) {
        Instance instance = ec2.requireInstance(context.target());
        String profile = instance.profileArn();
        if (profile == null) {
            throw ActionException.notApplicable(context.target().text() + " has no role; nothing was changed");
        }
        String role = iam.roleOfProfile(profile)
                .orElseThrow(() -> ActionException.notApplicable(
                        "the instance profile " + profile + " has no role; nothing was changed"));
        List<String> notes = new ArrayList<>();
        if (wholeRole) {
            List<String> otherInstanceIds = new ArrayList<>(ec2.instancesWithProfile(profile));
            otherInstanceIds.remove(instance.id());
            notes.add(DeniedSessions.NEW_SESSIONS);
            notes.add(otherInstances(otherInstanceIds));
        } else {
            notes.add("denies the sessions from this instance only, including new ones");
        }
        return new DeniedSessions(
                role,
                null,
                wholeRole
                        ? DeniedSessions.noCondition()
                        : DeniedSessions.condition("ArnEquals", "ec2:SourceInstanceARN", instance.arn()),
                wholeRole ? clock.instant() : null,
                new TargetFacts(instance.tags(), null, role),
                notes,
                List.of(),
                null);
    }

    private static String otherInstances(List<String> otherInstanceIds) {
        return otherInstanceIds.isEmpty()
                ? "no other instance has this role"
                : otherInstanceIds.size() + " other instances lose their sessions too: "
                        + String.join(
                                ", ",
                                otherInstanceIds.subList(0, Math.min(otherInstanceIds.size(), MAX_INSTANCES_SHOWN)));
    }
}
