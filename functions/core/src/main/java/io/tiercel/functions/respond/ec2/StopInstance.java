package io.tiercel.functions.respond.ec2;

import io.tiercel.functions.respond.action.ActionFailed;
import io.tiercel.functions.respond.action.Captured;
import io.tiercel.functions.respond.action.Outcome;
import io.tiercel.functions.respond.action.Remedy;
import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.action.Work;
import io.tiercel.functions.respond.ec2.Ec2.Instance;
import io.tiercel.functions.respond.ec2.Ec2.Write;
import java.util.List;
import java.util.Set;

/** {@code ec2:stop}. Releasing starts the instance again. */
public final class StopInstance implements Remedy {
    private static final Set<String> UP = Set.of("pending", "running");
    private static final Set<String> DOWN = Set.of("stopping", "stopped");

    private final Ec2 ec2;

    public StopInstance(Ec2 ec2) {
        this.ec2 = ec2;
    }

    private record Prior(String state) {}

    private Instance instance(Work work) {
        return ec2.instance(work.target().name())
                .orElseThrow(() -> ActionFailed.absent(work.target().text() + " is not there"));
    }

    @Override
    public Captured capture(Work work) {
        Instance instance = instance(work);
        return Captured.of(new Prior(instance.state()), TargetFacts.tagged(instance.tags()));
    }

    @Override
    public List<String> preview(Work work) {
        return List.of("StopInstances "
                + ec2.dryRun(new Write.StopInstance(instance(work).id())));
    }

    @Override
    public Outcome apply(Work work, String stored) {
        Prior prior = StateJson.read(stored, Prior.class);
        if (!UP.contains(prior.state())) {
            return Outcome.skipped("it was " + prior.state() + " already");
        }
        if (UP.contains(instance(work).state())) {
            write(work, new Write.StopInstance(work.target().name()));
        }
        String now = instance(work).state();
        return DOWN.contains(now)
                ? Outcome.done(List.of("it is " + now + "; what was in memory and on instance store is gone"))
                : Outcome.of(List.of("it is " + now), false, List.of());
    }

    @Override
    public Outcome release(Work work, String stored) {
        String now = instance(work).state();
        if (now.equals("stopping")) {
            throw ActionFailed.forNow(work.target().text() + " is still stopping", null);
        }
        if (now.equals("stopped")) {
            write(work, new Write.StartInstance(work.target().name()));
            now = instance(work).state();
        }
        return UP.contains(now)
                ? Outcome.done(List.of("it is " + now))
                : Outcome.of(List.of("it cannot be started: it is " + now), false, List.of());
    }

    private void write(Work work, Write write) {
        work.calls().call(write.text(), () -> ec2.write(write));
    }
}
