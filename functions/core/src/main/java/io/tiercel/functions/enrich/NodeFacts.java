package io.tiercel.functions.enrich;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Kubernetes node as its cluster describes it.
 *
 * @param name its name
 * @param uid its unique id
 * @param providerId e.g. {@code aws:///eu-west-1a/i-0123456789abcdef0}; null where the cluster does not say
 * @param instanceId the EC2 instance in {@code providerId}; null if there is none in it
 * @param zone {@code topology.kubernetes.io/zone}; null where unknown
 * @param nodeGroup EKS's managed node group or Karpenter's node pool; null if it is of neither
 * @param cordoned whether no new pods may be scheduled on it
 * @param labels by key
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
