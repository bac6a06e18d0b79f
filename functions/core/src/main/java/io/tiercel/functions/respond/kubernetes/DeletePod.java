package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionFailed;
import io.tiercel.functions.respond.action.Captured;
import io.tiercel.functions.respond.action.Outcome;
import io.tiercel.functions.respond.action.Remedy;
import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.action.Work;
import io.tiercel.functions.respond.kubernetes.Cluster.Pod;
import io.tiercel.functions.respond.kubernetes.Cluster.Write;
import java.util.List;
import java.util.Optional;

/** {@code k8s:delete-pod}: the very pod that was seen, by its uid, and no other of its name. It cannot be undone. */
public final class DeletePod implements Remedy {
    private final Cluster cluster;

    public DeletePod(Cluster cluster) {
        this.cluster = cluster;
    }

    private record Prior(String uid) {}

    private Pod pod(Work work) {
        return cluster.pod(work.target().namespace(), work.target().podName())
                .orElseThrow(() -> ActionFailed.absent(work.target().text() + " is not there"));
    }

    private static Write delete(Work work, String uid) {
        return new Write.DeletePod(
                work.target().namespace(),
                work.target().podName(),
                uid,
                Math.toIntExact(work.params().number("grace_seconds")));
    }

    @Override
    public Captured capture(Work work) {
        Pod pod = pod(work);
        return Captured.of(new Prior(pod.uid()), TargetFacts.labelled(pod.labels()));
    }

    @Override
    public List<String> preview(Work work) {
        return List.of(
                "delete the pod: " + cluster.dryRun(delete(work, pod(work).uid())));
    }

    private Optional<Pod> left(Work work, Prior prior) {
        return cluster.pod(work.target().namespace(), work.target().podName())
                .filter(pod -> pod.uid().equals(prior.uid()) && !pod.terminating());
    }

    @Override
    public Outcome apply(Work work, String stored) {
        Prior prior = StateJson.read(stored, Prior.class);
        if (left(work, prior).isPresent()) {
            Write write = delete(work, prior.uid());
            work.calls().run(write.text(), () -> cluster.write(write));
        }
        return left(work, prior).isEmpty()
                ? Outcome.done(List.of("what was in its memory and its own volumes is gone; its controller, if it has"
                        + " one, starts another"))
                : Outcome.of(List.of("it is still there"), false, List.of());
    }

    @Override
    public Outcome release(Work work, String stored) {
        return Outcome.skipped("a pod that was deleted cannot be had again");
    }
}
