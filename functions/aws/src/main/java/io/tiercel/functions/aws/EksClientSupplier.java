package io.tiercel.functions.aws;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.tiercel.functions.kubernetes.KubernetesClients;
import io.tiercel.functions.lookup.EksClusterAccess;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Supplies the client of an EKS cluster. It describes the cluster on first use and retries after a failure. Therefore a
 * function without access to the cluster still does everything else.
 */
public final class EksClientSupplier implements Supplier<KubernetesClient> {
    private final EksClusterAccess eks;
    private final String cluster;
    private @Nullable KubernetesClient client;

    /**
     * Creates a supplier.
     *
     * @param cluster the name of the cluster
     */
    public EksClientSupplier(EksClusterAccess eks, String cluster) {
        this.eks = eks;
        this.cluster = cluster;
    }

    /** @throws io.tiercel.functions.respond.action.ActionException if AWS does not return the cluster's endpoint */
    @Override
    public synchronized KubernetesClient get() {
        KubernetesClient known = client;
        if (known == null) {
            EksClusterAccess.ClusterEndpoint endpoint = eks.endpoint(cluster);
            known = KubernetesClients.withToken(
                    endpoint.url(), endpoint.certificateAuthority(), () -> eks.token(cluster));
            client = known;
        }
        return known;
    }
}
