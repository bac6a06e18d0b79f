package io.tiercel.functions.enrich;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Kubernetes pod as its cluster describes it.
 *
 * @param namespace its namespace
 * @param name its name
 * @param uid its unique id
 * @param node the node that it runs on; null before it is scheduled
 * @param address its address; null where unknown
 * @param hostNetwork whether it shares the node's network
 * @param serviceAccount name of its service account
 * @param role ARN of the IAM role that it can take; null if the cluster names none
 * @param roleSource {@code irsa} for the service account's annotation, {@code pod-identity} for EKS Pod Identity; null
 *     without role
 * @param owners its controllers, nearest first, as far as they could be followed
 * @param images the images of its containers, sorted
 * @param branchInterfaces ids of the network interfaces that are the pod's own (security groups for pods)
 * @param labels by key
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
     * @param kind e.g. {@code Deployment}
     * @param name its name, in the pod's namespace
     */
    public record Owner(String kind, String name) {}

    /** The outermost controller, e.g. {@code Deployment cart}, that stands for the workload; null for a pod on its own. */
    public @Nullable Owner workload() {
        return owners.isEmpty() ? null : owners.getLast();
    }
}
