package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldPart;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.PartKeys;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code ec2:stop}: stops an instance. Releasing starts it again. */
public final class StopInstance implements ActionHandler {
    private static final Set<String> RUNNING = Set.of("pending", "running");
    private static final Set<String> STOPPED = Set.of("stopping", "stopped");

    private final Ec2Api ec2;

    public StopInstance(Ec2Api ec2) {
        this.ec2 = ec2;
    }

    private record Prior(String state) {}

    /** What the last write was about to reach: {@code stopped} or {@code running}. */
    private record Written(String state) {}

    @Override
    public CapturedState capture(ActionContext context) {
        Instance instance = ec2.requireInstance(context.target());
        return CapturedState.of(
                CapturedPart.of(PartKeys.instancePower(instance.id()), new Prior(instance.state())),
                TargetFacts.ofTags(instance.tags()));
    }

    @Override
    public List<String> preview(ActionContext context) {
        String id = ec2.requireInstance(context.target()).id();
        return List.of("StopInstances " + ec2.dryRun(new Write.StopInstance(id)));
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        HeldPart part = parts.only();
        Prior prior = part.prior(Prior.class);
        if (!RUNNING.contains(prior.state())) {
            return ActionResult.skipped("the instance was already " + prior.state());
        }
        String state = ec2.requireInstance(context.target()).state();
        boolean startedSince = part.written() != null && RUNNING.contains(state);
        if (RUNNING.contains(state)) {
            parts.record(part.key(), Json.write(new Written("stopped")), false);
            write(context, new Write.StopInstance(context.target().name()));
        }
        String now = ec2.requireInstance(context.target()).state();
        if (!STOPPED.contains(now)) {
            return ActionResult.ofProblems(List.of("the instance is " + now), false, List.of());
        }
        List<String> notes = new ArrayList<>();
        notes.add("the instance is " + now + "; its memory and instance store volumes are lost");
        if (startedSince && !part.isLastHold()) {
            notes.add("it was running although another incident had stopped it, and is stopped again");
        }
        return ActionResult.done(notes);
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        HeldPart part = parts.only();
        String now = ec2.instance(context.target().name()).map(Instance::state).orElse(null);
        if (now == null) {
            return ActionResult.done(List.of("the instance no longer exists"));
        }
        if (!part.isLastHold()) {
            return ActionResult.done(List.of("the instance stays " + now + ": another incident stops it too"));
        }
        if (now.equals("stopping")) {
            throw ActionException.retryable(context.target().text() + " is still stopping", null);
        }
        if (now.equals("stopped") && RUNNING.contains(part.prior(Prior.class).state())) {
            parts.record(part.key(), Json.write(new Written("running")), false);
            write(context, new Write.StartInstance(context.target().name()));
            now = ec2.requireInstance(context.target()).state();
        }
        return RUNNING.contains(now)
                        || !RUNNING.contains(part.prior(Prior.class).state())
                ? ActionResult.done(List.of("the instance is " + now))
                : ActionResult.ofProblems(List.of("cannot start the instance: it is " + now), false, List.of());
    }

    @Override
    public List<String> previewRelease(ActionContext context, HeldParts parts) {
        return List.of(
                parts.only().isLastHold()
                        ? "starts the instance"
                        : "leaves the instance stopped, because other steps stop it too");
    }

    private void write(ActionContext context, Write write) {
        context.calls().call(write.description(), () -> ec2.write(write));
    }
}
