package io.tiercel.functions.enrich;

import org.jspecify.annotations.Nullable;

/**
 * The origin of an alert, according to the alert and the configuration.
 *
 * @param node host name of the node
 * @param bootId boot id of the node, from the alert's id; null for alerts from other sensors
 * @param cluster label of the cluster from the configuration, or empty
 * @param containerId id of the container; null on the host or if unknown
 * @param image repository of the container's image; null if unknown
 * @param containerName name of the container; null if unknown
 * @param namespace Kubernetes namespace; null if unknown
 * @param pod Kubernetes pod; null if unknown
 * @param podUid uid of the pod; null if unknown
 * @param instanceId EC2 instance; null if unknown, never derived from the host name
 */
public record HostFacts(
        String node,
        @Nullable String bootId,
        String cluster,
        @Nullable String containerId,
        @Nullable String image,
        @Nullable String containerName,
        @Nullable String namespace,
        @Nullable String pod,
        @Nullable String podUid,
        @Nullable String instanceId) {
    /** Returns whether the event happened in a container. */
    public boolean inContainer() {
        return containerId != null || pod != null;
    }
}
