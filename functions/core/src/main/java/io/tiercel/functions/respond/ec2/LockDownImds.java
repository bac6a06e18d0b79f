package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import io.tiercel.functions.respond.ec2.Ec2Api.MetadataOptions;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import java.util.List;

/**
 * {@code ec2:imds-lockdown}: disables the instance metadata service, which security groups do not filter. Credentials that
 * were fetched earlier stay valid until they expire or {@code iam:revoke-sessions} denies them.
 */
public final class LockDownImds implements ActionHandler {
    private static final String DISABLED = "disabled";
    private static final String REMAINING_ACCESS =
            "remaining access: credentials that were fetched earlier stay valid until they expire;"
                    + " iam:revoke-sessions denies them";

    private final Ec2Api ec2;

    public LockDownImds(Ec2Api ec2) {
        this.ec2 = ec2;
    }

    private record Prior(MetadataOptions metadata) {}

    private MetadataOptions metadata(ActionContext context) {
        return ec2.requireInstance(context.target()).metadata();
    }

    private static MetadataOptions disabled(MetadataOptions metadata) {
        return new MetadataOptions(DISABLED, metadata.tokens(), metadata.hopLimit());
    }

    @Override
    public CapturedState capture(ActionContext context) {
        Instance instance = ec2.requireInstance(context.target());
        return CapturedState.of(
                CapturedPart.of("instance/" + instance.id() + "/metadata", new Prior(instance.metadata())),
                TargetFacts.ofTags(instance.tags()));
    }

    @Override
    public List<String> preview(ActionContext context) {
        Instance instance = ec2.requireInstance(context.target());
        return List.of(
                "ModifyInstanceMetadataOptions "
                        + ec2.dryRun(new Write.SetMetadataOptions(instance.id(), disabled(instance.metadata()))),
                REMAINING_ACCESS);
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        Prior prior = parts.only().prior(Prior.class);
        if (prior.metadata().endpoint().equals(DISABLED)) {
            return ActionResult.skipped("the metadata service was already disabled");
        }
        if (!metadata(context).endpoint().equals(DISABLED)) {
            write(context, new Write.SetMetadataOptions(context.target().name(), disabled(prior.metadata())));
        }
        return metadata(context).endpoint().equals(DISABLED)
                ? ActionResult.done(List.of("the metadata service is disabled", REMAINING_ACCESS))
                : ActionResult.ofProblems(List.of("the metadata service is still enabled"), false, List.of());
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        MetadataOptions prior = parts.only().prior(Prior.class).metadata();
        MetadataOptions now = metadata(context);
        String released = "the metadata service is " + prior.endpoint() + ", tokens are " + prior.tokens()
                + ", as before the action";
        if (now.equals(prior)) {
            return ActionResult.done(List.of(released));
        }
        if (!now.equals(disabled(prior))) {
            return ActionResult.ofProblems(
                    List.of("metadata options not restored: they were changed to " + now), true, List.of());
        }
        write(context, new Write.SetMetadataOptions(context.target().name(), prior));
        return metadata(context).equals(prior)
                ? ActionResult.done(List.of(released))
                : ActionResult.ofProblems(
                        List.of("metadata options not restored: they differ from " + prior), true, List.of());
    }

    private void write(ActionContext context, Write write) {
        context.calls().call(write.description(), () -> ec2.write(write));
    }
}
