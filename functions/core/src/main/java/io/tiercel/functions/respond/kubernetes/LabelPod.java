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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code k8s:label}. */
public final class LabelPod implements Remedy {
    private final Cluster cluster;

    public LabelPod(Cluster cluster) {
        this.cluster = cluster;
    }

    /** @param value the label's value before; null if it was not there */
    private record Prior(String uid, @Nullable String value) {}

    private Pod pod(Work work) {
        return cluster.pod(work.target().namespace(), work.target().podName())
                .orElseThrow(() -> ActionFailed.absent(work.target().text() + " is not there"));
    }

    private Optional<Pod> same(Work work, Prior prior) {
        return cluster.pod(work.target().namespace(), work.target().podName())
                .filter(pod -> pod.uid().equals(prior.uid()));
    }

    @Override
    public Captured capture(Work work) {
        Pod pod = pod(work);
        return Captured.of(
                new Prior(pod.uid(), pod.labels().get(work.params().text("key"))), TargetFacts.labelled(pod.labels()));
    }

    @Override
    public List<String> preview(Work work) {
        return List.of("patch the pod: "
                + cluster.dryRun(set(work, pod(work).uid(), work.params().text("value"))));
    }

    private static Write set(Work work, String uid, @Nullable String value) {
        Map<String, @Nullable String> labels = new HashMap<>();
        labels.put(work.params().text("key"), value);
        return new Write.SetMetadata(work.target().namespace(), work.target().podName(), uid, labels, Map.of());
    }

    private static boolean has(Pod pod, Work work) {
        return work.params().text("value").equals(pod.labels().get(work.params().text("key")));
    }

    @Override
    public Outcome apply(Work work, String stored) {
        Prior prior = StateJson.read(stored, Prior.class);
        if (work.params().text("value").equals(prior.value())) {
            return Outcome.skipped("it had the label already");
        }
        Pod pod = same(work, prior)
                .orElseThrow(() -> ActionFailed.absent(work.target().text() + " is gone"));
        if (!has(pod, work)) {
            write(work, set(work, prior.uid(), work.params().text("value")));
        }
        return same(work, prior).filter(now -> has(now, work)).isPresent()
                ? Outcome.done(List.of())
                : Outcome.of(List.of("it does not have the label"), false, List.of());
    }

    @Override
    public Outcome release(Work work, String stored) {
        Prior prior = StateJson.read(stored, Prior.class);
        Pod pod = same(work, prior).orElse(null);
        if (pod == null) {
            return Outcome.done(List.of("the pod is gone"));
        }
        String now = pod.labels().get(work.params().text("key"));
        if (now == null ? prior.value() == null : now.equals(prior.value())) {
            return Outcome.done(List.of());
        }
        if (!has(pod, work)) {
            return Outcome.of(List.of("the label is left as it is: somebody has set it to " + now), true, List.of());
        }
        write(work, set(work, prior.uid(), prior.value()));
        return Outcome.done(List.of());
    }

    private void write(Work work, Write write) {
        work.calls().run(write.text(), () -> cluster.write(write));
    }
}
