package io.tiercel.functions.enrich;

import org.jspecify.annotations.Nullable;

/**
 * Looks up pods and nodes of a cluster. Callers pass valid Kubernetes names. Both methods return null if the object
 * does not exist. They throw a {@link RuntimeException} without secrets in its message if the lookup fails.
 */
public interface ClusterSource {
    /** Returns a pod. */
    @Nullable
    PodFacts pod(String namespace, String name);

    /** Returns a node. */
    @Nullable
    NodeFacts node(String name);
}
