package io.tiercel.functions.enrich;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where to ask about alerts.
 *
 * @param instances EC2; null if it is not asked
 * @param cluster Kubernetes; null if it is not asked
 * @param networks lists of networks by name
 * @param places where addresses are; null if nobody knows
 * @param labels what the configuration says of accounts and clusters
 * @param timeout for each question; EC2 may be asked after the cluster, so the whole takes twice as long at most
 */
public record EnrichmentSources(
        @Nullable InstanceSource instances,
        @Nullable ClusterSource cluster,
        Map<String, NetworkList> networks,
        @Nullable GeoIpSource places,
        LabelRules labels,
        Duration timeout) {
    /** Longest that a question may take unless said otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMillis(800);

    /** Nobody is asked. */
    public static final EnrichmentSources NONE =
            new EnrichmentSources(null, null, Map.of(), null, LabelRules.NONE, DEFAULT_TIMEOUT);

    /** These, and EC2 and Kubernetes. */
    public EnrichmentSources with(@Nullable InstanceSource ec2, @Nullable ClusterSource kubernetes) {
        return new EnrichmentSources(ec2, kubernetes, networks, places, labels, timeout);
    }
}
