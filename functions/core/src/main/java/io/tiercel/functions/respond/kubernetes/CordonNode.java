package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Node;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import java.util.List;

/** {@code k8s:cordon}: marks a node unschedulable. Releasing does nothing if the node has already been uncordoned. */
public final class CordonNode implements ActionHandler {
    private final KubernetesApi kubernetes;

    public CordonNode(KubernetesApi kubernetes) {
        this.kubernetes = kubernetes;
    }

    private record Prior(boolean unschedulable) {}

    private Node node(ActionContext context) {
        return kubernetes
                .node(context.target().name())
                .orElseThrow(() -> ActionException.notFound(context.target().text() + " does not exist"));
    }

    @Override
    public CapturedState capture(ActionContext context) {
        Node node = node(context);
        return CapturedState.of(new Prior(node.unschedulable()), TargetFacts.ofLabels(node.labels()));
    }

    @Override
    public List<String> preview(ActionContext context) {
        return List.of("patch the node: "
                + kubernetes.dryRun(new Write.SetUnschedulable(context.target().name(), true)));
    }

    @Override
    public ActionResult apply(ActionContext context, String priorState) {
        if (CapturedState.parse(priorState, Prior.class).unschedulable()) {
            return ActionResult.skipped("the node was already cordoned");
        }
        if (!node(context).unschedulable()) {
            setUnschedulable(context, true);
        }
        return node(context).unschedulable()
                ? ActionResult.done(List.of("the node gets no new pods; its running pods continue"))
                : ActionResult.ofProblems(List.of("the node is still schedulable"), false, List.of());
    }

    @Override
    public ActionResult release(ActionContext context, String priorState) {
        if (CapturedState.parse(priorState, Prior.class).unschedulable()) {
            return ActionResult.done(List.of());
        }
        if (kubernetes.node(context.target().name()).filter(Node::unschedulable).isPresent()) {
            setUnschedulable(context, false);
        }
        return ActionResult.done(List.of());
    }

    private void setUnschedulable(ActionContext context, boolean on) {
        Write write = new Write.SetUnschedulable(context.target().name(), on);
        context.calls().run(write.description(), () -> kubernetes.write(write));
    }
}
