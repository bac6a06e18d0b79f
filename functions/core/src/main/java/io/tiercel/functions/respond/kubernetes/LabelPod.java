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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code k8s:label}. */
public final class LabelPod implements ActionHandler {
    private final KubernetesApi cluster;

    public LabelPod(KubernetesApi cluster) {
        this.cluster = cluster;
    }

    /** @param value the label's value before; null if it was not there */
    private record Prior(String uid, @Nullable String value) {}

    private Pod pod(ActionContext work) {
        return cluster.pod(work.target().namespace(), work.target().podName())
                .orElseThrow(() -> ActionException.absent(work.target().text() + " is not there"));
    }

    private Optional<Pod> same(ActionContext work, Prior prior) {
        return cluster.pod(work.target().namespace(), work.target().podName())
                .filter(pod -> pod.uid().equals(prior.uid()));
    }

    @Override
    public CapturedState capture(ActionContext work) {
        Pod pod = pod(work);
        return CapturedState.of(
                new Prior(pod.uid(), pod.labels().get(work.params().text("key"))), TargetFacts.labelled(pod.labels()));
    }

    @Override
    public List<String> preview(ActionContext work) {
        return List.of("patch the pod: "
                + cluster.dryRun(set(work, pod(work).uid(), work.params().text("value"))));
    }

    private static Write set(ActionContext work, String uid, @Nullable String value) {
        Map<String, @Nullable String> labels = new HashMap<>();
        labels.put(work.params().text("key"), value);
        return new Write.SetMetadata(work.target().namespace(), work.target().podName(), uid, labels, Map.of());
    }

    private static boolean has(Pod pod, ActionContext work) {
        return work.params().text("value").equals(pod.labels().get(work.params().text("key")));
    }

    @Override
    public ActionResult apply(ActionContext work, String stored) {
        Prior prior = StateJson.read(stored, Prior.class);
        if (work.params().text("value").equals(prior.value())) {
            return ActionResult.skipped("it had the label already");
        }
        Pod pod = same(work, prior)
                .orElseThrow(() -> ActionException.absent(work.target().text() + " is gone"));
        if (!has(pod, work)) {
            write(work, set(work, prior.uid(), work.params().text("value")));
        }
        return same(work, prior).filter(now -> has(now, work)).isPresent()
                ? ActionResult.done(List.of())
                : ActionResult.of(List.of("it does not have the label"), false, List.of());
    }

    @Override
    public ActionResult release(ActionContext work, String stored) {
        Prior prior = StateJson.read(stored, Prior.class);
        Pod pod = same(work, prior).orElse(null);
        if (pod == null) {
            return ActionResult.done(List.of("the pod is gone"));
        }
        String now = pod.labels().get(work.params().text("key"));
        if (now == null ? prior.value() == null : now.equals(prior.value())) {
            return ActionResult.done(List.of());
        }
        if (!has(pod, work)) {
            return ActionResult.of(
                    List.of("the label is left as it is: somebody has set it to " + now), true, List.of());
        }
        write(work, set(work, prior.uid(), prior.value()));
        return ActionResult.done(List.of());
    }

    private void write(ActionContext work, Write write) {
        work.calls().run(write.text(), () -> cluster.write(write));
    }
}
