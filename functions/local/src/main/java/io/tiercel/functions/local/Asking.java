package io.tiercel.functions.local;

import io.tiercel.functions.cloud.Ec2InstanceSource;
import io.tiercel.functions.cloud.SignedHttpClient;
import io.tiercel.functions.enrich.EnrichmentSources;
import io.tiercel.functions.kubernetes.KubernetesClients;
import io.tiercel.functions.kubernetes.KubernetesClusterSource;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/** Who is asked about alerts: {@code TIERCEL_ASK} is any of {@code aws} and {@code kubernetes}; nobody if it is not set. */
final class Asking {
    private static final Set<String> KNOWN = Set.of("aws", "kubernetes");

    private Asking() {}

    /**
     * The sources of the enrichment file and those that are named.
     *
     * @throws IllegalArgumentException if another is named
     */
    static EnrichmentSources with(EnrichmentSources file, String named) {
        Set<String> asked = Arrays.stream(named.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
        if (!KNOWN.containsAll(asked)) {
            throw new IllegalArgumentException("TIERCEL_ASK is aws, kubernetes or aws,kubernetes, not " + named);
        }
        return file.with(
                asked.contains("aws")
                        ? new Ec2InstanceSource(SignedHttpClient.fromEnvironment(UrlConnectionHttpClient.builder()
                                .connectionTimeout(file.timeout())
                                .socketTimeout(file.timeout())
                                .build()))
                        : null,
                asked.contains("kubernetes") ? new KubernetesClusterSource(KubernetesClients.fromEnvironment()) : null);
    }
}
