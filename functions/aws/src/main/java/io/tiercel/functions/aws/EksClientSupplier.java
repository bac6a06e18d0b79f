package io.tiercel.functions.aws;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.tiercel.functions.cloud.EksAccess;
import io.tiercel.functions.kubernetes.KubernetesClients;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Supplies the client of an EKS cluster. It describes the cluster on first use and retries after a failure. Therefore a
 * function without access to the cluster still does everything else.
 */
final class EksClientSupplier implements Supplier<KubernetesClient> {
    private final EksAccess eks;
    private final String cluster;
    private @Nullable KubernetesClient client;

    EksClientSupplier(EksAccess eks, String cluster) {
        this.eks = eks;
        this.cluster = cluster;
    }

    /** @throws io.tiercel.functions.respond.action.ActionException if AWS does not return the cluster's endpoint */
    @Override
    public synchronized KubernetesClient get() {
        KubernetesClient known = client;
        if (known == null) {
            EksAccess.ClusterEndpoint endpoint = eks.endpoint(cluster);
            known = KubernetesClients.withToken(
                    endpoint.url(), endpoint.certificateAuthority(), () -> eks.token(cluster));
            client = known;
        }
        return known;
    }
}
