package io.tiercel.functions.local;

import io.tiercel.functions.cloud.Ec2InstanceSource;
import io.tiercel.functions.cloud.SignedHttpClient;
import io.tiercel.functions.enrich.EnrichmentSources;
import io.tiercel.functions.kubernetes.KubernetesClients;
import io.tiercel.functions.kubernetes.KubernetesClusterSource;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/** Creates the enrichment sources that {@code TIERCEL_ENRICH_SOURCES} enables. */
final class ExternalSources {
    private ExternalSources() {}

    /**
     * Adds the enabled sources to those of the enrichment file.
     *
     * @param setting value of {@code TIERCEL_ENRICH_SOURCES}
     */
    static EnrichmentSources add(EnrichmentSources file, String setting) {
        return file.withExternalSystems(
                setting,
                timeout -> new Ec2InstanceSource(SignedHttpClient.fromEnvironment(UrlConnectionHttpClient.builder()
                        .connectionTimeout(timeout)
                        .socketTimeout(timeout)
                        .build())),
                _ -> new KubernetesClusterSource(KubernetesClients.fromEnvironment()));
    }
}
