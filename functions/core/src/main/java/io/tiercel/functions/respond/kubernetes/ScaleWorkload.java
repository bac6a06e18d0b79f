package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionFailed;
import io.tiercel.functions.respond.action.Captured;
import io.tiercel.functions.respond.action.Outcome;
import io.tiercel.functions.respond.action.Remedy;
import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.action.Work;
import io.tiercel.functions.respond.kubernetes.Cluster.Pod;
import io.tiercel.functions.respond.kubernetes.Cluster.Workload;
import io.tiercel.functions.respond.kubernetes.Cluster.Write;
import java.util.List;

/** {@code k8s:scale}: the workload that a pod belongs to, all of its replicas. */
public final class ScaleWorkload implements Remedy {
    private final Cluster cluster;

    public ScaleWorkload(Cluster cluster) {
        this.cluster = cluster;
    }

    private record Prior(Workload workload) {}

    private Pod pod(Work work) {
        return cluster.pod(work.target().namespace(), work.target().podName())
                .orElseThrow(() -> ActionFailed.absent(work.target().text() + " is not there"));
    }

    private Workload workloadOf(Work work, Pod pod) {
        return cluster.workloadOf(pod)
                .orElseThrow(() -> ActionFailed.because(
                        work.target().text() + " belongs to nothing that can be scaled; nothing was done"));
    }

    private static int wanted(Work work) {
        return Math.toIntExact(work.params().number("replicas"));
    }

    private static Write scale(Workload workload, int replicas) {
        return new Write.Scale(workload.kind(), workload.namespace(), workload.name(), replicas);
    }

    private int replicas(Workload workload) {
        return cluster.workload(workload.kind(), workload.namespace(), workload.name())
                .map(Workload::replicas)
                .orElseThrow(() -> ActionFailed.absent(workload.kind() + " " + workload.name() + " is not there"));
    }

    @Override
    public Captured capture(Work work) {
        Pod pod = pod(work);
        return Captured.of(new Prior(workloadOf(work, pod)), TargetFacts.labelled(pod.labels()));
    }

    @Override
    public List<String> preview(Work work) {
        Workload workload = workloadOf(work, pod(work));
        return List.of("scale " + workload.kind() + " " + workload.name() + " from " + workload.replicas() + " to "
                + wanted(work) + ": " + cluster.dryRun(scale(workload, wanted(work))));
    }

    @Override
    public Outcome apply(Work work, String stored) {
        Workload prior = StateJson.read(stored, Prior.class).workload();
        if (prior.replicas() == wanted(work)) {
            return Outcome.skipped(prior.kind() + " " + prior.name() + " had that many replicas already");
        }
        if (replicas(prior) != wanted(work)) {
            write(work, scale(prior, wanted(work)));
        }
        return replicas(prior) == wanted(work)
                ? Outcome.done(List.of(prior.kind() + " " + prior.name() + " was scaled from " + prior.replicas()
                        + "; an autoscaler, if it has one, may change that"))
                : Outcome.of(
                        List.of(prior.kind() + " " + prior.name() + " was scaled by somebody else"), false, List.of());
    }

    @Override
    public Outcome release(Work work, String stored) {
        Workload prior = StateJson.read(stored, Prior.class).workload();
        int now = replicas(prior);
        if (now == prior.replicas()) {
            return Outcome.done(List.of());
        }
        if (now != wanted(work)) {
            return Outcome.of(
                    List.of(prior.kind() + " " + prior.name() + " is left as it is: somebody has scaled it to " + now),
                    true,
                    List.of());
        }
        write(work, scale(prior, prior.replicas()));
        return Outcome.done(List.of());
    }

    private void write(Work work, Write write) {
        work.calls().run(write.text(), () -> cluster.write(write));
    }
}
