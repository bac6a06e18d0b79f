package io.tiercel.functions.respond.ec2;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.ec2.AutoScalingApi.Membership;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import io.tiercel.functions.respond.ec2.Ec2Api.Protection;
import io.tiercel.functions.respond.ec2.Ec2Api.Snapshot;
import io.tiercel.functions.respond.ec2.Ec2Api.Volume;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import io.tiercel.functions.respond.ec2.LoadBalancingApi.Registration;
import io.tiercel.rules.text.Sha256;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code ec2:preserve}: preserves an instance and its volumes as evidence. Each part is independent, so that one failure does
 * not prevent the others. Releasing undoes everything except the snapshots and the manifest.
 */
public final class PreserveInstance implements ActionHandler {
    /** The tag with the id of the step. It identifies the step's own snapshots, so that none is taken twice. */
    static final String STEP_TAG = "tiercel-step";

    private final Ec2Api ec2;
    private final AutoScalingApi autoScaling;
    private final LoadBalancingApi loadBalancing;
    private final EvidenceStore evidence;
    private final InstantSource clock;

    public PreserveInstance(
            Ec2Api ec2,
            AutoScalingApi autoScaling,
            LoadBalancingApi loadBalancing,
            EvidenceStore evidence,
            InstantSource clock) {
        this.ec2 = ec2;
        this.autoScaling = autoScaling;
        this.loadBalancing = loadBalancing;
        this.evidence = evidence;
        this.clock = clock;
    }

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
                        "instance/" + instance.id() + "/preservation",
                        new Prior(
                                instance.spot(),
                                ec2.isProtectedFrom(instance.id(), Protection.TERMINATION),
                                ec2.isProtectedFrom(instance.id(), Protection.STOP),
                                instance.volumes(),
                                autoScaling.membership(instance.id()).orElse(null),
                                loadBalancing.registrations(instance.id()))),
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
            for (Volume volume : instance.volumes()) {
                notes.add(volume.id() + ": CreateSnapshot "
                        + ec2.dryRun(new Write.CreateSnapshot(volume.id(), "Tiercel", Map.of())));
            }
        }
        autoScaling
                .membership(instance.id())
                .ifPresent(membership -> notes.add("Auto Scaling group " + membership.group() + ": "
                        + context.params().string("scaling_group") + " (the API has no dry run)"));
        loadBalancing
                .registrations(instance.id())
                .forEach(registration -> notes.add(
                        "deregister from target group " + registration.targetGroupArn() + " (the API has no dry run)"));
        return notes;
    }

    /** Runs independent parts and collects those that fail. */
    private static final class Parts {
        private final List<String> problems = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private int succeeded;

        /** @param onFailure the beginning of the problem if the part fails */
        void run(String onFailure, Runnable part) {
            try {
                part.run();
                succeeded++;
            } catch (ActionException e) {
                problems.add(onFailure + ": " + e.getMessage());
            }
        }

        ActionResult result() {
            return ActionResult.ofProblems(problems, succeeded > 0, notes);
        }
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts held) {
        Prior prior = held.only().prior(Prior.class);
        Parts parts = new Parts();
        if (prior.spot()) {
            parts.notes.add("skipped: EC2 offers no termination and stop protection for Spot Instances");
        } else {
            if (!prior.terminationProtected()) {
                parts.run("not protected from termination", () -> setProtection(context, Protection.TERMINATION, true));
            }
            if (!prior.stopProtected()) {
                parts.run("not protected from stopping", () -> setProtection(context, Protection.STOP, true));
            }
        }
        for (Volume volume : prior.volumes()) {
            if (volume.deleteOnTermination()) {
                parts.run(
                        volume.id() + " is still deleted on termination",
                        () -> setDeleteOnTermination(context, volume, false));
            }
        }
        Membership membership = prior.membership();
        if (membership != null) {
            parts.run("Auto Scaling group " + membership.group(), () -> leaveGroup(context, parts, membership));
        }
        for (Registration registration : prior.registrations()) {
            parts.run(
                    "still registered in target group " + registration.targetGroupArn(),
                    () -> setRegistered(context, registration, false));
        }
        List<Snapshot> snapshots = new ArrayList<>();
        if (context.params().bool("snapshots")) {
            for (Volume volume : prior.volumes()) {
                parts.run("no snapshot of " + volume.id(), () -> snapshots.add(snapshot(context, volume)));
            }
        }
        parts.run("no manifest", () -> parts.notes.add(storeManifest(context, prior, snapshots)));
        return parts.result();
    }

    private void setProtection(ActionContext context, Protection protection, boolean on) {
        String id = context.target().name();
        if (ec2.isProtectedFrom(id, protection) != on) {
            write(context, new Write.SetProtection(id, protection, on));
        }
    }

    private void setDeleteOnTermination(ActionContext context, Volume volume, boolean delete) {
        boolean alreadySet = ec2.requireInstance(context.target()).volumes().stream()
                .anyMatch(now -> now.id().equals(volume.id()) && now.deleteOnTermination() == delete);
        if (!alreadySet) {
            write(context, new Write.SetDeleteOnTermination(context.target().name(), volume.device(), delete));
        }
    }

    private void leaveGroup(ActionContext context, Parts parts, Membership prior) {
        String id = context.target().name();
        Optional<Membership> now = autoScaling
                .membership(id)
                .filter(membership -> membership.group().equals(prior.group()));
        switch (context.params().string("scaling_group")) {
            case "detach" -> {
                if (now.isPresent()) {
                    write(context, new AutoScalingApi.Write.Detach(id, prior.group()));
                }
                parts.notes.add("detached from Auto Scaling group " + prior.group() + ", which starts a replacement");
            }
            case "protect" -> {
                if (now.isPresent() && !now.get().protectedFromScaleIn()) {
                    write(context, new AutoScalingApi.Write.SetScaleInProtection(id, prior.group(), true));
                }
                parts.notes.add("protected from scale-in only: health checks of Auto Scaling group " + prior.group()
                        + " may still replace the instance");
            }
            default ->
                parts.notes.add("still in Auto Scaling group " + prior.group() + ", which may terminate the instance");
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

    private Snapshot snapshot(ActionContext context, Volume volume) {
        Optional<Snapshot> existing = ec2.snapshots(STEP_TAG, context.stepId()).stream()
                .filter(snapshot -> snapshot.volume().equals(volume.id()))
                .findFirst();
        if (existing.isPresent()) {
            return existing.get();
        }
        Write write = new Write.CreateSnapshot(
                volume.id(),
                "Tiercel: evidence of incident " + context.incidentId(),
                Map.of(
                        STEP_TAG,
                        context.stepId(),
                        "tiercel-incident",
                        context.incidentId(),
                        "tiercel-device",
                        volume.device()));
        return new Snapshot(context.calls().call(write.description(), () -> ec2.write(write)), volume.id(), "pending");
    }

    private String storeManifest(ActionContext context, Prior prior, List<Snapshot> snapshots) {
        ObjectNode manifest = JsonNodeFactory.instance.objectNode();
        manifest.put("incident", context.incidentId());
        manifest.put("step", context.stepId());
        manifest.put("instance", context.target().name());
        manifest.put("preserved", clock.instant().toString());
        manifest.put("actor", "tiercel");
        manifest.put("prior", Json.write(prior));
        snapshots.forEach(snapshot -> manifest.withArray("snapshots")
                .addObject()
                .put("snapshot", snapshot.id())
                .put("volume", snapshot.volume()));
        String document = manifest.toString();
        String name = "incidents/" + context.incidentId() + "/" + context.stepId() + ".json";
        String location = context.calls().call("evidence put " + name, () -> evidence.put(name, document));
        return "manifest " + location + ", SHA-256 " + Sha256.hex(document);
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts held) {
        Prior prior = held.only().prior(Prior.class);
        Parts parts = new Parts();
        parts.notes.add("snapshots and manifest are kept");
        if (!prior.spot()) {
            if (!prior.terminationProtected()) {
                parts.run(
                        "still protected from termination",
                        () -> setProtection(context, Protection.TERMINATION, false));
            }
            if (!prior.stopProtected()) {
                parts.run("still protected from stopping", () -> setProtection(context, Protection.STOP, false));
            }
        }
        for (Volume volume : prior.volumes()) {
            if (volume.deleteOnTermination()) {
                parts.run(
                        volume.id() + " is still kept on termination",
                        () -> setDeleteOnTermination(context, volume, true));
            }
        }
        Membership membership = prior.membership();
        if (membership != null) {
            parts.run("Auto Scaling group " + membership.group(), () -> rejoinGroup(context, parts, membership));
        }
        for (Registration registration : prior.registrations()) {
            parts.run(
                    "not registered in target group " + registration.targetGroupArn(),
                    () -> setRegistered(context, registration, true));
        }
        return parts.result();
    }

    @Override
    public List<String> previewRelease(ActionContext context, HeldParts held) {
        Membership membership = held.only().prior(Prior.class).membership();
        if (membership == null || !context.params().string("scaling_group").equals("detach")) {
            return List.of();
        }
        return List.of("attaches the instance to Auto Scaling group " + membership.group()
                + " again, whose desired capacity then is one higher, because the group has started a replacement");
    }

    private void rejoinGroup(ActionContext context, Parts parts, Membership prior) {
        String id = context.target().name();
        Membership now = autoScaling.membership(id).orElse(null);
        if (now == null) {
            write(context, new AutoScalingApi.Write.Attach(id, prior.group()));
            parts.notes.add("attached to Auto Scaling group " + prior.group()
                    + " again, whose desired capacity is now one higher because of the replacement");
        } else if (!now.group().equals(prior.group())) {
            throw ActionException.permanent("not restored: the instance was moved into " + now.group());
        }
        if (context.params().string("scaling_group").equals("protect")
                && now != null
                && now.protectedFromScaleIn()
                && !prior.protectedFromScaleIn()) {
            write(context, new AutoScalingApi.Write.SetScaleInProtection(id, prior.group(), false));
        }
    }

    private void write(ActionContext context, Write write) {
        context.calls().call(write.description(), () -> ec2.write(write));
    }

    private void write(ActionContext context, AutoScalingApi.Write write) {
        context.calls().run(write.description(), () -> autoScaling.write(write));
    }
}
