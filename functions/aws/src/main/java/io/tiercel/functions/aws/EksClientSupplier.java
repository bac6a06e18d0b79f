package io.tiercel.functions.aws;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.tiercel.functions.cloud.EksAccess;
import io.tiercel.functions.kubernetes.KubernetesClients;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The client of an EKS cluster, which is looked for when it is first wanted and, if it is away, anew each time: a function that cannot
 * reach the cluster still does what it can do without.
 */
final class EksClientSupplier implements Supplier<KubernetesClient> {
    private final EksAccess eks;
    private final String cluster;
    private @Nullable KubernetesClient client;

    EksClientSupplier(EksAccess eks, String cluster) {
        this.eks = eks;
        this.cluster = cluster;
    }

    /** @throws io.tiercel.functions.respond.action.ActionException if AWS does not say where the cluster is */
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
