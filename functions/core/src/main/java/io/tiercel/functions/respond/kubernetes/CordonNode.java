package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionFailed;
import io.tiercel.functions.respond.action.Captured;
import io.tiercel.functions.respond.action.Outcome;
import io.tiercel.functions.respond.action.Remedy;
import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.action.Work;
import io.tiercel.functions.respond.kubernetes.Cluster.Node;
import io.tiercel.functions.respond.kubernetes.Cluster.Write;
import java.util.List;

/** {@code k8s:cordon}. A node that somebody has opened for pods again is left so when it is released. */
public final class CordonNode implements Remedy {
    private final Cluster cluster;

    public CordonNode(Cluster cluster) {
        this.cluster = cluster;
    }

    private record Prior(boolean unschedulable) {}

    private Node node(Work work) {
        return cluster.node(work.target().name())
                .orElseThrow(() -> ActionFailed.absent(work.target().text() + " is not there"));
    }

    @Override
    public Captured capture(Work work) {
        Node node = node(work);
        return Captured.of(new Prior(node.unschedulable()), TargetFacts.labelled(node.labels()));
    }

    @Override
    public List<String> preview(Work work) {
        return List.of("patch the node: "
                + cluster.dryRun(new Write.SetUnschedulable(work.target().name(), true)));
    }

    @Override
    public Outcome apply(Work work, String stored) {
        if (StateJson.read(stored, Prior.class).unschedulable()) {
            return Outcome.skipped("it was cordoned already");
        }
        if (!node(work).unschedulable()) {
            write(work, true);
        }
        return node(work).unschedulable()
                ? Outcome.done(List.of("new pods go elsewhere; those that run on it go on"))
                : Outcome.of(List.of("it still takes new pods"), false, List.of());
    }

    @Override
    public Outcome release(Work work, String stored) {
        if (StateJson.read(stored, Prior.class).unschedulable()) {
            return Outcome.done(List.of());
        }
        if (cluster.node(work.target().name()).filter(Node::unschedulable).isPresent()) {
            write(work, false);
        }
        return Outcome.done(List.of());
    }

    private void write(Work work, boolean on) {
        Write write = new Write.SetUnschedulable(work.target().name(), on);
        work.calls().run(write.text(), () -> cluster.write(write));
    }
}
