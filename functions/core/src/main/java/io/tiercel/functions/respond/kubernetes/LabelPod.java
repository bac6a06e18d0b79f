package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import io.tiercel.functions.respond.kubernetes.PodPart.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * {@code k8s:label}: sets a label of a pod. Releasing restores the previous value. As long as a step isolates the pod, a label by
 * which something selects the pod is not set.
 */
public final class LabelPod implements ActionHandler {
    private final KubernetesApi kubernetes;

    public LabelPod(KubernetesApi kubernetes) {
        this.kubernetes = kubernetes;
    }

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
                PodPart.capture(kubernetes, pod, Request.label(key(context), value(context))),
                TargetFacts.ofLabels(pod.labels()));
    }

    @Override
    public List<String> preview(ActionContext context) {
        Pod pod = kubernetes.requirePod(context);
        return List.of("patch the pod: "
                + kubernetes.dryRun(new Write.SetMetadata(
                        pod.namespace(), pod.name(), pod.uid(), null, Map.of(key(context), value(context)), Map.of())));
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        PodPart part = PodPart.of(parts);
        if (isPresent(context, part)) {
            return ActionResult.skipped("the pod already had the label");
        }
        PodLabelUpdate.Result update = new PodLabelUpdate(kubernetes, context, parts, part).write(part.allRequests());
        Pod pod = update.pod();
        if (pod == null) {
            throw ActionException.notFound(context.target().text() + " no longer exists");
        }
        String now = pod.labels().get(key(context));
        if (value(context).equals(now)) {
            return ActionResult.done(List.of());
        }
        if (now == null && update.removed().contains(key(context))) {
            return ActionResult.done(List.of("the label " + key(context)
                    + " is not set as long as the pod is isolated: Services or policies may select the pod by it"));
        }
        return part.otherValueWanted(key(context), value(context))
                ? ActionResult.done(List.of("the label " + key(context) + " is " + now + ", which another step sets"))
                : ActionResult.ofProblems(List.of("the pod does not have the label"), false, List.of());
    }

    /** Returns whether the pod has the label without this product, and no step wants another value. */
    private boolean isPresent(ActionContext context, PodPart part) {
        return !part.otherValueWanted(key(context), value(context))
                && kubernetes
                        .pod(context.target(), part.prior().uid())
                        .map(pod -> PodLabels.base(part.prior(), part.written(), pod.labels()))
                        .filter(base -> value(context).equals(base.get(key(context))))
                        .isPresent();
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        PodPart part = PodPart.of(parts);
        String key = key(context);
        PodLabelUpdate.Result update = new PodLabelUpdate(kubernetes, context, parts, part).write(part.others());
        Pod pod = update.pod();
        if (pod == null) {
            return ActionResult.done(List.of("the pod no longer exists"));
        }
        List<String> notes = new ArrayList<>();
        String now = pod.labels().get(key);
        if (Objects.equals(now, update.base().get(key))) {
            notes.add(
                    now == null
                            ? "the pod no longer has the label " + key
                            : "the label " + key + " is " + now + " again");
        } else if (now == null) {
            notes.add("the label " + key + " stays removed: another step isolates the pod");
        } else {
            notes.add("the label " + key + " is " + now + ", which another step sets");
        }
        return ActionResult.ofProblems(update.problemsOfRelease(part), true, notes);
    }
}
