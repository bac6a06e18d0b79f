package io.tiercel.functions.respond.ec2;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import io.tiercel.functions.respond.ec2.Ec2Api.Protection;
import io.tiercel.functions.respond.ec2.Ec2Api.Snapshot;
import io.tiercel.functions.respond.ec2.Ec2Api.Volume;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import io.tiercel.functions.respond.ec2.Fleet.Membership;
import io.tiercel.functions.respond.ec2.Fleet.Registration;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code ec2:preserve}: what keeps an instance from being terminated with its evidence. Each part is tried by itself; one that
 * fails keeps none of the others from being done. Releasing undoes everything but the snapshots and the manifest.
 */
public final class PreserveInstance implements ActionHandler {
    /** The tag that tells a step's own snapshots from all others, so that none is made twice. */
    static final String STEP_TAG = "tiercel-step";

    private final Ec2Api ec2;
    private final Fleet fleet;
    private final EvidenceStore evidence;
    private final InstantSource clock;

    public PreserveInstance(Ec2Api ec2, Fleet fleet, EvidenceStore evidence, InstantSource clock) {
        this.ec2 = ec2;
        this.fleet = fleet;
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

    private Instance instance(ActionContext work) {
        return ec2.instance(work.target().name())
                .orElseThrow(() -> ActionException.absent(work.target().text() + " is not there"));
    }

    @Override
    public CapturedState capture(ActionContext work) {
        Instance instance = instance(work);
        return CapturedState.of(
                new Prior(
                        instance.spot(),
                        ec2.protectedFrom(instance.id(), Protection.TERMINATION),
                        ec2.protectedFrom(instance.id(), Protection.STOP),
                        instance.volumes(),
                        fleet.membership(instance.id()).orElse(null),
                        fleet.registrations(instance.id())),
                TargetFacts.tagged(instance.tags()));
    }

    @Override
    public List<String> preview(ActionContext work) {
        Instance instance = instance(work);
        List<String> notes = new ArrayList<>();
        if (instance.spot()) {
            notes.add("a Spot instance has no termination protection");
        } else {
            for (Protection protection : Protection.values()) {
                notes.add("ModifyInstanceAttribute " + protection.attribute() + " "
                        + ec2.dryRun(new Write.SetProtection(instance.id(), protection, true)));
            }
        }
        if (work.params().flag("snapshots")) {
            for (Volume volume : instance.volumes()) {
                notes.add(volume.id() + ": CreateSnapshot "
                        + ec2.dryRun(new Write.CreateSnapshot(volume.id(), "Tiercel", Map.of())));
            }
        }
        fleet.membership(instance.id())
                .ifPresent(membership -> notes.add("Auto Scaling group " + membership.group() + ": "
                        + work.params().text("scaling_group") + " (there is no dry run for it)"));
        fleet.registrations(instance.id())
                .forEach(registration -> notes.add(
                        "out of target group " + registration.targetGroup() + " (there is no dry run for it)"));
        return notes;
    }

    /** Tries one part after the other and remembers which failed. */
    private static final class Parts {
        private final List<String> problems = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private int done;

        void part(String what, Runnable part) {
            try {
                part.run();
                done++;
            } catch (ActionException e) {
                problems.add(what + ": " + e.getMessage());
            }
        }

        ActionResult outcome() {
            return ActionResult.of(problems, done > 0, notes);
        }
    }

    @Override
    public ActionResult apply(ActionContext work, String stored) {
        Prior prior = StateJson.read(stored, Prior.class);
        String id = work.target().name();
        Parts parts = new Parts();
        if (prior.spot()) {
            parts.notes.add("skipped: a Spot instance has no termination and stop protection");
        } else {
            protect(work, parts, Protection.TERMINATION, prior.terminationProtected());
            protect(work, parts, Protection.STOP, prior.stopProtected());
        }
        for (Volume volume : prior.volumes()) {
            if (volume.deletedOnTermination()) {
                parts.part(volume.id() + " is still deleted on termination", () -> keepVolume(work, volume, false));
            }
        }
        Membership membership = prior.membership();
        if (membership != null) {
            parts.part("Auto Scaling group " + membership.group(), () -> leaveGroup(work, parts, membership));
        }
        for (Registration registration : prior.registrations()) {
            parts.part("target group " + registration.targetGroup(), () -> registered(work, registration, false));
        }
        List<Snapshot> snapshots = new ArrayList<>();
        if (work.params().flag("snapshots")) {
            for (Volume volume : prior.volumes()) {
                parts.part("no snapshot of " + volume.id(), () -> snapshots.add(snapshot(work, volume)));
            }
        }
        parts.part("no manifest", () -> parts.notes.add(manifest(work, id, prior, snapshots)));
        return parts.outcome();
    }

    private void protect(ActionContext work, Parts parts, Protection protection, boolean before) {
        if (!before) {
            parts.part("not protected from " + protection, () -> protection(work, protection, true));
        }
    }

    private void protection(ActionContext work, Protection protection, boolean on) {
        String id = work.target().name();
        if (ec2.protectedFrom(id, protection) != on) {
            write(work, new Write.SetProtection(id, protection, on));
        }
    }

    private void keepVolume(ActionContext work, Volume volume, boolean deleted) {
        boolean as = instance(work).volumes().stream()
                .anyMatch(now -> now.id().equals(volume.id()) && now.deletedOnTermination() == deleted);
        if (!as) {
            write(work, new Write.SetDeletedOnTermination(work.target().name(), volume.device(), deleted));
        }
    }

    private void leaveGroup(ActionContext work, Parts parts, Membership prior) {
        Optional<Membership> now = fleet.membership(work.target().name())
                .filter(membership -> membership.group().equals(prior.group()));
        switch (work.params().text("scaling_group")) {
            case "detach" -> {
                if (now.isPresent()) {
                    write(work, new Fleet.Write.Detach(work.target().name(), prior.group()));
                }
                parts.notes.add(
                        "out of Auto Scaling group " + prior.group() + ", which starts another instance in its place");
            }
            case "protect" -> {
                if (now.isPresent() && !now.get().protectedFromScaleIn()) {
                    write(work, new Fleet.Write.Protect(work.target().name(), prior.group(), true));
                }
                parts.notes.add(
                        "protected from scale-in only: health checks of " + prior.group() + " may still replace it");
            }
            default -> parts.notes.add("still in Auto Scaling group " + prior.group() + ", which may terminate it");
        }
    }

    private void registered(ActionContext work, Registration registration, boolean wanted) {
        String id = work.target().name();
        if (fleet.registrations(id).contains(registration) != wanted) {
            write(
                    work,
                    wanted ? new Fleet.Write.Register(id, registration) : new Fleet.Write.Deregister(id, registration));
        }
    }

    private Snapshot snapshot(ActionContext work, Volume volume) {
        Optional<Snapshot> present = ec2.snapshots(STEP_TAG, work.stepId()).stream()
                .filter(snapshot -> snapshot.volume().equals(volume.id()))
                .findFirst();
        if (present.isPresent()) {
            return present.get();
        }
        Write write = new Write.CreateSnapshot(
                volume.id(),
                "Tiercel: evidence of incident " + work.incidentId(),
                Map.of(
                        STEP_TAG,
                        work.stepId(),
                        "tiercel-incident",
                        work.incidentId(),
                        "tiercel-device",
                        volume.device()));
        return new Snapshot(work.calls().call(write.text(), () -> ec2.write(write)), volume.id(), "pending");
    }

    private String manifest(ActionContext work, String id, Prior prior, List<Snapshot> snapshots) {
        ObjectNode manifest = JsonNodeFactory.instance.objectNode();
        manifest.put("incident", work.incidentId());
        manifest.put("step", work.stepId());
        manifest.put("instance", id);
        manifest.put("preserved", clock.instant().toString());
        manifest.put("actor", "tiercel");
        manifest.put("prior", StateJson.write(prior));
        snapshots.forEach(snapshot -> manifest.withArray("snapshots")
                .addObject()
                .put("snapshot", snapshot.id())
                .put("volume", snapshot.volume()));
        String document = manifest.toString();
        String place = work.calls()
                .call(
                        "evidence keep " + work.stepId() + ".json",
                        () -> evidence.keep(
                                "incidents/" + work.incidentId() + "/" + work.stepId() + ".json", document));
        return "manifest " + place + ", SHA-256 " + sha256(document);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public ActionResult release(ActionContext work, String stored) {
        Prior prior = StateJson.read(stored, Prior.class);
        Parts parts = new Parts();
        parts.notes.add("snapshots and manifest are kept");
        if (!prior.spot()) {
            if (!prior.terminationProtected()) {
                parts.part("still protected from termination", () -> protection(work, Protection.TERMINATION, false));
            }
            if (!prior.stopProtected()) {
                parts.part("still protected from stopping", () -> protection(work, Protection.STOP, false));
            }
        }
        for (Volume volume : prior.volumes()) {
            if (volume.deletedOnTermination()) {
                parts.part(volume.id() + " is not deleted on termination", () -> keepVolume(work, volume, true));
            }
        }
        Membership membership = prior.membership();
        if (membership != null) {
            parts.part("Auto Scaling group " + membership.group(), () -> joinGroup(work, parts, membership));
        }
        for (Registration registration : prior.registrations()) {
            parts.part("target group " + registration.targetGroup(), () -> registered(work, registration, true));
        }
        return parts.outcome();
    }

    private void joinGroup(ActionContext work, Parts parts, Membership prior) {
        String id = work.target().name();
        Membership now = fleet.membership(id).orElse(null);
        if (now == null) {
            write(work, new Fleet.Write.Attach(id, prior.group()));
            parts.notes.add(
                    "back in " + prior.group() + ", which now wants one instance more than with its replacement");
        } else if (!now.group().equals(prior.group())) {
            throw ActionException.because("left as it is: somebody has put it into " + now.group());
        }
        if (work.params().text("scaling_group").equals("protect")
                && now != null
                && now.protectedFromScaleIn()
                && !prior.protectedFromScaleIn()) {
            write(work, new Fleet.Write.Protect(id, prior.group(), false));
        }
    }

    private void write(ActionContext work, Write write) {
        work.calls().call(write.text(), () -> ec2.write(write));
    }

    private void write(ActionContext work, Fleet.Write write) {
        work.calls().run(write.text(), () -> fleet.write(write));
    }
}
