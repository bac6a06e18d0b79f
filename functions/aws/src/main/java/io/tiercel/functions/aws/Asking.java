package io.tiercel.functions.aws;

import io.tiercel.functions.cloud.Ec2InstanceSource;
import io.tiercel.functions.cloud.EksAccess;
import io.tiercel.functions.cloud.SignedHttpClient;
import io.tiercel.functions.enrich.ClusterSource;
import io.tiercel.functions.enrich.EnrichmentSources;
import io.tiercel.functions.enrich.NodeFacts;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.kubernetes.KubernetesClusterSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/**
 * Who is asked about alerts: {@code TIERCEL_ASK} is any of {@code aws} and {@code kubernetes}, the latter being the cluster
 * {@code TIERCEL_EKS_CLUSTER}; nobody if it is not set.
 */
final class Asking {
    private static final Set<String> KNOWN = Set.of("aws", "kubernetes");

    private Asking() {}

    static EnrichmentSources with(EnrichmentSources file, String named, Optional<String> eksCluster) {
        Set<String> asked = Arrays.stream(named.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
        if (!KNOWN.containsAll(asked)) {
            throw new IllegalArgumentException("TIERCEL_ASK is aws, kubernetes or aws,kubernetes, not " + named);
        }
        if (asked.isEmpty()) {
            return file;
        }
        SignedHttpClient http = SignedHttpClient.fromEnvironment(UrlConnectionHttpClient.builder()
                .connectionTimeout(file.timeout())
                .socketTimeout(file.timeout())
                .build());
        return file.with(
                asked.contains("aws") ? new Ec2InstanceSource(http) : null,
                asked.contains("kubernetes")
                        ? new Eks(new EksClientSupplier(
                                new EksAccess(http),
                                eksCluster.orElseThrow(() -> new IllegalArgumentException(
                                        "TIERCEL_ASK names kubernetes: name the cluster with TIERCEL_EKS_CLUSTER"))))
                        : null);
    }

    /** A cluster that is away is a source that does not answer. */
    private record Eks(EksClientSupplier client) implements ClusterSource {
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
