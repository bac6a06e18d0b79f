package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The branch network interfaces of a pod (EKS security groups for pods). Their security groups apply in addition to
 * NetworkPolicies. EKS reads a SecurityGroupPolicy only when it creates a pod, so a running pod is isolated at its interface.
 */
public interface BranchInterfaces {
    /** For clusters without branch interfaces and deployments without access to EC2. */
    BranchInterfaces NONE = new BranchInterfaces() {
        @Override
        public @Nullable String capture(KubernetesApi.Pod pod) {
            return null;
        }

        @Override
        public List<String> preview(KubernetesApi.Pod pod) {
            return List.of();
        }

        @Override
        public List<String> isolate(ActionContext context, @Nullable String prior) {
            return List.of();
        }

        @Override
        public List<String> release(ActionContext context, @Nullable String prior) {
            return List.of();
        }
    };

    /** Returns the state that {@link #release} restores; null if the pod has no branch interface. */
    @Nullable
    String capture(KubernetesApi.Pod pod);

    /** Returns what isolating would change. */
    List<String> preview(KubernetesApi.Pod pod);

    /** Isolates the interfaces. Returns a problem for each interface that is not isolated. */
    List<String> isolate(ActionContext context, @Nullable String prior);

    /** Restores the interfaces. Returns a problem for each interface that is not restored. */
    List<String> release(ActionContext context, @Nullable String prior);
}
