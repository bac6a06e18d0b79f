package io.tiercel.functions.enrich;

import org.jspecify.annotations.Nullable;

/** Knows EC2 instances. */
@FunctionalInterface
public interface InstanceSource {
    /**
     * Describes an instance; {@link InstanceFacts#verified} is not for it to judge.
     *
     * @param instanceId a well-formed id
     * @return null if there is none
     * @throws RuntimeException if it cannot say; its message holds no secrets
     */
    @Nullable
    InstanceFacts instance(String instanceId);
}
