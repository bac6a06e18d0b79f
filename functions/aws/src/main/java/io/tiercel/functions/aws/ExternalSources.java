package io.tiercel.functions.aws;

import io.tiercel.functions.credential.IdentitySettings;
import io.tiercel.functions.credential.KeyLocation;
import io.tiercel.functions.credential.SenderIdentity;
import io.tiercel.functions.enrich.ClusterSource;
import io.tiercel.functions.enrich.EnrichmentSources;
import io.tiercel.functions.enrich.NodeFacts;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.kubernetes.KubernetesClusterSource;
import io.tiercel.functions.kubernetes.KubernetesKeySource;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.lookup.Ec2InstanceSource;
import io.tiercel.functions.lookup.EksClusterAccess;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Creates the clients of the systems that functions read: enrichment sources, and the keys of the cluster. */
final class ExternalSources {
    private ExternalSources() {}

    /**
     * Adds the sources that {@code TIERCEL_ENRICH_SOURCES} enables to those of the enrichment file.
     *
     * @param setting value of {@code TIERCEL_ENRICH_SOURCES}
     * @param eksCluster value of {@code TIERCEL_EKS_CLUSTER}, required for {@code kubernetes}
     */
    static EnrichmentSources enrichment(EnrichmentSources file, String setting, Optional<String> eksCluster) {
        return file.withExternalSystems(
                setting,
                timeout -> new Ec2InstanceSource(connection(timeout)),
                timeout ->
                        new EksClusterSource(eks(timeout, eksCluster, "TIERCEL_ENRICH_SOURCES contains kubernetes")));
    }

    /**
     * Creates the verification of senders. It opens no connection before the first credential arrives, so that publishing a version
     * with SnapStart needs none.
     *
     * @param cluster the cluster, if enrichment uses it
     * @param eksCluster value of {@code TIERCEL_EKS_CLUSTER}, required for keys from the cluster
     */
    static SenderIdentity identity(
            IdentitySettings settings,
            @Nullable ClusterSource cluster,
            Optional<String> eksCluster,
            InstantSource clock) {
        if (settings.tokens() == null || !(settings.tokens().keys() instanceof KeyLocation.Cluster)) {
            return SenderIdentity.create(settings, cluster, null, clock);
        }
        EksClientSupplier client = eks(
                EnrichmentSources.DEFAULT_TIMEOUT, eksCluster, IdentitySettings.KEYS + " is " + KeyLocation.CLUSTER);
        return SenderIdentity.create(
                settings,
                cluster == null ? new EksClusterSource(client) : cluster,
                new KubernetesKeySource(client),
                clock);
    }

    private static EksClientSupplier eks(Duration timeout, Optional<String> cluster, String reason) {
        return new EksClientSupplier(
                new EksClusterAccess(connection(timeout)),
                cluster.orElseThrow(() ->
                        new IllegalArgumentException(reason + ": set TIERCEL_EKS_CLUSTER to the cluster's name")));
    }

    private static AwsConnection connection(Duration timeout) {
        return AwsConnection.fromEnvironment(AwsConnection.Timeouts.lookup(timeout));
    }

    /** Connects on each lookup, so that an unreachable cluster fails the lookup and not the start of the function. */
    private record EksClusterSource(EksClientSupplier client) implements ClusterSource {
        @Override
        public @Nullable PodFacts pod(String namespace, String name) {
            return new KubernetesClusterSource(client.get()).pod(namespace, name);
        }

        @Override
        public @Nullable NodeFacts node(String name) {
            return new KubernetesClusterSource(client.get()).node(name);
        }
    }
}
