package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.Target;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import java.util.List;
import java.util.Optional;

/**
 * {@code k8s:delete-pod}: deletes the pod with the uid of the target. The uid is a precondition of the call, so a later pod with the
 * same name is not deleted, also if the call is repeated. This action cannot be undone, so it has no parts.
 */
public final class DeletePod implements ActionHandler {
    private final KubernetesApi kubernetes;

    public DeletePod(KubernetesApi kubernetes) {
        this.kubernetes = kubernetes;
    }

    private static String uid(ActionContext context) {
        String uid = context.expectedPodUid();
        if (uid == null) {
            throw ActionException.notApplicable("the uid of " + context.target().text()
                    + " is not known, so that another pod of the same name might be deleted; enable the source"
                    + " kubernetes of enrichment");
        }
        return uid;
    }

    private static Write delete(ActionContext context) {
        Target target = context.target();
        int graceSeconds = Math.toIntExact(context.params().integer("grace_seconds"));
        return new Write.DeletePod(target.namespace(), target.podName(), uid(context), graceSeconds);
    }

    @Override
    public CapturedState capture(ActionContext context) {
        var _ = uid(context);
        Pod pod = kubernetes.requirePod(context);
        return new CapturedState(List.of(), TargetFacts.ofLabels(pod.labels()));
    }

    @Override
    public List<String> preview(ActionContext context) {
        var _ = kubernetes.requirePod(context);
        return List.of("delete the pod: " + kubernetes.dryRun(delete(context)));
    }

    private Optional<Pod> remainingPod(ActionContext context) {
        return kubernetes.pod(context.target(), uid(context)).filter(pod -> !pod.terminating());
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        if (remainingPod(context).isPresent()) {
            Write write = delete(context);
            context.calls().run(write.description(), () -> kubernetes.write(write));
        }
        return remainingPod(context).isEmpty()
                ? ActionResult.done(List.of("the pod's memory and ephemeral volumes are lost; its controller, if any,"
                        + " starts a replacement"))
                : ActionResult.ofProblems(List.of("the pod still exists"), false, List.of());
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        return ActionResult.skipped("a deleted pod cannot be restored");
    }
}
