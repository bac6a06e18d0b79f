package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import java.util.List;
import java.util.Optional;

/** {@code k8s:delete-pod}: the very pod that was seen, by its uid, and no other of its name. It cannot be undone. */
public final class DeletePod implements ActionHandler {
    private final KubernetesApi cluster;

    public DeletePod(KubernetesApi cluster) {
        this.cluster = cluster;
    }

    private record Prior(String uid) {}

    private Pod pod(ActionContext work) {
        return cluster.pod(work.target().namespace(), work.target().podName())
                .orElseThrow(() -> ActionException.absent(work.target().text() + " is not there"));
    }

    private static Write delete(ActionContext work, String uid) {
        return new Write.DeletePod(
                work.target().namespace(),
                work.target().podName(),
                uid,
                Math.toIntExact(work.params().number("grace_seconds")));
    }

    @Override
    public CapturedState capture(ActionContext work) {
        Pod pod = pod(work);
        return CapturedState.of(new Prior(pod.uid()), TargetFacts.labelled(pod.labels()));
    }

    @Override
    public List<String> preview(ActionContext work) {
        return List.of(
                "delete the pod: " + cluster.dryRun(delete(work, pod(work).uid())));
    }

    private Optional<Pod> left(ActionContext work, Prior prior) {
        return cluster.pod(work.target().namespace(), work.target().podName())
                .filter(pod -> pod.uid().equals(prior.uid()) && !pod.terminating());
    }

    @Override
    public ActionResult apply(ActionContext work, String stored) {
        Prior prior = StateJson.read(stored, Prior.class);
        if (left(work, prior).isPresent()) {
            Write write = delete(work, prior.uid());
            work.calls().run(write.text(), () -> cluster.write(write));
        }
        return left(work, prior).isEmpty()
                ? ActionResult.done(
                        List.of("what was in its memory and its own volumes is gone; its controller, if it has"
                                + " one, starts another"))
                : ActionResult.of(List.of("it is still there"), false, List.of());
    }

    @Override
    public ActionResult release(ActionContext work, String stored) {
        return ActionResult.skipped("a pod that was deleted cannot be had again");
    }
}
