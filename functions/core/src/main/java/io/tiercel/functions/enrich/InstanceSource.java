package io.tiercel.functions.enrich;

import org.jspecify.annotations.Nullable;

/** Looks up EC2 instances. */
@FunctionalInterface
public interface InstanceSource {
    /**
     * Returns an instance.
     *
     * @param instanceId a valid instance id
     * @return null if the instance does not exist
     * @throws RuntimeException if the lookup fails; its message contains no secrets
     */
    @Nullable
    InstanceFacts instance(String instanceId);
}
