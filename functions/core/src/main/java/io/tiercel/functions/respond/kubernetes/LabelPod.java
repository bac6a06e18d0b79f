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
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code k8s:label}: sets a label of a pod. Releasing restores the previous value. */
public final class LabelPod implements ActionHandler {
    private final KubernetesApi kubernetes;

    public LabelPod(KubernetesApi kubernetes) {
        this.kubernetes = kubernetes;
    }

    /** @param value the previous value of the label; null if the pod did not have the label */
    private record Prior(String uid, @Nullable String value) {}

    private static String key(ActionContext context) {
        return context.params().string("key");
    }

    private static String value(ActionContext context) {
        return context.params().string("value");
    }

    @Override
    public CapturedState capture(ActionContext context) {
        Pod pod = kubernetes.requirePod(context);
        return CapturedState.of(
                CapturedPart.of(
                        "pod/" + pod.uid() + "/label",
                        new Prior(pod.uid(), pod.labels().get(key(context)))),
                TargetFacts.ofLabels(pod.labels()));
    }

    @Override
    public List<String> preview(ActionContext context) {
        String uid = kubernetes.requirePod(context).uid();
        return List.of("patch the pod: " + kubernetes.dryRun(setLabel(context, uid, value(context))));
    }

    private static Write setLabel(ActionContext context, String uid, @Nullable String value) {
        Map<String, @Nullable String> labels = new HashMap<>();
        labels.put(key(context), value);
        return new Write.SetMetadata(
                context.target().namespace(), context.target().podName(), uid, labels, Map.of());
    }

    private static boolean hasLabel(Pod pod, ActionContext context) {
        return value(context).equals(pod.labels().get(key(context)));
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        Prior prior = parts.only().prior(Prior.class);
        if (value(context).equals(prior.value())) {
            return ActionResult.skipped("the pod already had the label");
        }
        Pod pod = kubernetes
                .pod(context.target(), prior.uid())
                .orElseThrow(() -> ActionException.notFound(context.target().text() + " no longer exists"));
        if (!hasLabel(pod, context)) {
            write(context, setLabel(context, prior.uid(), value(context)));
        }
        boolean applied = kubernetes
                .pod(context.target(), prior.uid())
                .filter(now -> hasLabel(now, context))
                .isPresent();
        return applied
                ? ActionResult.done(List.of())
                : ActionResult.ofProblems(List.of("the pod does not have the label"), false, List.of());
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        Prior prior = parts.only().prior(Prior.class);
        Pod pod = kubernetes.pod(context.target(), prior.uid()).orElse(null);
        if (pod == null) {
            return ActionResult.done(List.of("the pod no longer exists"));
        }
        String now = pod.labels().get(key(context));
        if (Objects.equals(now, prior.value())) {
            return ActionResult.done(List.of());
        }
        if (!hasLabel(pod, context)) {
            return ActionResult.ofProblems(List.of("label not restored: it was changed to " + now), true, List.of());
        }
        write(context, setLabel(context, prior.uid(), prior.value()));
        return ActionResult.done(List.of(
                prior.value() == null
                        ? "the pod no longer has the label " + key(context)
                        : "the label " + key(context) + " is " + prior.value() + " again"));
    }

    private void write(ActionContext context, Write write) {
        context.calls().run(write.description(), () -> kubernetes.write(write));
    }
}
