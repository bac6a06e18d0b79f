package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import io.tiercel.functions.respond.ec2.Ec2Api.Metadata;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import java.util.List;

/**
 * {@code ec2:imds-lockdown}: no more credentials from the metadata service, which no security group filters. Credentials that
 * were taken before stay valid until they expire or {@code iam:revoke-sessions} denies them.
 */
public final class LockDownImds implements ActionHandler {
    private static final String DISABLED = "disabled";
    private static final String RESIDUE =
            "credentials that were taken before stay valid until they expire: iam:revoke-sessions denies them";

    private final Ec2Api ec2;

    public LockDownImds(Ec2Api ec2) {
        this.ec2 = ec2;
    }

    private record Prior(Metadata metadata) {}

    private Instance instance(ActionContext work) {
        return ec2.instance(work.target().name())
                .orElseThrow(() -> ActionException.absent(work.target().text() + " is not there"));
    }

    private static Metadata locked(Metadata metadata) {
        return new Metadata(DISABLED, metadata.tokens(), metadata.hopLimit());
    }

    @Override
    public CapturedState capture(ActionContext work) {
        Instance instance = instance(work);
        return CapturedState.of(new Prior(instance.metadata()), TargetFacts.tagged(instance.tags()));
    }

    @Override
    public List<String> preview(ActionContext work) {
        Instance instance = instance(work);
        return List.of(
                "ModifyInstanceMetadataOptions "
                        + ec2.dryRun(new Write.SetMetadata(instance.id(), locked(instance.metadata()))),
                RESIDUE);
    }

    @Override
    public ActionResult apply(ActionContext work, String stored) {
        Prior prior = StateJson.read(stored, Prior.class);
        if (prior.metadata().endpoint().equals(DISABLED)) {
            return ActionResult.skipped("the metadata service was off already");
        }
        if (!instance(work).metadata().endpoint().equals(DISABLED)) {
            write(work, new Write.SetMetadata(work.target().name(), locked(prior.metadata())));
        }
        return instance(work).metadata().endpoint().equals(DISABLED)
                ? ActionResult.done(List.of("the metadata service is off", RESIDUE))
                : ActionResult.of(List.of("the metadata service is still on"), false, List.of());
    }

    @Override
    public ActionResult release(ActionContext work, String stored) {
        Metadata prior = StateJson.read(stored, Prior.class).metadata();
        Metadata now = instance(work).metadata();
        if (now.equals(prior)) {
            return ActionResult.done(List.of());
        }
        if (!now.equals(locked(prior))) {
            return ActionResult.of(
                    List.of("left as it is: somebody has changed its metadata options to " + now), true, List.of());
        }
        write(work, new Write.SetMetadata(work.target().name(), prior));
        return instance(work).metadata().equals(prior)
                ? ActionResult.done(List.of())
                : ActionResult.of(List.of("its metadata options are not " + prior + " again"), true, List.of());
    }

    private void write(ActionContext work, Write write) {
        work.calls().call(write.text(), () -> ec2.write(write));
    }
}
