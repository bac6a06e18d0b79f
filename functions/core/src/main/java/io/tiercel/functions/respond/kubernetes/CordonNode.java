package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Node;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code k8s:cordon}: marks a node unschedulable. Releasing does nothing if the node has already been uncordoned. */
public final class CordonNode implements ActionHandler {
    private final KubernetesApi kubernetes;

    public CordonNode(KubernetesApi kubernetes) {
        this.kubernetes = kubernetes;
    }

    /** @param uid the uid of the node; null in states of earlier versions */
    private record Prior(boolean unschedulable, @Nullable String uid) {}

    private Node node(ActionContext context) {
        return kubernetes
                .node(context.target().name())
                .orElseThrow(() -> ActionException.notFound(context.target().text() + " does not exist"));
    }

    @Override
    public CapturedState capture(ActionContext context) {
        Node node = node(context);
        return CapturedState.of(
                CapturedPart.of("node/" + node.uid(), new Prior(node.unschedulable(), node.uid())),
                TargetFacts.ofLabels(node.labels()));
    }

    @Override
    public List<String> preview(ActionContext context) {
        return List.of("patch the node: "
                + kubernetes.dryRun(new Write.SetUnschedulable(
                        context.target().name(), node(context).uid(), true)));
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        Prior prior = parts.only().prior(Prior.class);
        if (prior.unschedulable()) {
            return ActionResult.skipped("the node was already cordoned");
        }
        if (!sameNode(context, prior).unschedulable()) {
            setUnschedulable(context, prior, true);
        }
        return sameNode(context, prior).unschedulable()
                ? ActionResult.done(List.of("the node gets no new pods; its running pods continue"))
                : ActionResult.ofProblems(List.of("the node is still schedulable"), false, List.of());
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        Prior prior = parts.only().prior(Prior.class);
        if (prior.unschedulable()) {
            return ActionResult.done(List.of("the node remains cordoned, as before the action"));
        }
        Node now = kubernetes
                .node(context.target().name())
                .filter(node -> isSame(node, prior))
                .orElse(null);
        if (now == null) {
            return ActionResult.done(List.of("the node no longer exists"));
        }
        if (now.unschedulable()) {
            setUnschedulable(context, prior, false);
        }
        return ActionResult.done(List.of("the node gets new pods again"));
    }

    private static boolean isSame(Node node, Prior prior) {
        return prior.uid() == null || prior.uid().equals(node.uid());
    }

    private Node sameNode(ActionContext context, Prior prior) {
        Node node = node(context);
        if (!isSame(node, prior)) {
            throw ActionException.notFound(
                    context.target().text() + " no longer exists; a new node with its name is not touched");
        }
        return node;
    }

    private void setUnschedulable(ActionContext context, Prior prior, boolean on) {
        Write write = new Write.SetUnschedulable(context.target().name(), prior.uid(), on);
        context.calls().run(write.description(), () -> kubernetes.write(write));
    }
}
