package io.tiercel.functions.enrich;

import org.jspecify.annotations.Nullable;

/**
 * Knows the pods and nodes of a cluster. Names are well-formed; both return null if there is no such thing, and throw a
 * {@link RuntimeException} without secrets in its message if they cannot say.
 */
public interface ClusterSource {
    /** Describes a pod. */
    @Nullable
    PodFacts pod(String namespace, String name);

    /** Describes a node. */
    @Nullable
    NodeFacts node(String name);
}
