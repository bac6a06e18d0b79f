package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.action.CapturedPart;
import io.tiercel.functions.respond.action.HeldParts;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The branch network interfaces of a pod (EKS security groups for pods). Their security groups apply in addition to
 * NetworkPolicies. EKS reads a SecurityGroupPolicy only when it creates a pod, so a running pod is isolated at its interface.
 *
 * <p>Each interface is a part of its own, {@link io.tiercel.functions.respond.action.PartKeys#interfaceGroups}, which {@code
 * ec2:isolate} shares. All methods skip the other parts of a step.
 */
public interface BranchInterfaces {
    /** For clusters without branch interfaces and deployments without access to EC2. */
    BranchInterfaces NONE = new BranchInterfaces() {
        @Override
        public List<CapturedPart> capture(ActionContext context, Pod pod) {
            return List.of();
        }

        @Override
        public List<String> preview(ActionContext context, Pod pod) {
            return List.of();
        }

        @Override
        public void closeOpen(ActionContext context, HeldParts parts) {}

        @Override
        public Result isolate(ActionContext context, @Nullable Pod pod, HeldParts parts) {
            return Result.EMPTY;
        }

        @Override
        public Result release(ActionContext context, HeldParts parts) {
            return Result.EMPTY;
        }

        @Override
        public List<String> previewRelease(HeldParts parts) {
            return List.of();
        }
    };

    /**
     * What happened to the interfaces.
     *
     * @param problems one message for each interface that is not in the wanted state
     * @param notes further messages for operators
     * @param anyIsolated whether an interface is in quarantine or no longer exists
     * @param untracked whether the pod has an interface, all are in quarantine, and the tracking of their connections has ended.
     *     Connections that are still tracked stay open
     */
    record Result(List<String> problems, List<String> notes, boolean anyIsolated, boolean untracked) {
        static final Result EMPTY = new Result(List.of(), List.of(), false, false);

        public Result {
            problems = List.copyOf(problems);
            notes = List.copyOf(notes);
        }
    }

    /**
     * Returns a part for each interface that is confirmed to belong to the pod.
     *
     * @throws io.tiercel.functions.respond.action.ActionException of kind {@code RETRYABLE} only. An invalid annotation is a
     *     problem of {@link #isolate}, so that it cannot keep the NetworkPolicy from isolating the pod
     */
    List<CapturedPart> capture(ActionContext context, Pod pod);

    /** Returns what isolating would change. */
    List<String> preview(ActionContext context, Pod pod);

    /**
     * Moves interfaces that an interrupted attempt left open to all traffic into quarantine. Call it before anything else that
     * applies or releases the step. What fails is repeated by {@link #isolate} and {@link #release}.
     */
    void closeOpen(ActionContext context, HeldParts parts);

    /**
     * Isolates the interfaces. Tries all of them before it fails.
     *
     * @param pod the pod as it is now. Interfaces that it names and that are not among the parts are problems. Null if the pod
     *     cannot be read
     * @throws io.tiercel.functions.respond.action.ActionException of kind {@code RETRYABLE} if a repetition may isolate more
     */
    Result isolate(ActionContext context, @Nullable Pod pod, HeldParts parts);

    /**
     * Ends the step's holds of the interfaces. Restores those without other holds. Tries all of them before it fails.
     *
     * @throws io.tiercel.functions.respond.action.ActionException of kind {@code RETRYABLE} if a repetition may restore more
     */
    Result release(ActionContext context, HeldParts parts);

    /** Returns what {@link #release} would change. */
    List<String> previewRelease(HeldParts parts);
}
