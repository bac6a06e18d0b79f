package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import io.tiercel.functions.respond.ec2.Ec2Api.Write;
import java.util.List;
import java.util.Set;

/** {@code ec2:stop}. Releasing starts the instance again. */
public final class StopInstance implements ActionHandler {
    private static final Set<String> UP = Set.of("pending", "running");
    private static final Set<String> DOWN = Set.of("stopping", "stopped");

    private final Ec2Api ec2;

    public StopInstance(Ec2Api ec2) {
        this.ec2 = ec2;
    }

    private record Prior(String state) {}

    private Instance instance(ActionContext work) {
        return ec2.instance(work.target().name())
                .orElseThrow(() -> ActionException.absent(work.target().text() + " is not there"));
    }

    @Override
    public CapturedState capture(ActionContext work) {
        Instance instance = instance(work);
        return CapturedState.of(new Prior(instance.state()), TargetFacts.tagged(instance.tags()));
    }

    @Override
    public List<String> preview(ActionContext work) {
        return List.of("StopInstances "
                + ec2.dryRun(new Write.StopInstance(instance(work).id())));
    }

    @Override
    public ActionResult apply(ActionContext work, String stored) {
        Prior prior = StateJson.read(stored, Prior.class);
        if (!UP.contains(prior.state())) {
            return ActionResult.skipped("it was " + prior.state() + " already");
        }
        if (UP.contains(instance(work).state())) {
            write(work, new Write.StopInstance(work.target().name()));
        }
        String now = instance(work).state();
        return DOWN.contains(now)
                ? ActionResult.done(List.of("it is " + now + "; what was in memory and on instance store is gone"))
                : ActionResult.of(List.of("it is " + now), false, List.of());
    }

    @Override
    public ActionResult release(ActionContext work, String stored) {
        String now = instance(work).state();
        if (now.equals("stopping")) {
            throw ActionException.forNow(work.target().text() + " is still stopping", null);
        }
        if (now.equals("stopped")) {
            write(work, new Write.StartInstance(work.target().name()));
            now = instance(work).state();
        }
        return UP.contains(now)
                ? ActionResult.done(List.of("it is " + now))
                : ActionResult.of(List.of("it cannot be started: it is " + now), false, List.of());
    }

    private void write(ActionContext work, Write write) {
        work.calls().call(write.text(), () -> ec2.write(write));
    }
}
