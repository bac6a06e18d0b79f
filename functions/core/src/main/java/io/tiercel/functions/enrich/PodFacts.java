package io.tiercel.functions.enrich;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Kubernetes pod, from the cluster's API.
 *
 * @param namespace namespace of the pod
 * @param name name of the pod
 * @param uid unique id
 * @param node name of its node; null before scheduling
 * @param address IP address; null if unknown
 * @param hostNetwork whether it uses the node's network namespace
 * @param serviceAccount name of its service account
 * @param role ARN of the IAM role that it can assume; null if none is configured
 * @param roleSource {@code irsa} for the service account's annotation, {@code pod-identity} for EKS Pod Identity; null
 *     without role
 * @param owners its controllers, nearest first, as far as they could be resolved
 * @param images images of its containers, sorted
 * @param branchInterfaces ids of the pod's own network interfaces (security groups for pods)
 * @param labels values by key
 */
public record PodFacts(
        String namespace,
        String name,
        String uid,
        @Nullable String node,
        @Nullable String address,
        boolean hostNetwork,
        String serviceAccount,
        @Nullable String role,
        @Nullable String roleSource,
        List<Owner> owners,
        List<String> images,
        List<String> branchInterfaces,
        Map<String, String> labels) {
    /**
     * A controller.
     *
     * @param kind for example {@code Deployment}
     * @param name name in the pod's namespace
     */
    public record Owner(String kind, String name) {}

    /** Returns the outermost controller, which identifies the workload, for example {@code Deployment cart}. Null if there is none. */
    public @Nullable Owner workload() {
        return owners.isEmpty() ? null : owners.getLast();
    }
}
