package io.tiercel.functions.enrich;

import io.tiercel.functions.config.ExternalSystem;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The sources of enrichment.
 *
 * @param instances EC2; null if disabled
 * @param cluster Kubernetes; null if disabled
 * @param networkLists lists of networks by name
 * @param geoIp locations of addresses; null if there are no databases
 * @param labels labels of accounts and clusters
 * @param timeout deadline of each lookup; EC2 may be queried after the cluster, so an enrichment takes at most twice as long
 */
public record EnrichmentSources(
        @Nullable InstanceSource instances,
        @Nullable ClusterSource cluster,
        Map<String, NetworkList> networkLists,
        @Nullable GeoIpSource geoIp,
        LabelRules labels,
        Duration timeout) {
    /** The default deadline of a lookup. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMillis(800);

    /** No sources. */
    public static final EnrichmentSources NONE =
            new EnrichmentSources(null, null, Map.of(), null, LabelRules.NONE, DEFAULT_TIMEOUT);

    /**
     * Adds the external systems that {@code TIERCEL_ENRICH_SOURCES} enables. Creates clients of enabled systems only.
     *
     * @param setting value of {@code TIERCEL_ENRICH_SOURCES}; empty enables none
     * @param aws creates the EC2 source for a deadline
     * @param kubernetes creates the Kubernetes source for a deadline
     * @throws IllegalArgumentException if the setting names an unknown system
     */
    public EnrichmentSources withExternalSystems(
            String setting, Function<Duration, InstanceSource> aws, Function<Duration, ClusterSource> kubernetes) {
        Set<ExternalSystem> enabled = ExternalSystem.parse("TIERCEL_ENRICH_SOURCES", setting);
        return with(
                enabled.contains(ExternalSystem.AWS) ? aws.apply(timeout) : null,
                enabled.contains(ExternalSystem.KUBERNETES) ? kubernetes.apply(timeout) : null);
    }

    /** Returns these sources with EC2 and Kubernetes. */
    public EnrichmentSources with(@Nullable InstanceSource ec2, @Nullable ClusterSource kubernetes) {
        return new EnrichmentSources(ec2, kubernetes, networkLists, geoIp, labels, timeout);
    }
}
