package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.respond.action.ActionContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pod's own network interfaces (EKS, security groups for pods), whose security groups hold besides policies. The policy of
 * the pod's security groups is read only when a pod is made, so a running one is cut off at the interface itself.
 */
public interface BranchInterfaces {
    /** Where pods have none, or nothing here may change them. */
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
        public List<String> isolate(ActionContext work, @Nullable String prior) {
            return List.of();
        }

        @Override
        public List<String> release(ActionContext work, @Nullable String prior) {
            return List.of();
        }
    };

    /** The annotation that names them. */
    String ANNOTATION = "vpc.amazonaws.com/pod-eni";

    /** Their state, to be restored; null if the pod has none. */
    @Nullable
    String capture(KubernetesApi.Pod pod);

    /** What would be done about them. */
    List<String> preview(KubernetesApi.Pod pod);

    /** Isolates them; what is wrong, for each that is not isolated. */
    List<String> isolate(ActionContext work, @Nullable String prior);

    /** Restores them; what is wrong, for each that is not. */
    List<String> release(ActionContext work, @Nullable String prior);
}
