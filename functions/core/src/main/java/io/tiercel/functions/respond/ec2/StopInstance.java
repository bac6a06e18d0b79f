package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
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

    private String state(ActionContext context) {
        return ec2.requireInstance(context.target()).state();
    }

    @Override
    public CapturedState capture(ActionContext context) {
        Instance instance = ec2.requireInstance(context.target());
        return CapturedState.of(
                CapturedPart.of("instance/" + instance.id() + "/power", new Prior(instance.state())),
                TargetFacts.ofTags(instance.tags()));
    }

    @Override
    public List<String> preview(ActionContext context) {
        String id = ec2.requireInstance(context.target()).id();
        return List.of("StopInstances " + ec2.dryRun(new Write.StopInstance(id)));
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        Prior prior = parts.only().prior(Prior.class);
        if (!RUNNING.contains(prior.state())) {
            return ActionResult.skipped("the instance was already " + prior.state());
        }
        if (RUNNING.contains(state(context))) {
            write(context, new Write.StopInstance(context.target().name()));
        }
        String now = state(context);
        return STOPPED.contains(now)
                ? ActionResult.done(
                        List.of("the instance is " + now + "; its memory and instance store volumes are lost"))
                : ActionResult.ofProblems(List.of("the instance is " + now), false, List.of());
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        String now = state(context);
        if (now.equals("stopping")) {
            throw ActionException.retryable(context.target().text() + " is still stopping", null);
        }
        if (now.equals("stopped")) {
            write(context, new Write.StartInstance(context.target().name()));
            now = state(context);
        }
        return RUNNING.contains(now)
                ? ActionResult.done(List.of("the instance is " + now))
                : ActionResult.ofProblems(List.of("cannot start the instance: it is " + now), false, List.of());
    }

    private void write(ActionContext context, Write write) {
        context.calls().call(write.description(), () -> ec2.write(write));
    }
}
