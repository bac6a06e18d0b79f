package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldPart;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.PartKeys;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.ec2.AutoScalingApi.Membership;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import io.tiercel.functions.respond.ec2.Ec2Api.Protection;
import io.tiercel.functions.respond.ec2.Ec2Api.Snapshot;
import io.tiercel.functions.respond.ec2.Ec2Api.Volume;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import io.tiercel.functions.respond.ec2.GroupMembership.ScalingGroup;
import io.tiercel.functions.respond.ec2.LoadBalancingApi.Registration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code ec2:preserve}: preserves an instance and its volumes as evidence. Each part is independent, so that one failure does
 * not prevent the others. Releasing undoes everything except the snapshots and the manifest.
 */
public final class PreserveInstance implements ActionHandler {
    private final Ec2Api ec2;
    private final AutoScalingApi autoScaling;
    private final GroupMembership groups;
    private final LoadBalancingApi loadBalancing;
    private final InstanceEvidence evidence;

    public PreserveInstance(
            Ec2Api ec2,
            AutoScalingApi autoScaling,
            LoadBalancingApi loadBalancing,
            EvidenceStore evidence,
            InstantSource clock) {
        this.ec2 = ec2;
        this.autoScaling = autoScaling;
        this.groups = new GroupMembership(autoScaling);
        this.loadBalancing = loadBalancing;
        this.evidence = new InstanceEvidence(ec2, evidence, clock);
    }

    /** What a step wants. Snapshots are not part of it: each step takes its own, and no release deletes them. */
    private record Request(ScalingGroup scalingGroup) {}

    private record Prior(
            boolean spot,
            boolean terminationProtected,
            boolean stopProtected,
            List<Volume> volumes,
            @Nullable Membership membership,
            List<Registration> registrations) {}

    @Override
    public CapturedState capture(ActionContext context) {
        Instance instance = ec2.requireInstance(context.target());
        return CapturedState.of(
                CapturedPart.of(
                        PartKeys.instancePreservation(instance.id()),
                        new Prior(
                                instance.spot(),
                                ec2.isProtectedFrom(instance.id(), Protection.TERMINATION),
                                ec2.isProtectedFrom(instance.id(), Protection.STOP),
                                instance.volumes(),
                                autoScaling.membership(instance.id()).orElse(null),
                                loadBalancing.registrations(instance.id())),
                        new Request(ScalingGroup.of(context.params().string("scaling_group")))),
                TargetFacts.ofTags(instance.tags()));
    }

    @Override
    public List<String> preview(ActionContext context) {
        Instance instance = ec2.requireInstance(context.target());
        List<String> notes = new ArrayList<>();
        if (instance.spot()) {
            notes.add("EC2 offers no termination protection for Spot Instances");
        } else {
            for (Protection protection : Protection.values()) {
                notes.add("ModifyInstanceAttribute " + protection.attribute() + " "
                        + ec2.dryRun(new Write.SetProtection(instance.id(), protection, true)));
            }
        }
        if (context.params().bool("snapshots")) {
            notes.add("CreateSnapshots of " + instance.volumes().size() + " volumes "
                    + ec2.dryRun(new Write.CreateSnapshots(instance.id(), "Tiercel", Map.of())));
        }
        autoScaling
                .membership(instance.id())
                .ifPresent(membership -> notes.add(groups.previewLeave(
                        membership, ScalingGroup.of(context.params().string("scaling_group")))));
        loadBalancing
                .registrations(instance.id())
                .forEach(registration -> notes.add(
                        "deregister from target group " + registration.targetGroupArn() + " (the API has no dry run)"));
        return notes;
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        HeldPart part = parts.only();
        Prior prior = part.prior(Prior.class);
        Instance instance = ec2.requireInstance(context.target());
        Failures failures = new Failures();
        List<String> notes = new ArrayList<>();
        GroupMembership.begin(parts);
        protect(context, prior, true, failures, notes);
        keepVolumes(context, prior, instance, true, failures);
        Membership membership = prior.membership();
        if (membership != null) {
            List<Request> requests = new ArrayList<>(part.otherRequests(Request.class));
            requests.add(part.request(Request.class));
            run(
                    context,
                    failures,
                    "Auto Scaling group " + membership.group(),
                    () -> notes.add(groups.leave(context, parts, membership, strictest(requests))));
        }
        for (Registration registration : prior.registrations()) {
            run(
                    context,
                    failures,
                    "still registered in target group " + registration.targetGroupArn(),
                    () -> setRegistered(context, registration, false));
        }
        List<Volume> volumes = volumes(prior, instance);
        List<Snapshot> snapshots = new ArrayList<>();
        if (context.params().bool("snapshots") && !volumes.isEmpty()) {
            run(context, failures, "no snapshots", () -> {
                snapshots.addAll(evidence.snapshots(context));
                volumes.stream()
                        .filter(volume -> snapshots.stream()
                                .noneMatch(snapshot -> snapshot.volume().equals(volume.id())))
                        .forEach(volume -> failures.add("no snapshot of " + volume.id()
                                + ": it was not attached when the snapshots were taken"));
            });
        }
        for (Volume volume : volumes) {
            if (volume.deleteOnTermination() && !prior.volumes().contains(volume)) {
                notes.add(volume.id() + " was attached after the first incident and is deleted on termination");
            }
        }
        run(
                context,
                failures,
                "no manifest",
                () -> notes.add(evidence.storeManifest(
                        context,
                        part.prior(),
                        snapshots,
                        volumes.stream()
                                .collect(Collectors.toMap(Volume::id, Volume::device, (first, later) -> later)))));
        failures.throwIfTransient();
        return ActionResult.ofProblems(failures.problems(), failures.anySuccess(), notes);
    }

