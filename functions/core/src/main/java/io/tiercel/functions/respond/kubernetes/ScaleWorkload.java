package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.ActionHandler;
import io.tiercel.functions.respond.action.ActionResult;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.functions.respond.action.HeldPart;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.action.PartKeys;
import io.tiercel.functions.respond.action.TargetFacts;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Workload;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Write;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code k8s:scale}: scales the workload that controls a pod. This affects all pods of the workload. If several steps scale it, it
 * gets the lowest number of replicas. A pod that a step holds counts with its controller from before the first write, because its
 * ReplicaSet gives up a pod whose labels were removed.
 */
public final class ScaleWorkload implements ActionHandler {
    /** Earlier numbers are not told apart from those of other clients. */
    private static final int MAX_WRITTEN = 4;

    private final KubernetesApi kubernetes;

    public ScaleWorkload(KubernetesApi kubernetes) {
        this.kubernetes = kubernetes;
    }

    private record Request(int replicas) {}

    /** The numbers of replicas that were written, or may have been written, the oldest first. */
    private record Written(List<Integer> replicas) {}

    private Workload workloadOf(ActionContext context, Pod pod) {
        return kubernetes
                .workloadOf(PodPart.beforeFirstWrite(context, pod))
                .orElseThrow(() -> ActionException.notApplicable("no Deployment or StatefulSet is proven to control "
                        + context.target().text() + "; nothing was changed"));
    }

    private static int desiredReplicas(ActionContext context) {
        return Math.toIntExact(context.params().integer("replicas"));
    }

    private static Write scale(Workload workload, int replicas) {
        return new Write.Scale(workload.kind(), workload.namespace(), workload.name(), workload.uid(), replicas);
    }

    private static String name(Workload workload) {
        return workload.kind() + " " + workload.name();
    }

    private int currentReplicas(Workload workload) {
        return kubernetes
                .workload(workload.kind(), workload.namespace(), workload.name())
                .filter(current -> current.uid().equals(workload.uid()))
                .map(Workload::replicas)
                .orElseThrow(() -> ActionException.notFound(
                        name(workload) + " no longer exists; a new one with its name is not touched"));
    }

    @Override
    public CapturedState capture(ActionContext context) {
        Pod pod = kubernetes.requirePod(context);
        Workload workload = workloadOf(context, pod);
        return CapturedState.of(
                CapturedPart.of(
                        PartKeys.workloadReplicas(workload.uid()), workload, new Request(desiredReplicas(context))),
                TargetFacts.ofLabels(pod.labels()));
    }

    @Override
    public List<String> preview(ActionContext context) {
        Workload workload = workloadOf(context, kubernetes.requirePod(context));
        return List.of("scale " + name(workload) + " from " + workload.replicas() + " to " + desiredReplicas(context)
                + ": " + kubernetes.dryRun(scale(workload, desiredReplicas(context))));
    }

    private static int lowest(List<Request> requests, int limit) {
        return requests.stream().mapToInt(Request::replicas).reduce(limit, Math::min);
    }

    @Override
    public ActionResult apply(ActionContext context, HeldParts parts) {
        HeldPart part = parts.only();
        Workload prior = part.prior(Workload.class);
        int own = part.request(Request.class).replicas();
        if (prior.replicas() == own && part.isLastHold()) {
            return ActionResult.skipped(name(prior) + " already had " + own + " replicas");
        }
        int desired = lowest(part.otherRequests(Request.class), own);
        if (currentReplicas(prior) != desired) {
            write(context, parts, prior, desired);
        }
        return currentReplicas(prior) == desired
                ? ActionResult.done(List.of("scaled " + name(prior) + " from " + prior.replicas() + " to " + desired
                        + (desired < own ? ", as another step wants" : "")
                        + "; a HorizontalPodAutoscaler, if any, may change that"))
                : ActionResult.ofProblems(List.of(name(prior) + " was scaled by another client"), false, List.of());
    }

    @Override
    public ActionResult release(ActionContext context, HeldParts parts) {
        HeldPart part = parts.only();
        Workload prior = part.prior(Workload.class);
        int now = currentReplicas(prior);
        if (!part.isLastHold()) {
            int desired = lowest(part.otherRequests(Request.class), Integer.MAX_VALUE);
            if (now != desired) {
                write(context, parts, prior, desired);
            }
            return ActionResult.done(List.of(name(prior) + " stays scaled to " + desired + ": another step wants it"));
        }
        String released = name(prior) + " has " + prior.replicas() + " replicas again";
        if (now == prior.replicas()) {
            return ActionResult.done(List.of(released));
        }
        if (!written(part).contains(now) && !context.restoreDrift()) {
            return ActionResult.ofProblems(
                    List.of(name(prior) + " not restored to " + prior.replicas() + ": it was scaled to " + now),
                    true,
                    List.of());
        }
        write(context, parts, prior, prior.replicas());
        return ActionResult.done(List.of(released));
    }

    @Override
    public List<String> previewRelease(ActionContext context, HeldParts parts) {
        HeldPart part = parts.only();
        Workload prior = part.prior(Workload.class);
        int now = lowest(
                part.otherRequests(Request.class), part.request(Request.class).replicas());
        int then = part.isLastHold() ? prior.replicas() : lowest(part.otherRequests(Request.class), Integer.MAX_VALUE);
        return List.of(
                now == then
                        ? "keeps " + name(prior) + " at " + then + " replicas: another step wants it"
                        : "scales " + name(prior) + " from " + now + " to " + then
                                + (then < now ? ", which deletes pods" : ""));
    }

    private static List<Integer> written(HeldPart part) {
        String written = part.written();
        return written == null
                ? List.of()
                : CapturedState.parse(written, Written.class).replicas();
    }

    private void write(ActionContext context, HeldParts parts, Workload prior, int replicas) {
        List<Integer> written = new ArrayList<>(written(parts.only()));
        if (!written.contains(replicas)) {
            written.add(replicas);
        }
        if (written.size() > MAX_WRITTEN) {
            written.removeFirst();
        }
        parts.record(parts.only().key(), Json.write(new Written(written)), false);
        Write write = scale(prior, replicas);
        context.calls().run(write.description(), () -> kubernetes.write(write));
    }
}
