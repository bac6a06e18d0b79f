package io.tiercel.functions.local;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.tiercel.functions.credential.IdentitySettings;
import io.tiercel.functions.credential.KeyLocation;
import io.tiercel.functions.credential.SenderIdentity;
import io.tiercel.functions.enrich.ClusterSource;
import io.tiercel.functions.enrich.EnrichmentSources;
import io.tiercel.functions.kubernetes.KubernetesClients;
import io.tiercel.functions.kubernetes.KubernetesClusterSource;
import io.tiercel.functions.kubernetes.KubernetesKeySource;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.lookup.Ec2InstanceSource;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The external systems that the server reads: enrichment sources and the keys of the cluster. Creates clients of enabled systems only. */
final class ExternalSources {
    private @Nullable KubernetesClient client;

    /**
     * Adds the enabled sources to those of the enrichment file.
     *
     * @param setting value of {@code TIERCEL_ENRICH_SOURCES}
     */
    EnrichmentSources enrichment(EnrichmentSources file, String setting) {
        return file.withExternalSystems(
                setting,
                timeout -> new Ec2InstanceSource(AwsConnection.fromEnvironment(AwsConnection.Timeouts.lookup(timeout))),
                _ -> new KubernetesClusterSource(kubernetes()));
    }

    /**
     * Creates the verification of senders.
     *
     * @param cluster the cluster, if enrichment uses it
     */
    SenderIdentity identity(IdentitySettings settings, @Nullable ClusterSource cluster, InstantSource clock) {
        boolean clusterKeys = settings.tokens() != null && settings.tokens().keys() instanceof KeyLocation.Cluster;
        return SenderIdentity.create(
                settings,
                cluster == null && clusterKeys ? new KubernetesClusterSource(kubernetes()) : cluster,
                clusterKeys ? new KubernetesKeySource(this::kubernetes) : null,
                clock);
    }

    private synchronized KubernetesClient kubernetes() {
        KubernetesClient known = client;
        if (known == null) {
            known = KubernetesClients.fromEnvironment();
            client = known;
        }
        return known;
    }
}
