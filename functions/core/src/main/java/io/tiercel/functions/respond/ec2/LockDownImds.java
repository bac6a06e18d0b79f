package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldPart;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.PartKeys;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import io.tiercel.functions.respond.ec2.Ec2Api.MetadataOptions;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import java.util.ArrayList;
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

    @Override
    public CapturedState capture(ActionContext context) {
        Instance instance = ec2.requireInstance(context.target());
        return CapturedState.of(
                CapturedPart.of(PartKeys.instanceMetadata(instance.id()), new Prior(instance.metadata())),
                TargetFacts.ofTags(instance.tags()));
    }

    @Override
    public List<String> preview(ActionContext context) {
        Instance instance = ec2.requireInstance(context.target());
        return List.of(
                "ModifyInstanceMetadataOptions " + ec2.dryRun(new Write.SetMetadataEndpoint(instance.id(), DISABLED)),
                REMAINING_ACCESS);
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        HeldPart part = parts.only();
        if (part.prior(Prior.class).metadata().endpoint().equals(DISABLED)) {
            return ActionResult.skipped("the metadata service was already disabled");
        }
        MetadataOptions now = metadata(context);
        if (!now.endpoint().equals(DISABLED)) {
            write(context, parts, DISABLED);
        }
        return metadata(context).endpoint().equals(DISABLED)
                ? ActionResult.done(List.of("the metadata service is disabled", REMAINING_ACCESS))
                : ActionResult.ofProblems(List.of("the metadata service is still enabled"), false, List.of());
    }

    /** Restores the endpoint only. This action writes no other option, so a change of another one is somebody else's. */
    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        HeldPart part = parts.only();
        MetadataOptions prior = part.prior(Prior.class).metadata();
        MetadataOptions now =
                ec2.instance(context.target().name()).map(Instance::metadata).orElse(null);
        if (now == null) {
            return ActionResult.done(List.of("the instance no longer exists"));
        }
        if (!part.isLastHold()) {
            return ActionResult.done(
                    List.of("the metadata service stays " + now.endpoint() + ": another incident disables it too"));
        }
        List<String> notes = new ArrayList<>();
        if (!new MetadataOptions(prior.endpoint(), now.tokens(), now.hopLimit()).equals(prior)) {
            notes.add("another client has changed the metadata options to " + now + "; before the action they were "
                    + prior);
        }
        if (!now.endpoint().equals(prior.endpoint())) {
            write(context, parts, prior.endpoint());
        }
        if (!metadata(context).endpoint().equals(prior.endpoint())) {
            return ActionResult.ofProblems(
                    List.of("the metadata service is not " + prior.endpoint() + " again"), true, notes);
        }
        notes.add("the metadata service is " + prior.endpoint() + ", as before the action");
        return ActionResult.done(notes);
    }

    private void write(ActionContext context, HeldParts parts, String endpoint) {
        parts.record(parts.only().key(), Json.write(endpoint), false);
        Write write = new Write.SetMetadataEndpoint(context.target().name(), endpoint);
        context.calls().call(write.description(), () -> ec2.write(write));
    }
}
