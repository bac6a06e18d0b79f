package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Workload;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import java.util.List;

/** {@code k8s:scale}: the workload that a pod belongs to, all of its replicas. */
public final class ScaleWorkload implements ActionHandler {
    private final KubernetesApi cluster;

    public ScaleWorkload(KubernetesApi cluster) {
        this.cluster = cluster;
    }

    private record Prior(Workload workload) {}

    private Pod pod(ActionContext work) {
        return cluster.pod(work.target().namespace(), work.target().podName())
                .orElseThrow(() -> ActionException.absent(work.target().text() + " is not there"));
    }

    private Workload workloadOf(ActionContext work, Pod pod) {
        return cluster.workloadOf(pod)
                .orElseThrow(() -> ActionException.because(
                        work.target().text() + " belongs to nothing that can be scaled; nothing was done"));
    }

    private static int wanted(ActionContext work) {
        return Math.toIntExact(work.params().number("replicas"));
    }

    private static Write scale(Workload workload, int replicas) {
        return new Write.Scale(workload.kind(), workload.namespace(), workload.name(), replicas);
    }

    private int replicas(Workload workload) {
        return cluster.workload(workload.kind(), workload.namespace(), workload.name())
                .map(Workload::replicas)
                .orElseThrow(() -> ActionException.absent(workload.kind() + " " + workload.name() + " is not there"));
    }

    @Override
    public CapturedState capture(ActionContext work) {
        Pod pod = pod(work);
        return CapturedState.of(new Prior(workloadOf(work, pod)), TargetFacts.labelled(pod.labels()));
    }

    @Override
    public List<String> preview(ActionContext work) {
        Workload workload = workloadOf(work, pod(work));
        return List.of("scale " + workload.kind() + " " + workload.name() + " from " + workload.replicas() + " to "
                + wanted(work) + ": " + cluster.dryRun(scale(workload, wanted(work))));
    }

    @Override
    public ActionResult apply(ActionContext work, String stored) {
        Workload prior = StateJson.read(stored, Prior.class).workload();
        if (prior.replicas() == wanted(work)) {
            return ActionResult.skipped(prior.kind() + " " + prior.name() + " had that many replicas already");
        }
        if (replicas(prior) != wanted(work)) {
            write(work, scale(prior, wanted(work)));
        }
        return replicas(prior) == wanted(work)
                ? ActionResult.done(List.of(prior.kind() + " " + prior.name() + " was scaled from " + prior.replicas()
                        + "; an autoscaler, if it has one, may change that"))
                : ActionResult.of(
                        List.of(prior.kind() + " " + prior.name() + " was scaled by somebody else"), false, List.of());
    }

    @Override
    public ActionResult release(ActionContext work, String stored) {
        Workload prior = StateJson.read(stored, Prior.class).workload();
        int now = replicas(prior);
        if (now == prior.replicas()) {
            return ActionResult.done(List.of());
        }
        if (now != wanted(work)) {
            return ActionResult.of(
                    List.of(prior.kind() + " " + prior.name() + " is left as it is: somebody has scaled it to " + now),
                    true,
                    List.of());
        }
        write(work, scale(prior, prior.replicas()));
        return ActionResult.done(List.of());
    }

    private void write(ActionContext work, Write write) {
        work.calls().run(write.text(), () -> cluster.write(write));
    }
}
