package io.tiercel.functions.enrich;

import org.jspecify.annotations.Nullable;

/**
 * Where an alert comes from, as far as the alert and the configuration say.
 *
 * @param node host name of the node
 * @param bootId boot of the node's kernel, from the alert's id; null for alerts that are not from our sensor
 * @param cluster label of the cluster from the configuration, or empty
 * @param containerId id of the container; null on the host or where unknown
 * @param image repository of the container's image; null where unknown
 * @param containerName null where unknown
 * @param namespace Kubernetes namespace; null where unknown
 * @param pod Kubernetes pod; null where unknown
 * @param instanceId EC2 instance; null where unknown: it is never guessed from the host name
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
        @Nullable String instanceId) {
    /** Whether the event happened in a container. */
    public boolean inContainer() {
        return containerId != null || pod != null;
    }
}
