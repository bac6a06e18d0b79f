package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Workload;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import java.util.List;

/** {@code k8s:scale}: scales the workload that controls a pod. This affects all pods of the workload. */
public final class ScaleWorkload implements ActionHandler {
    private final KubernetesApi kubernetes;

    public ScaleWorkload(KubernetesApi kubernetes) {
        this.kubernetes = kubernetes;
    }

    private record Prior(Workload workload) {}

    private Workload workloadOf(ActionContext context, Pod pod) {
        return kubernetes
                .workloadOf(pod)
                .orElseThrow(() -> ActionException.permanent("no Deployment or StatefulSet controls "
                        + context.target().text() + "; nothing was changed"));
    }

    private static int desiredReplicas(ActionContext context) {
        return Math.toIntExact(context.params().integer("replicas"));
    }

    private static Write scale(Workload workload, int replicas) {
        return new Write.Scale(workload.kind(), workload.namespace(), workload.name(), workload.uid(), replicas);
    }

    private int currentReplicas(Workload workload) {
        return kubernetes
                .workload(workload.kind(), workload.namespace(), workload.name())
                .map(Workload::replicas)
                .orElseThrow(
                        () -> ActionException.notFound(workload.kind() + " " + workload.name() + " does not exist"));
    }

    @Override
    public CapturedState capture(ActionContext context) {
        Pod pod = kubernetes.requirePod(context);
        return CapturedState.of(
                CapturedPart.of("workload/" + workloadOf(context, pod).uid(), new Prior(workloadOf(context, pod))),
                TargetFacts.ofLabels(pod.labels()));
    }

    @Override
    public List<String> preview(ActionContext context) {
        Workload workload = workloadOf(context, kubernetes.requirePod(context));
        return List.of("scale " + workload.kind() + " " + workload.name() + " from " + workload.replicas() + " to "
                + desiredReplicas(context) + ": " + kubernetes.dryRun(scale(workload, desiredReplicas(context))));
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        Workload prior = parts.only().prior(Prior.class).workload();
        String name = prior.kind() + " " + prior.name();
        int desired = desiredReplicas(context);
        if (prior.replicas() == desired) {
            return ActionResult.skipped(name + " already had " + desired + " replicas");
        }
        if (currentReplicas(prior) != desired) {
            write(context, scale(prior, desired));
        }
        return currentReplicas(prior) == desired
                ? ActionResult.done(List.of("scaled " + name + " from " + prior.replicas() + " to " + desired
                        + "; a HorizontalPodAutoscaler, if any, may change that"))
                : ActionResult.ofProblems(List.of(name + " was scaled by another client"), false, List.of());
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        Workload prior = parts.only().prior(Prior.class).workload();
        int now = currentReplicas(prior);
        String released = prior.kind() + " " + prior.name() + " has " + prior.replicas() + " replicas again";
        if (now == prior.replicas()) {
            return ActionResult.done(List.of(released));
        }
        if (now != desiredReplicas(context)) {
            return ActionResult.ofProblems(
                    List.of(prior.kind() + " " + prior.name() + " not restored: it was scaled to " + now),
                    true,
                    List.of());
        }
        write(context, scale(prior, prior.replicas()));
        return ActionResult.done(List.of(released));
    }

    @Override
    public List<String> previewRelease(ActionContext context, HeldParts parts) {
        Workload prior = parts.only().prior(Prior.class).workload();
        return List.of("scales " + prior.kind() + " " + prior.name() + " from " + desiredReplicas(context) + " to "
                + prior.replicas() + (prior.replicas() < desiredReplicas(context) ? ", which deletes pods" : ""));
    }

    private void write(ActionContext context, Write write) {
        context.calls().run(write.description(), () -> kubernetes.write(write));
    }
}