    private static void run(ActionContext context, Failures failures, String onFailure, Runnable part) {
        failures.run(onFailure, () -> {
            context.deadline().check();
            part.run();
        });
    }

    private static ScalingGroup strictest(List<Request> requests) {
        return requests.stream()
                .map(Request::scalingGroup)
                .max(Comparator.naturalOrder())
                .orElse(ScalingGroup.LEAVE);
    }

    /** Returns the volumes of an instance: those of the prior state, and those that were attached since. */
    private static List<Volume> volumes(Prior prior, Instance instance) {
        List<Volume> volumes = new ArrayList<>(prior.volumes());
        instance.volumes().stream()
                .filter(volume ->
                        prior.volumes().stream().noneMatch(known -> known.id().equals(volume.id())))
                .forEach(volumes::add);
        return volumes;
    }

    private void protect(ActionContext context, Prior prior, boolean on, Failures failures, List<String> notes) {
        if (prior.spot()) {
            if (on) {
                notes.add("skipped: EC2 offers no termination and stop protection for Spot Instances");
            }
            return;
        }
        if (!prior.terminationProtected()) {
            run(
                    context,
                    failures,
                    on ? "not protected from termination" : "still protected from termination",
                    () -> setProtection(context, Protection.TERMINATION, on));
        }
        if (!prior.stopProtected()) {
            run(
                    context,
                    failures,
                    on ? "not protected from stopping" : "still protected from stopping",
                    () -> setProtection(context, Protection.STOP, on));
        }
    }

    private void keepVolumes(ActionContext context, Prior prior, Instance instance, boolean keep, Failures failures) {
        for (Volume volume : prior.volumes()) {
            boolean changes = instance.volumes().stream()
                    .anyMatch(now -> now.id().equals(volume.id()) && now.deleteOnTermination() == keep);
            if (volume.deleteOnTermination() && changes) {
                run(
                        context,
                        failures,
                        volume.id() + (keep ? " is still deleted on termination" : " is still kept on termination"),
                        () -> write(context, new Write.SetDeleteOnTermination(instance.id(), volume.device(), !keep)));
            }
        }
    }

    private void setProtection(ActionContext context, Protection protection, boolean on) {
        String id = context.target().name();
        if (ec2.isProtectedFrom(id, protection) != on) {
            write(context, new Write.SetProtection(id, protection, on));
        }
    }

    private void setRegistered(ActionContext context, Registration registration, boolean registered) {
        String id = context.target().name();
        if (loadBalancing.registrations(id).contains(registration) != registered) {
            LoadBalancingApi.Write write = registered
                    ? new LoadBalancingApi.Write.Register(id, registration)
                    : new LoadBalancingApi.Write.Deregister(id, registration);
            context.calls().run(write.description(), () -> loadBalancing.write(write));
        }
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        HeldPart part = parts.only();
        Prior prior = part.prior(Prior.class);
        Instance instance = ec2.instance(context.target().name()).orElse(null);
        if (instance == null) {
            return ActionResult.done(List.of("the instance no longer exists; snapshots and manifest are kept"));
        }
        Failures failures = new Failures();
        List<String> notes = new ArrayList<>();
        notes.add("snapshots and manifest are kept");
        if (part.isLastHold()) {
            protect(context, prior, false, failures, notes);
            keepVolumes(context, prior, instance, false, failures);
            for (Registration registration : prior.registrations()) {
                run(
                        context,
                        failures,
                        "not registered in target group " + registration.targetGroupArn(),
                        () -> setRegistered(context, registration, true));
            }
        } else {
            notes.add("the instance stays preserved, because other steps preserve it too");
        }
        Membership membership = prior.membership();
        if (membership != null) {
            ScalingGroup remaining = strictest(part.otherRequests(Request.class));
            run(
                    context,
                    failures,
                    "Auto Scaling group " + membership.group(),
                    () -> groups.rejoin(context, parts, membership, remaining).ifPresent(notes::add));
        }
        failures.throwIfTransient();
        return ActionResult.ofProblems(failures.problems(), true, notes);
    }

    @Override
    public List<String> previewRelease(ActionContext context, HeldParts parts) {
        HeldPart part = parts.only();
        Membership membership = part.prior(Prior.class).membership();
        return membership == null
                ? List.of()
                : groups.previewRejoin(part, membership, strictest(part.otherRequests(Request.class))).stream()
                        .toList();
    }

    private void write(ActionContext context, Write write) {
        context.calls().call(write.description(), () -> ec2.write(write));
    }
}
