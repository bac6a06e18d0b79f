package io.tiercel.functions.enrich;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Kubernetes node, from the cluster's API.
 *
 * @param name name of the node
 * @param uid unique id
 * @param providerId for example {@code aws:///eu-west-1a/i-0123456789abcdef0}; null if the node has none
 * @param instanceId the EC2 instance in {@code providerId}; null if it contains none
 * @param zone {@code topology.kubernetes.io/zone}; null if unknown
 * @param nodeGroup EKS managed node group or Karpenter node pool; null if neither
 * @param cordoned whether the node is unschedulable
 * @param labels values by key
 */
public record NodeFacts(
        String name,
        String uid,
        @Nullable String providerId,
        @Nullable String instanceId,
        @Nullable String zone,
        @Nullable String nodeGroup,
        boolean cordoned,
        Map<String, String> labels) {}
