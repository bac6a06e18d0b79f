package io.tiercel.functions.respond.kubernetes;

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
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Node;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import java.util.List;

/** {@code k8s:cordon}: marks a node unschedulable. Releasing does nothing if the node has already been uncordoned. */
public final class CordonNode implements ActionHandler {
    private final KubernetesApi kubernetes;

    public CordonNode(KubernetesApi kubernetes) {
        this.kubernetes = kubernetes;
    }

    private record Prior(boolean unschedulable, String uid) {}

    /** What the last write was about to set. */
    private record Written(boolean unschedulable) {}

    private Node node(ActionContext context) {
        return kubernetes
                .node(context.target().name())
                .orElseThrow(() -> ActionException.notFound(context.target().text() + " does not exist"));
    }

    @Override
    public CapturedState capture(ActionContext context) {
        Node node = node(context);
        return CapturedState.of(
                CapturedPart.of(PartKeys.nodeScheduling(node.uid()), new Prior(node.unschedulable(), node.uid())),
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
            setUnschedulable(context, parts, true);
        }
        return sameNode(context, prior).unschedulable()
                ? ActionResult.done(List.of("the node gets no new pods; its running pods continue"))
                : ActionResult.ofProblems(List.of("the node is still schedulable"), false, List.of());
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        HeldPart part = parts.only();
        Prior prior = part.prior(Prior.class);
        if (prior.unschedulable()) {
            return ActionResult.done(List.of("the node remains cordoned, as before the action"));
        }
        Node now = kubernetes
                .node(context.target().name())
                .filter(node -> node.uid().equals(prior.uid()))
                .orElse(null);
        if (now == null) {
            return ActionResult.done(List.of("the node no longer exists"));
        }
        if (now.unschedulable() == part.isLastHold()) {
            setUnschedulable(context, parts, !part.isLastHold());
        }
        return ActionResult.done(List.of(
                part.isLastHold()
                        ? "the node gets new pods again"
                        : "the node stays cordoned: another step cordons it"));
    }

    @Override
    public List<String> previewRelease(ActionContext context, HeldParts parts) {
        return parts.only().isLastHold()
                ? List.of("uncordons the node")
                : List.of("keeps the node cordoned: another step cordons it");
    }

    private Node sameNode(ActionContext context, Prior prior) {
        Node node = node(context);
        if (!node.uid().equals(prior.uid())) {
            throw ActionException.notFound(
                    context.target().text() + " no longer exists; a new node with its name is not touched");
        }
        return node;
    }

    private void setUnschedulable(ActionContext context, HeldParts parts, boolean on) {
        HeldPart part = parts.only();
        parts.record(part.key(), Json.write(new Written(on)), false);
        Write write = new Write.SetUnschedulable(
                context.target().name(), part.prior(Prior.class).uid(), on);
        context.calls().run(write.description(), () -> kubernetes.write(write));
    }
}
