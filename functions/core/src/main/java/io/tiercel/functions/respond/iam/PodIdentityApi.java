package io.tiercel.functions.respond.iam;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The EKS Pod Identity associations of one cluster. Only EKS knows them. The Kubernetes API does not. Reads throw {@link
 * io.tiercel.functions.respond.action.ActionException}.
 */
@FunctionalInterface
public interface PodIdentityApi {
    /** For deployments that do not name an EKS cluster. */
    PodIdentityApi NONE = (namespace, serviceAccount) -> Optional.empty();

    /**
     * An association of a role with a service account.
     *
     * @param clusterArn ARN of the cluster
     * @param roleArn ARN of the role that EKS assumes for the pods of the service account
     * @param targetRoleArn ARN of the role that EKS assumes with the credentials of {@code roleArn}. The pods then have the
     *     credentials of this role. Null if there is none
     * @param sessionTagsDisabled whether the sessions do not have the tags that name their pod
     */
    record Association(
            String clusterArn, String roleArn, @Nullable String targetRoleArn, boolean sessionTagsDisabled) {}

    /** Returns the association of a service account; empty if it has none. */
    Optional<Association> association(String namespace, String serviceAccount);
}
