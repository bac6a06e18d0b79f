package io.tiercel.functions.aws;

import io.tiercel.functions.cloud.Ec2InstanceSource;
import io.tiercel.functions.cloud.EksAccess;
import io.tiercel.functions.cloud.SignedHttpClient;
import io.tiercel.functions.enrich.ClusterSource;
import io.tiercel.functions.enrich.EnrichmentSources;
import io.tiercel.functions.enrich.NodeFacts;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.kubernetes.KubernetesClusterSource;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/** Creates the enrichment sources that {@code TIERCEL_ENRICH_SOURCES} enables. */
final class ExternalSources {
    private ExternalSources() {}

    /**
     * Adds the enabled sources to those of the enrichment file.
     *
     * @param setting value of {@code TIERCEL_ENRICH_SOURCES}
     * @param eksCluster value of {@code TIERCEL_EKS_CLUSTER}, required for {@code kubernetes}
     */
    static EnrichmentSources add(EnrichmentSources file, String setting, Optional<String> eksCluster) {
        return file.withExternalSystems(
                setting,
                timeout -> new Ec2InstanceSource(http(timeout)),
                timeout -> new EksClusterSource(new EksClientSupplier(
                        new EksAccess(http(timeout)),
                        eksCluster.orElseThrow(() -> new IllegalArgumentException(
                                "TIERCEL_ENRICH_SOURCES contains kubernetes: set TIERCEL_EKS_CLUSTER"
                                        + " to the cluster's name")))));
    }

    private static SignedHttpClient http(Duration timeout) {
        return SignedHttpClient.fromEnvironment(UrlConnectionHttpClient.builder()
                .connectionTimeout(timeout)
                .socketTimeout(timeout)
                .build());
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
