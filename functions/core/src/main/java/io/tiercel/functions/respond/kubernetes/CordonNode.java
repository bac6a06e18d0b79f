package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Node;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import java.util.List;

/** {@code k8s:cordon}. A node that somebody has opened for pods again is left so when it is released. */
public final class CordonNode implements ActionHandler {
    private final KubernetesApi cluster;

    public CordonNode(KubernetesApi cluster) {
        this.cluster = cluster;
    }

    private record Prior(boolean unschedulable) {}

    private Node node(ActionContext work) {
        return cluster.node(work.target().name())
                .orElseThrow(() -> ActionException.absent(work.target().text() + " is not there"));
    }

    @Override
    public CapturedState capture(ActionContext work) {
        Node node = node(work);
        return CapturedState.of(new Prior(node.unschedulable()), TargetFacts.labelled(node.labels()));
    }

    @Override
    public List<String> preview(ActionContext work) {
        return List.of("patch the node: "
                + cluster.dryRun(new Write.SetUnschedulable(work.target().name(), true)));
    }

    @Override
    public ActionResult apply(ActionContext work, String stored) {
        if (StateJson.read(stored, Prior.class).unschedulable()) {
            return ActionResult.skipped("it was cordoned already");
        }
        if (!node(work).unschedulable()) {
            write(work, true);
        }
        return node(work).unschedulable()
                ? ActionResult.done(List.of("new pods go elsewhere; those that run on it go on"))
                : ActionResult.of(List.of("it still takes new pods"), false, List.of());
    }

    @Override
    public ActionResult release(ActionContext work, String stored) {
        if (StateJson.read(stored, Prior.class).unschedulable()) {
            return ActionResult.done(List.of());
        }
        if (cluster.node(work.target().name()).filter(Node::unschedulable).isPresent()) {
            write(work, false);
        }
        return ActionResult.done(List.of());
    }

    private void write(ActionContext work, boolean on) {
        Write write = new Write.SetUnschedulable(work.target().name(), on);
        work.calls().run(write.text(), () -> cluster.write(write));
    }
}
