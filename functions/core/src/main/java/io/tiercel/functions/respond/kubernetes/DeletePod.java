package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import java.util.List;
import java.util.Optional;

/**
 * {@code k8s:delete-pod}: deletes the pod that has the target's name when the step starts. The uid of that pod is a
 * precondition of the call, so a later pod with the same name is not deleted. This action cannot be undone.
 */
public final class DeletePod implements ActionHandler {
    private final KubernetesApi kubernetes;

    public DeletePod(KubernetesApi kubernetes) {
        this.kubernetes = kubernetes;
    }

    private record Prior(String uid) {}

    private static Write delete(ActionContext context, String uid) {
        Target target = context.target();
        int graceSeconds = Math.toIntExact(context.params().integer("grace_seconds"));
        return new Write.DeletePod(target.namespace(), target.podName(), uid, graceSeconds);
    }

    @Override
    public CapturedState capture(ActionContext context) {
        Pod pod = kubernetes.requirePod(context);
        return CapturedState.of(
                CapturedPart.of("pod/" + pod.uid(), new Prior(pod.uid())), TargetFacts.ofLabels(pod.labels()));
    }

    @Override
    public List<String> preview(ActionContext context) {
        String uid = kubernetes.requirePod(context).uid();
        return List.of("delete the pod: " + kubernetes.dryRun(delete(context, uid)));
    }

    private Optional<Pod> remainingPod(ActionContext context, Prior prior) {
        return kubernetes.pod(context.target(), prior.uid()).filter(pod -> !pod.terminating());
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        Prior prior = parts.only().prior(Prior.class);
        if (remainingPod(context, prior).isPresent()) {
            Write write = delete(context, prior.uid());
            context.calls().run(write.description(), () -> kubernetes.write(write));
        }
        return remainingPod(context, prior).isEmpty()
                ? ActionResult.done(List.of("the pod's memory and ephemeral volumes are lost; its controller, if any,"
                        + " starts a replacement"))
                : ActionResult.ofProblems(List.of("the pod still exists"), false, List.of());
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        return ActionResult.skipped("a deleted pod cannot be restored");
    }
}
